"""Where the story is played: the database being made, the clock, and who acts in it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from app.demo.clock import Days, StoryClock
from sad.attachments.store import Store
from sad.audit.seals import keep_seals, make_seal
from sad.candidatures.tables import Candidature
from sad.db.work import Work, writing
from sad.kernel.actor import ENGINE, Actor
from sad.kernel.rings import Rings
from sad.markets.tables import SpecificMarket

DATA = Path(__file__).resolve().parent / "data"


@dataclass
class Stage:
    """Everything the scenes share. Ids are kept by the short names of the story."""

    engine: Engine
    clock: StoryClock
    rings: Rings
    store: Store
    days: Days
    actors: dict[str, Actor] = field(default_factory=dict)  # "officer", "buyer"…, "01" to "23"
    delegations: dict[str, UUID] = field(default_factory=dict)
    system_id: UUID | None = None
    categories: dict[str, UUID] = field(default_factory=dict)
    lines: dict[str, UUID] = field(default_factory=dict)  # funding lines, by category
    envelopes: dict[str, UUID] = field(default_factory=dict)
    candidatures: dict[tuple[str, str], UUID] = field(default_factory=dict)
    markets: dict[str, UUID] = field(default_factory=dict)

    def act(self, who: str | None = None) -> AbstractContextManager[Work]:
        """A writing Work of somebody of the story; of the engine when nobody is named."""
        actor = ENGINE if who is None else self.actors[who]
        return writing(self.engine, self.clock, self.rings, actor, "demonstration")

    @property
    def system(self) -> UUID:
        """The system of the story, once it exists."""
        if self.system_id is None:
            raise LookupError("the system is not created yet")
        return self.system_id

    def market(self, work: Work, name: str) -> SpecificMarket:
        """A market of the story."""
        return work.get(SpecificMarket, self.markets[name])

    def candidature(self, work: Work, supplier: str, category: str) -> Candidature:
        """A candidature of the story."""
        return work.locate(Candidature, self.candidatures[supplier, category])

    def seal(self) -> None:
        """Seals the journal as it stands, and keeps the seal outside of the database."""
        with self.act() as work:
            make_seal(work)
        with self.act() as work:
            keep_seals(work, self.store)


def blocks_of(path: Path) -> Iterator[bytes]:
    """A file of the story's data, as a request brings it."""
    yield path.read_bytes()
