"""A launched market on both databases, and acts on it at a chosen instant."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from sad.db.work import Work
from sad.kernel.actor import Actor
from sad.offers import deposits, drafts
from sad.offers.deposits import Acknowledged
from tests.offers.scene import Scene, as_supplier, make_scene, typed
from tests.support.cast import Cast
from tests.support.clock import FixedClock

OpenWork = Callable[..., AbstractContextManager[Work]]


@dataclass
class Stage:
    """The scene, and the shortest ways to play on it."""

    scene: Scene
    work: OpenWork
    read: OpenWork
    clock: FixedClock

    def actor(self, part: str) -> Actor:
        """A supplier of the scene, or a member of the cast."""
        if part in self.scene.cast.suppliers:
            return as_supplier(self.scene.cast, part)
        return self.scene.cast.actor(part)

    def put(self, part: str, cells: dict[int, dict[str, str]] | None = None, **options: Any) -> str:
        """A whole answer put; its digest."""
        with self.work(self.actor(part)) as work:
            given = typed(**options) if cells is None else cells
            return drafts.put(work, self.scene.market_id, given).draft.digest

    def submit(
        self,
        part: str,
        digest: str | None = None,
        *,
        at: datetime | None = None,
        key: UUID | None = None,
    ) -> Acknowledged:
        """The draft sent, its request received at an instant."""
        digest = self.put(part) if digest is None else digest
        with self.work(self.actor(part)) as work:
            if at is not None:
                work.notes["received_at"] = at
            return deposits.submit(work, self.scene.market_id, key or uuid4(), digest)

    def withdraw(
        self, part: str, *, at: datetime | None = None, key: UUID | None = None
    ) -> Acknowledged:
        """The answer taken back."""
        with self.work(self.actor(part)) as work:
            if at is not None:
                work.notes["received_at"] = at
            return deposits.withdraw(work, self.scene.market_id, key or uuid4())


@pytest.fixture
def stage(work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock) -> Stage:
    """A market of three lines, two suppliers invited, open until T."""
    with work() as w:
        scene = make_scene(w, cast)
    return Stage(scene, work, read, clock)
