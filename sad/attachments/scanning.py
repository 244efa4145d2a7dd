"""What an antivirus says of a file, and how it is fed: block by block, while the file streams.

The engine knows no scanner: `app/antivirus.py` speaks to clamd. Without one configured every file
is `none`; a scanner away, or a file too large for it, gives `unknown`, and the file is accepted
(trust 7): a supplier is never kept from answering by a fault of ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """The words of the column `attachment.scan`."""

    NONE = "none"  # no scanner configured
    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


class Silence(StrEnum):
    """Why a scanner says nothing of a file."""

    AWAY = "away"  # does not answer: may be asked again
    TOO_LARGE = "too_large"  # for the scanner's own limit: asking again changes nothing
    UNREADABLE = "unreadable"  # the stored bytes are gone or altered


@dataclass(frozen=True)
class Finding:
    """A verdict; `detail`: the signature found, or a Silence."""

    verdict: Verdict
    detail: str = ""

    @property
    def worth_retrying(self) -> bool:
        """The scanner was away: the same file may get a verdict later."""
        return self.verdict is Verdict.UNKNOWN and self.detail == Silence.AWAY


NOT_SCANNED = Finding(Verdict.NONE)


class Scan(Protocol):
    """One file being scanned. Never raises: what fails gives `unknown`."""

    def feed(self, block: bytes) -> None:
        """Takes the next clear bytes, of any length."""
        ...

    def finish(self) -> Finding:
        """The verdict on the whole file; waits for it."""
        ...

    def abandon(self) -> None:
        """The file was refused or cut: nothing more is asked. May follow `finish`."""
        ...


class Scanner(Protocol):
    """A configured antivirus. Safe to use from many threads."""

    def begin(self) -> Scan:
        """Starts a scan; opens a connection of its own."""
        ...


def scan_all(scanner: Scanner, blocks: Iterable[bytes]) -> Finding:
    """The verdict on bytes already stored. What `blocks` raises passes through."""
    scan = scanner.begin()
    try:
        for block in blocks:
            scan.feed(block)
        return scan.finish()
    finally:
        scan.abandon()
