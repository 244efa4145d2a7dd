"""Files encrypted as they stream: read back exactly, or refused; never much in memory."""

import hashlib
import os
import random
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sad.attachments.streaming import (
    CHUNK,
    SealedFileDamaged,
    Sealer,
    SealingWriter,
    decrypt,
    encrypt,
    new_file_key,
    sealed_size,
)
from tests.attachments.samples import plain_id

KEY = bytes(range(32))
HEADER, MORE = 24, 17


def cut_up(data: bytes, length: int) -> Iterator[bytes]:
    for at in range(0, len(data), length):
        yield data[at : at + length]


def sealed(clear: bytes, key: bytes = KEY) -> bytes:
    return b"".join(encrypt([clear], key))


def opened(data: bytes, key: bytes = KEY) -> bytes:
    return b"".join(decrypt([data], key))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 200_001])
@pytest.mark.parametrize("block", [997, CHUNK, 1_000_000])
def test_read_back(size: int, block: int) -> None:
    clear = os.urandom(size)
    sealing = encrypt(cut_up(clear, block), KEY)
    stored = b"".join(sealing)
    assert b"".join(decrypt(cut_up(stored, block), KEY)) == clear
    assert len(stored) == sealed_size(size) == sealing.result.sealed_size
    assert sealing.result.clear_size == size
    assert sealing.result.clear_sha256 == hashlib.sha256(clear).hexdigest()
    assert sealing.result.sealed_sha256 == hashlib.sha256(stored).hexdigest()


@given(st.binary(max_size=3_000), st.integers(1, 500))
def test_how_it_is_cut_changes_nothing(clear: bytes, block: int) -> None:
    stored = b"".join(encrypt(cut_up(clear, block), KEY))
    assert b"".join(decrypt(cut_up(stored, block), KEY)) == clear


def test_nothing_clear_shows() -> None:
    phrase = b"chaises en fibres de lin"
    assert phrase not in sealed(phrase * 5_000)


def test_two_files_alike_do_not_look_alike() -> None:
    assert sealed(b"same") != sealed(b"same")
    assert len({new_file_key() for _ in range(10)}) == 10


CLEAR = random.Random(1).randbytes(3 * CHUNK)
STORED = sealed(CLEAR)
WHOLE = CHUNK + MORE
FIRST, SECOND, THIRD = (STORED[HEADER + n * WHOLE : HEADER + (n + 1) * WHOLE] for n in range(3))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        STORED[:10],
        STORED[:HEADER],
        STORED[:-1],
        STORED[: HEADER + WHOLE],
        STORED[: HEADER + 2 * WHOLE],
        STORED + b"x",
        STORED + THIRD,
        STORED[:HEADER] + SECOND + FIRST + THIRD,
        STORED[:HEADER] + FIRST + FIRST + THIRD,
        STORED[:HEADER] + FIRST + THIRD,
        STORED[:100] + bytes([STORED[100] ^ 1]) + STORED[101:],
        bytes([STORED[0] ^ 1]) + STORED[1:],
        sealed(CLEAR, bytes(32)),
        sealed(b"")[:-1],
    ],
    ids=plain_id,
)
def test_cut_changed_or_in_another_order_it_is_refused(data: bytes) -> None:
    with pytest.raises(SealedFileDamaged):
        opened(data)


def test_what_was_given_before_the_cut_is_genuine() -> None:
    reading = decrypt([STORED[: HEADER + 2 * WHOLE]], KEY)
    assert next(reading) == CLEAR[:CHUNK]
    with pytest.raises(SealedFileDamaged):
        list(reading)


def test_finished_once_and_told_after() -> None:
    sealer = Sealer(KEY)
    with pytest.raises(ValueError, match="not finished"):
        _ = sealer.result
    sealer.finish()
    with pytest.raises(ValueError, match="already finished"):
        sealer.push(b"x")


class Sink:
    """Decrypts what it receives at once, and keeps nothing."""

    def __init__(self) -> None:
        self.size = 0
        self.longest = 0

    def write(self, block: bytes) -> None:
        self.size += len(block)
        self.longest = max(self.longest, len(block))


def test_fifty_megabytes_in_two() -> None:
    block = os.urandom(1_000_000)
    sink = Sink()
    writer = SealingWriter(sink, KEY)
    tracemalloc.start()
    try:
        for _ in range(50):
            writer.write(block)
        result = writer.finish()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sink.size == result.sealed_size == sealed_size(50_000_000)
    assert sink.longest <= HEADER + 2 * WHOLE
    assert peak < 2_000_000


def test_fifty_megabytes_out_in_two() -> None:
    block = os.urandom(CHUNK)
    tracemalloc.start()
    try:
        size = sum(map(len, decrypt(encrypt((block for _ in range(763)), KEY), KEY)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == 763 * CHUNK
    assert peak < 2_000_000
