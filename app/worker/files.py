"""What the worker does with files: smaller copies, the scan of the opening, the sweep."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

from app.guard.client import smaller_copies
from app.guard.refusals import Busy, FileRefused
from app.wiring import Wiring
from sad.attachments import copies as rows
from sad.attachments.copies import Kept, objects_of
from sad.attachments.scanning import NOT_SCANNED, Finding, scan_all
from sad.attachments.store import ObjectMissing, StorageUnavailable, Store, new_object_name, put
from sad.attachments.streaming import SealedFileDamaged, decrypt, encrypt, new_file_key
from sad.db.work import Work, reading, writing
from sad.due.sweeping import named_objects
from sad.offers import copies as slots
from sad.offers import scans
from sad.offers.sealing import Place

AT_ONCE = 20
"""Images a run: it ends well before the task's lease."""
SCANS_AT_ONCE = 10
SWEPT_AFTER = timedelta(hours=48)


class Copying:
    """Makes the smaller copies of photographs, of sealed answers first.

    Remembers what each slot looked like when it was last read: only those written since are read.
    """

    def __init__(self) -> None:
        self._seen: dict[Place, bytes] = {}

    def run(self, wiring: Wiring, holder: str) -> None:
        """One run: AT_ONCE images at most."""
        with reading(wiring.engine, wiring.clock, wiring.rings) as work:
            changed = slots.changed(work, self._seen)
        left = AT_ONCE
        for place, mark in changed:
            try:
                found = _copy_slot(wiring, place, left)
            except Exception:  # noqa: BLE001, S112 - told, it would tell that an answer has photographs
                continue
            if found <= left:
                self._seen[place] = mark
            left -= found
            if left <= 0:
                return
        _copy_rows(wiring, left)


def _copy_slot(wiring: Wiring, place: Place, most: int) -> int:
    """Makes the copies of `most` photographs of an answer; how many it has without copies."""
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        images = slots.waiting(work, place)
    for image in images[:most]:
        made = _made(wiring.store, image.object_name, image.key)
        _keep(wiring, made, partial(slots.keep, image=image, copies=made))
    return len(images)


def _copy_rows(wiring: Wiring, most: int) -> None:
    """Images that have a row: of opened offers, of the buyer's lines."""
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        images = rows.waiting(work, most)
    for image in images:
        with suppress(Busy):  # at the next run
            made = _made(wiring.store, image.object_name, image.key)
            _keep(wiring, made, partial(rows.keep, image=image, copies=made))


def _made(store: Store, object_name: str, key: bytes | None) -> list[Kept]:
    """Copies encrypted in the store; none of an image that cannot be read.

    Raises Busy, StorageUnavailable.
    """
    try:
        blocks = store.read(object_name)
        made = smaller_copies(b"".join(blocks if key is None else decrypt(blocks, key)))
    except Busy:
        raise
    except (FileRefused, SealedFileDamaged, ObjectMissing):
        return []
    kept: list[Kept] = []
    try:
        for copy in made:
            name, own_key = new_object_name(), new_file_key()
            put(store, name, encrypt([copy.content], own_key))
            size = {"side": copy.side, "width": copy.width, "height": copy.height}
            kept.append({**size, "object": name, "key": own_key.hex()})
    except BaseException:
        _delete(store, kept)
        raise
    return kept


def _keep(wiring: Wiring, made: list[Kept], keep: Callable[[Work], bool]) -> None:
    """Names the copies where their original is named, or deletes them."""
    taken = False
    try:
        with writing(wiring.engine, wiring.clock, wiring.rings) as work:
            wanted = keep(work)
        taken = wanted
    finally:
        if not taken:
            _delete(wiring.store, made)


def _delete(store: Store, made: list[Kept]) -> None:
    """What stays when the store is away is swept later."""
    with suppress(StorageUnavailable):
        for name in objects_of(made):
            store.delete(name)


def scan_opened(wiring: Wiring, holder: str) -> None:
    """Examines the files of opened offers with the signatures of the day (OFF-07)."""
    if wiring.scanner is None:
        return
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        files = scans.waiting(work, SCANS_AT_ONCE)
    for file in files:
        found = _scanned(wiring, file)
        with writing(wiring.engine, wiring.clock, wiring.rings) as work:
            scans.note(work, file, found)
        if found.worth_retrying:
            return  # the scanner is away for all


def _scanned(wiring: Wiring, file: scans.Unscanned) -> Finding:
    """The verdict; a file whose bytes are gone or damaged cannot be given to anybody anyway."""
    if wiring.scanner is None:
        return NOT_SCANNED
    try:
        return scan_all(wiring.scanner, decrypt(wiring.store.read(file.object_name), file.key))
    except (ObjectMissing, SealedFileDamaged):
        return scans.UNREADABLE


def sweep(wiring: Wiring, holder: str) -> None:
    """Deletes old objects that nothing names. One slot that does not open stops it whole.

    What is named is read first: an object old enough was named long ago, or never will be.
    """
    old = wiring.clock.real() - SWEPT_AFTER
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        named = named_objects(work)
    for stored in wiring.store.older_than(old):
        if stored.name.replace("-", "") not in named:
            wiring.store.delete(stored.name)
