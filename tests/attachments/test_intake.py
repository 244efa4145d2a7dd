"""A file received whole, sealed; or refused, and nothing is left of it."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from sad.attachments.filetypes import FileKind
from sad.attachments.intake import Intake, Received
from sad.attachments.refusals import (
    ContentMismatch,
    FileTooLarge,
    NoRoom,
    TypeUnknown,
    UploadCut,
)
from sad.attachments.store import Store, new_object_name
from sad.attachments.streaming import decrypt, new_file_key
from storage import open_store
from tests.attachments import samples


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}/files")


def receive(
    store: Store, filename: str, content: bytes, key: bytes | None, size: int | None = None
) -> tuple[str, Received]:
    name = new_object_name()
    with store.writer(name) as target:
        intake = Intake(filename, size, target, key)
        for at in range(0, len(content), 50_000):
            intake.write(content[at : at + 50_000])
        received = intake.finish()
    return name, received


def test_a_sealed_file_reads_back(store: Store) -> None:
    key, content = new_file_key(), samples.xlsx()
    name, received = receive(store, "../Cadre 🪑.xlsx", content, key, len(content))
    assert received.name == "Cadre.xlsx"
    assert received.type.kind == FileKind.XLSX
    assert received.size == len(content)
    assert received.sha256 == hashlib.sha256(content).hexdigest()
    stored = b"".join(store.read(name))
    assert content not in stored
    assert received.sealed is not None
    assert received.sealed.sealed_sha256 == hashlib.sha256(stored).hexdigest()
    assert b"".join(decrypt(store.read(name), key)) == content


def test_a_public_file_is_kept_as_it_is(store: Store) -> None:
    name, received = receive(store, "avis.pdf", samples.PDF, None)
    assert b"".join(store.read(name)) == samples.PDF
    assert received.sha256 == hashlib.sha256(samples.PDF).hexdigest()
    assert received.sealed is None


@pytest.mark.parametrize(
    ("filename", "content", "size", "refusal"),
    [
        ("notice.pdf", samples.png(), None, ContentMismatch),
        ("notice.pdf", samples.PDF * 10_000, 5, UploadCut),
        ("notice.pdf", samples.PDF, len(samples.PDF) + 1, UploadCut),
        ("notice.exe", samples.PDF, None, TypeUnknown),
        ("cadre.xlsx", samples.docx(), None, ContentMismatch),
        ("notice.pdf", samples.PDF, 10**9, FileTooLarge),
    ],
    ids=samples.plain_id,
)
def test_a_refused_file_leaves_nothing(
    store: Store,
    tmp_path: Path,
    filename: str,
    content: bytes,
    size: int | None,
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        receive(store, filename, content, new_file_key(), size)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_the_room_left_is_respected_announced_or_not(store: Store) -> None:
    with store.writer(new_object_name()) as target:
        with pytest.raises(NoRoom) as refused:
            Intake("a.pdf", 101, target, None, room=100, most=500 * 1024 * 1024)
        assert refused.value.facts == {"most": 500}
        intake = Intake("a.pdf", None, target, None, room=100)
        intake.write(samples.PDF)
        with pytest.raises(NoRoom):
            intake.write(bytes(100))


def test_fifty_megabytes_in_little_memory(store: Store) -> None:
    block = b"x" * 65_536
    with store.writer(new_object_name()) as target:
        intake = Intake("notice.pdf", None, target, new_file_key())
        intake.write(samples.PDF)
        tracemalloc.start()
        try:
            for _ in range(800):
                intake.write(block)
            intake.finish()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 2_000_000
