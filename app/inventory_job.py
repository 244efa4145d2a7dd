"""Reading an inventory apart from the request that brought it: up to 15 s, its progress shown.

The file stays in memory, in one thread; the page asks how far it is. When the process dies the
inventory stays « reading » and is soon shown as interrupted: nothing half-imported.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar
from uuid import UUID

from app.guard.client import parse_inventory
from app.wiring import Wiring
from sad.db.work import Work, writing
from sad.inventories import service
from sad.inventories.reading import read_inventory
from sad.kernel.actor import Actor
from sad.kernel.errors import Problem, Refusal

log = logging.getLogger("sad.inventories")
PATIENCE = 1.0  # seconds the request waits: most files are read before


class Interrupted(Refusal):
    """The reading failed for a reason that is not the file's."""

    code: ClassVar[str] = "inventories.interrupted"


def start(wiring: Wiring, actor: Actor, inventory_id: UUID, name: str, data: bytes) -> None:
    """Starts the reading and waits for it a moment."""
    job = _Job(wiring, actor, inventory_id)
    thread = threading.Thread(target=job.run, args=(name, data), daemon=True)
    thread.start()
    thread.join(PATIENCE)


class _Job:
    """One reading, as the person who sent the file."""

    def __init__(self, wiring: Wiring, actor: Actor, inventory_id: UUID) -> None:
        self._wiring = wiring
        self._actor = actor
        self._id = inventory_id

    def run(self, name: str, data: bytes) -> None:
        """Reads and writes what was understood, or why the file is refused."""
        try:
            workbook = parse_inventory(data, name)
            with self._work() as work:
                service.advance(work, self._id, "understanding")
            read = read_inventory(workbook)
            with self._work() as work:
                service.take_in(work, self._id, read)
        except Refusal as refusal:
            self._refuse(refusal)
        except Exception as error:  # noqa: BLE001 - a thread has nobody else to tell
            # The type alone: a message may carry what the file holds.
            log.error("an inventory was not read: %s", type(error).__name__)
            self._refuse(Interrupted())

    def _refuse(self, refusal: Refusal) -> None:
        problem = Problem(refusal.code, refusal.where, _plain(refusal.facts))
        with self._work() as work:
            service.refuse(work, self._id, problem)

    @contextmanager
    def _work(self) -> Iterator[Work]:
        wiring = self._wiring
        with writing(wiring.engine, wiring.clock, wiring.rings, self._actor, "inventory") as work:
            yield work


def _plain(facts: dict[str, object]) -> dict[str, object]:
    """Facts as the database keeps them: texts, whole numbers and lists of texts."""
    return {
        name: value if isinstance(value, int | str | list) else str(value)
        for name, value in facts.items()
    }
