"""Where the bytes of files live, as the engine sees it: objects under one flat prefix, and seals.

`storage/` implements this for a folder and for S3; both run the same contract test. Names are
random, so that neither a name nor its place tells the market, the supplier or the instant
(trust 1, « Files »). Memory stays bounded whatever the size of an object.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sad.kernel.errors import NotFound, Refusal
from sad.kernel.ids import random_id

BLOCK = 64 * 1024
"""Bytes read at once, the same on both back ends."""

_OBJECT = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_SEAL = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")


class ObjectMissing(NotFound):
    """No object of that name; the fact `name` is for the log, never a file name of a person."""

    code = "storage.object_missing"


class SealExists(Refusal):
    """A seal of that name is already kept; a seal is written once."""

    code = "storage.seal_exists"


class StorageUnavailable(Refusal):
    """The back end does not answer, is full or refuses us; nothing was kept. May be tried again."""

    code = "storage.unavailable"
    status = 503


@dataclass(frozen=True)
class StoredObject:
    """One object in a listing: its size in bytes as stored, and when it was completed (UTC)."""

    name: str
    size: int
    modified: datetime


class ObjectWriter(Protocol):
    """Receives the bytes of one object, in order, in blocks of any size."""

    def write(self, block: bytes) -> None:
        """Takes the next bytes; may block on the disk or the network."""
        ...


class Store(Protocol):
    """Objects by random name, and seals that nobody can rewrite. Safe to use from many threads.

    Each call raises `StorageUnavailable` when the back end fails. A name that is not one made by
    `new_object_name` (a seal: lower case, digits, dots, dashes) is a `ValueError`, a fault of ours.
    """

    def writer(self, name: str) -> AbstractContextManager[ObjectWriter]:
        """`with store.writer(name) as target`: the object appears whole when the block is left.

        Left by an exception, or killed in the middle: nothing of it can ever be read.
        """
        ...

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start`, `length` of them at most; raises ObjectMissing before the first.

        A start past the end gives nothing.
        """
        ...

    def size(self, name: str) -> int:
        """Bytes stored; raises ObjectMissing."""
        ...

    def exists(self, name: str) -> bool:
        """Whether the object is there, whole."""
        ...

    def delete(self, name: str) -> None:
        """Removes the object; one already gone is no error."""
        ...

    def older_than(self, moment: datetime) -> Iterator[StoredObject]:
        """Objects completed before an aware instant, for the sweep; seals are not among them."""
        ...

    def discard_cut(self, moment: datetime) -> int:
        """Removes what uploads cut before an aware instant (a killed process) left; counts them."""
        ...

    def presign(self, name: str, filename: str, lifetime: timedelta) -> str | None:
        """An address that downloads the object without us, or None: serve it yourself.

        Only for files that were never sealed: the address works for whoever holds it.
        """
        ...

    def put_locked(self, name: str, content: bytes, until: datetime) -> None:
        """Keeps a seal that cannot be changed nor removed before `until`.

        S3: object lock in COMPLIANCE mode. Folder: a read-only file, created once; the folder
        itself must then be copied elsewhere. Raises SealExists.
        """
        ...

    def read_locked(self, name: str) -> bytes:
        """The first content ever kept under that name; raises ObjectMissing."""
        ...

    def locked_names(self) -> list[str]:
        """Names of all the seals kept, sorted."""
        ...


def new_object_name() -> str:
    """A random name (122 bits) that tells nothing."""
    return random_id().hex


def check_object_name(name: str) -> str:
    """Returns a name that `new_object_name` could have made, dashes allowed; else ValueError."""
    if not _OBJECT.fullmatch(name):
        raise ValueError("object names are 32 hexadecimal digits")
    return name


def check_seal_name(name: str) -> str:
    """Returns the name of a seal if it is one, safe as a file name; else ValueError."""
    if not _SEAL.fullmatch(name) or ".." in name:
        raise ValueError("names of seals are lower case letters, digits, dots and dashes")
    return name


def put(store: Store, name: str, blocks: Iterable[bytes]) -> None:
    """Stores one object from an iterable of blocks; if the iterable raises, nothing is kept."""
    with store.writer(name) as target:
        for block in blocks:
            target.write(block)
