"""Files in a folder of this machine: the embedded default.

`objects/` holds whole files only, under their random names; `incoming/` what is being received;
`seals/` read-only files. A file is written aside, put on disk (fsync), then named in one step.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from sad.attachments.store import (
    BLOCK,
    ObjectMissing,
    ObjectWriter,
    SealExists,
    StorageUnavailable,
    StoredObject,
    check_object_name,
    check_seal_name,
)
from sad.kernel.errors import Refusal


class FolderUnusable(Refusal):
    """The folder of STORAGE_URL cannot be made or written; facts `folder` and `reason`."""

    code = "storage.folder_unusable"


@contextmanager
def _speaking() -> Iterator[None]:
    """Turns a failure of the disk into a refusal that can be shown."""
    try:
        yield
    except OSError as failure:
        raise StorageUnavailable(reason=failure.strerror or "") from failure


def _sync_folder(folder: Path) -> None:
    """Puts on disk that a file was named or removed in the folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _FileWriter:
    """Passes blocks to a file, saying why the disk refuses."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, block: bytes) -> None:
        with _speaking():
            self._file.write(block)


class FolderStore:
    """Implements `sad.attachments.store.Store` on a local folder."""

    def __init__(self, root: Path) -> None:
        """Makes the folder if it is absent (0700); raises FolderUnusable."""
        self._objects, self._incoming, self._seals = (
            root / name for name in ("objects", "incoming", "seals")
        )
        try:
            for folder in (root, self._objects, self._incoming, self._seals):
                folder.mkdir(mode=0o700, parents=folder == root, exist_ok=True)
            with self._received() as probe:
                probe.write_bytes(b"")
        except OSError as failure:
            reason = failure.strerror or ""
            raise FolderUnusable("STORAGE_URL", folder=str(root), reason=reason) from failure

    @contextmanager
    def _received(self) -> Iterator[Path]:
        """A path aside, removed whatever happens unless it was moved."""
        path = self._incoming / token_hex(16)
        try:
            yield path
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    @contextmanager
    def writer(self, name: str) -> Iterator[ObjectWriter]:
        """See `Store.writer`."""
        target = self._objects / check_object_name(name)
        with self._received() as aside:
            with _speaking():
                file = aside.open("xb")
            with file:
                aside.chmod(0o600)
                yield _FileWriter(file)
                with _speaking():
                    file.flush()
                    os.fsync(file.fileno())
            with _speaking():
                aside.replace(target)
                _sync_folder(self._objects)

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """See `Store.read`."""
        if not self.exists(name):
            raise ObjectMissing(name=name)
        return _blocks(self._objects / check_object_name(name), start, length)

    def size(self, name: str) -> int:
        """See `Store.size`."""
        path = self._objects / check_object_name(name)
        with _speaking():
            try:
                return path.stat().st_size
            except FileNotFoundError:
                raise ObjectMissing(name=name) from None

    def exists(self, name: str) -> bool:
        """See `Store.exists`."""
        with _speaking():
            return (self._objects / check_object_name(name)).is_file()

    def delete(self, name: str) -> None:
        """See `Store.delete`."""
        with _speaking():
            (self._objects / check_object_name(name)).unlink(missing_ok=True)
            _sync_folder(self._objects)

    def older_than(self, moment: datetime) -> Iterator[StoredObject]:
        """See `Store.older_than`."""
        for path, status in _files(self._objects):
            modified = datetime.fromtimestamp(status.st_mtime, UTC)
            if modified < moment:
                yield StoredObject(path.name, status.st_size, modified)

    def discard_cut(self, moment: datetime) -> int:
        """See `Store.discard_cut`."""
        limit = moment.timestamp()
        cut = [path for path, status in _files(self._incoming) if status.st_mtime < limit]
        with _speaking():
            for path in cut:
                path.unlink(missing_ok=True)
        return len(cut)

    def presign(self, name: str, filename: str, lifetime: timedelta) -> str | None:
        """None: a folder has no address of its own."""
        return None

    def put_locked(self, name: str, content: bytes, until: datetime) -> None:
        """See `Store.put_locked`; `until` binds nobody here: a folder knows no lock."""
        target = self._seals / check_seal_name(name)
        with self._received() as aside, _speaking():
            with aside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.chmod(0o400)
            try:
                os.link(aside, target)  # unlike a renaming, fails if the name is taken
            except FileExistsError:
                raise SealExists(name=name) from None
            _sync_folder(self._seals)

    def read_locked(self, name: str) -> bytes:
        """See `Store.read_locked`."""
        path = self._seals / check_seal_name(name)
        with _speaking():
            try:
                return path.read_bytes()
            except FileNotFoundError:
                raise ObjectMissing(name=name) from None

    def locked_names(self) -> list[str]:
        """See `Store.locked_names`."""
        return sorted(path.name for path, _ in _files(self._seals))


def _blocks(path: Path, start: int, length: int | None) -> Iterator[bytes]:
    left = length
    with _speaking():
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise ObjectMissing(name=path.name) from None
    with file:
        file.seek(start)
        while left is None or left > 0:
            with _speaking():
                block = file.read(BLOCK if left is None else min(BLOCK, left))
            if not block:
                return
            if left is not None:
                left -= len(block)
            yield block


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The folder's files with their state, as they are met; one removed meanwhile is left out."""
    with _speaking(), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    yield Path(entry.path), status
