"""One file received: named, recognised, measured and encrypted while it streams in.

    with store.writer(name) as target:
        intake = Intake(filename, announced_size, target, key)
        async for block in request.stream():
            await run_in_threadpool(intake.write, block)
        received = intake.finish()

A refusal, a cut connection or a full disk leaves the `with` by an exception: nothing is kept.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sad.attachments.filetypes import MEGABYTE, FileType, Recogniser
from sad.attachments.names import clean_name
from sad.attachments.refusals import Infected, NoRoom, UploadCut
from sad.attachments.scanning import NOT_SCANNED, Finding, Scanner, Verdict
from sad.attachments.store import ObjectWriter
from sad.attachments.streaming import SealedFile, SealingWriter


@dataclass(frozen=True)
class Received:
    """A file kept: its clean name, type, clear bytes and their SHA-256 (hexadecimal).

    `sealed` tells the stored bytes of an encrypted one, and is None when it is stored in clear.
    `scan` is never `infected`: such a file is refused.
    """

    name: str
    type: FileType
    size: int
    sha256: str
    sealed: SealedFile | None
    scan: Finding = NOT_SCANNED


class Intake:
    """Receives one file in blocks of any size, in memory bounded whatever its size.

    `key` encrypts it (`new_file_key`); None stores it in clear, for documents that are public.
    `room`: bytes still allowed to all the files it joins, and `most` what they may have in all.
    `scanner` hears the clear bytes as they pass, before they are encrypted; `abandon` leaves it.
    """

    def __init__(
        self,
        filename: str,
        announced_size: int | None,
        target: ObjectWriter,
        key: bytes | None,
        *,
        room: int | None = None,
        most: int = 0,
        scanner: Scanner | None = None,
    ) -> None:
        """Raises FileRefused or NoRoom on the name and the announced size, before any reading."""
        self._name = clean_name(filename)
        self._recogniser = Recogniser(self._name, announced_size)
        self._announced, self._room, self._most = announced_size, room, most
        self._target = target
        self._sealing = None if key is None else SealingWriter(target, key)
        self._hash = hashlib.sha256()
        self._check_room(announced_size or 0)
        self._scan = None if scanner is None else scanner.begin()

    def write(self, block: bytes) -> None:
        """Takes the next bytes. Raises FileRefused, NoRoom or StorageUnavailable."""
        self._recogniser.feed(block)
        self._check_room(self._recogniser.size)
        if self._scan is not None:
            self._scan.feed(block)
        if self._sealing is not None:
            self._sealing.write(block)
        else:
            self._hash.update(block)
            self._target.write(block)

    def finish(self) -> Received:
        """What was received. Raises FileRefused, Infected: leave the store's `with` by it."""
        if self._announced not in (None, self._recogniser.size):
            raise UploadCut
        kind = self._recogniser.finish()
        sealed = None if self._sealing is None else self._sealing.finish()
        sha256 = self._hash.hexdigest() if sealed is None else sealed.clear_sha256
        found = NOT_SCANNED if self._scan is None else self._scan.finish()
        if found.verdict is Verdict.INFECTED:
            raise Infected(name=self._name, malware=found.detail, sha256=sha256)
        return Received(self._name, kind, self._recogniser.size, sha256, sealed, found)

    def abandon(self) -> None:
        """The file is refused or cut: its scan, if any, is left. Harmless once finished."""
        if self._scan is not None:
            self._scan.abandon()

    def _check_room(self, size: int) -> None:
        if self._room is not None and size > self._room:
            raise NoRoom(where="file", most=self._most // MEGABYTE)


def take_in(intake: Intake, blocks: Iterable[bytes]) -> Received:
    """A whole file pulled from its blocks. Raises as `write` and `finish`."""
    try:
        for block in blocks:
            intake.write(block)
        return intake.finish()
    finally:
        intake.abandon()
