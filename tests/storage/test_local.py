"""What is particular to a folder."""

import errno
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sad.attachments.store import StorageUnavailable, Store, new_object_name, put
from storage import open_store
from storage.local import FolderUnusable


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def folder(root: Path) -> Store:
    return open_store(f"file://{root}")


def test_only_the_owner_reads(root: Path, folder: Store) -> None:
    name = new_object_name()
    put(folder, name, [b"x"])
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert stat.S_IMODE((root / "objects" / name).stat().st_mode) == 0o600


def test_a_seal_is_read_only(root: Path, folder: Store) -> None:
    folder.put_locked("seal-1.json", b"x", datetime.now(UTC))
    assert stat.S_IMODE((root / "seals" / "seal-1.json").stat().st_mode) == 0o400


def test_what_a_killed_process_left_is_swept(root: Path, folder: Store) -> None:
    left = root / "incoming" / "left"
    left.write_bytes(b"half")
    os.utime(left, (1_000_000, 1_000_000))
    (root / "incoming" / "alive").write_bytes(b"half")
    assert folder.discard_cut(datetime.now(UTC) - timedelta(days=2)) == 1
    assert [path.name for path in (root / "incoming").iterdir()] == ["alive"]


def test_a_full_disk_keeps_nothing(
    root: Path, folder: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    name = new_object_name()
    with pytest.raises(StorageUnavailable) as refused:
        put(folder, name, [b"x"])
    assert refused.value.facts == {"reason": "No space left on device"}
    assert list((root / "incoming").iterdir()) == list((root / "objects").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderUnusable) as refused:
        open_store(f"file://{tmp_path}/file/files")
    assert refused.value.where == "STORAGE_URL"
    assert refused.value.facts["folder"] == f"{tmp_path}/file/files"


def test_a_folder_has_no_address(folder: Store) -> None:
    assert folder.presign(new_object_name(), "plan.pdf", timedelta(minutes=5)) is None
