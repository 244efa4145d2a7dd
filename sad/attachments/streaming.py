"""Files encrypted as they stream in, decrypted as they stream out: libsodium's secretstream.

A sealed file is a 24-byte header, then chunks of 64 KiB of clear bytes, 17 bytes longer once
encrypted; the last one carries the final mark. Each file has a random key of its own, kept only
where the answer is sealed (trust 1). Nothing is home-made below PyNaCl's calls, and memory is
bounded by one chunk.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nacl import bindings
from nacl.exceptions import RuntimeError as SodiumError

from sad.attachments.store import ObjectWriter
from sad.kernel.errors import Refusal

CHUNK = 64 * 1024
"""Clear bytes encrypted together; also what a decryption holds before giving any of it."""

_State = bindings.crypto_secretstream_xchacha20poly1305_state
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MORE = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


class SealedFileDamaged(Refusal):
    """The stored bytes are cut, changed, in another order, or the key is another file's."""

    code = "attachments.damaged"


@dataclass(frozen=True)
class SealedFile:
    """What is known of a file once whole: sizes in bytes, SHA-256 in hexadecimal."""

    clear_size: int
    clear_sha256: str
    sealed_size: int
    sealed_sha256: str


def new_file_key() -> bytes:
    """A random key of 32 bytes, for one file only."""
    return bindings.crypto_secretstream_xchacha20poly1305_keygen()


def sealed_size(clear_size: int) -> int:
    """Stored bytes of a file of that many clear bytes."""
    return _HEADER + clear_size + _MORE * max(1, -(-clear_size // CHUNK))


class Sealer:
    """Encrypts one file pushed in blocks of any size: `push` as they come, `finish` once."""

    def __init__(self, key: bytes) -> None:
        self._state = _State()
        header = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        self._held = bytearray()
        self._clear, self._sealed = hashlib.sha256(), hashlib.sha256()
        self._clear_size = self._sealed_size = 0
        self._ready = self._given(header)
        self._finished = False

    def push(self, block: bytes) -> bytes:
        """Takes clear bytes, gives the encrypted ones that are ready, perhaps none."""
        if self._finished:
            raise ValueError("the file is already finished")
        self._clear.update(block)
        self._clear_size += len(block)
        self._held += block
        ready, self._ready = [self._ready], b""
        # The last chunk is marked: one whole chunk is kept until more bytes follow it.
        while len(self._held) > CHUNK:
            ready.append(self._encrypted(bytes(self._held[:CHUNK]), _MESSAGE))
            del self._held[:CHUNK]
        return b"".join(ready)

    def finish(self) -> bytes:
        """The last encrypted bytes, marked as last; `result` is then known."""
        last = self.push(b"") + self._encrypted(bytes(self._held), _FINAL)
        self._held.clear()
        self._finished = True
        return last

    @property
    def result(self) -> SealedFile:
        """Sizes and hashes; ValueError before `finish`."""
        if not self._finished:
            raise ValueError("the file is not finished")
        return SealedFile(
            self._clear_size, self._clear.hexdigest(), self._sealed_size, self._sealed.hexdigest()
        )

    def _encrypted(self, chunk: bytes, tag: int) -> bytes:
        return self._given(
            bindings.crypto_secretstream_xchacha20poly1305_push(self._state, chunk, tag=tag)
        )

    def _given(self, data: bytes) -> bytes:
        self._sealed.update(data)
        self._sealed_size += len(data)
        return data


class SealingWriter:
    """Pushes clear bytes, encrypted, to an object being written.

    A page or API route reads `request.stream()`, never Starlette's form parser, which spools to
    disk in clear over 1 MB; from an `async` route each `write` goes through the thread pool.
    Closing is `finish`; leaving the store's `with` by an exception drops the object.
    """

    def __init__(self, target: ObjectWriter, key: bytes) -> None:
        self._target, self._sealer = target, Sealer(key)

    def write(self, block: bytes) -> None:
        """Takes the next clear bytes, of any length."""
        for at in range(0, len(block), CHUNK):
            if ready := self._sealer.push(block[at : at + CHUNK]):
                self._target.write(ready)

    def finish(self) -> SealedFile:
        """Writes the last chunk; the object itself appears when the store's `with` is left."""
        self._target.write(self._sealer.finish())
        return self._sealer.result


class Sealing:
    """Iterates over a file's encrypted bytes; `result` is known when the iteration is over."""

    def __init__(self, blocks: Iterable[bytes], key: bytes) -> None:
        self._blocks, self._sealer = blocks, Sealer(key)

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            if ready := self._sealer.push(block):
                yield ready
        yield self._sealer.finish()

    @property
    def result(self) -> SealedFile:
        """Sizes and hashes; ValueError before the end."""
        return self._sealer.result


def encrypt(blocks: Iterable[bytes], key: bytes) -> Sealing:
    """A file's encrypted bytes from its clear ones, pulled; iterate once, then read `result`."""
    return Sealing(blocks, key)


def decrypt(blocks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """A file's clear bytes from its encrypted ones, in blocks of any size; each chunk is checked.

    Raises SealedFileDamaged at the first chunk that is not the expected one, and at the end if the
    file was cut: what was given before is genuine, but not whole.
    """
    state = _State()
    held = bytearray()
    started, tag = False, _MESSAGE
    for block in blocks:
        held += block
        if not started and len(held) >= _HEADER:
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(
                state, bytes(held[:_HEADER]), key
            )
            del held[:_HEADER]
            started = True
        while started and len(held) > CHUNK + _MORE:
            clear, tag = _opened(state, bytes(held[: CHUNK + _MORE]))
            del held[: CHUNK + _MORE]
            if tag == _FINAL:
                raise SealedFileDamaged
            yield clear
    if not started:
        raise SealedFileDamaged
    clear, tag = _opened(state, bytes(held))
    if tag != _FINAL:
        raise SealedFileDamaged
    yield clear


def _opened(state: _State, chunk: bytes) -> tuple[bytes, int]:
    if len(chunk) < _MORE:
        raise SealedFileDamaged
    try:
        return bindings.crypto_secretstream_xchacha20poly1305_pull(state, chunk)
    except SodiumError:
        raise SealedFileDamaged from None
