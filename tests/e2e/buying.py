"""What the buyer does between two acts of a supplier, by the services: admit, launch, open, award.

The installation is a demonstration: its legal time moves past the deadline.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlmodel import col, delete, select

from app.settings import load
from app.wiring import Wiring, build
from sad.accounts.demonstration import advance_to
from sad.accounts.sign_in import issue_link, send_asked_links
from sad.accounts.tables import Person, SessionRow
from sad.awards import service as awards
from sad.awards.schemas import DecisionInput
from sad.candidatures import decisions
from sad.candidatures.tables import Candidature
from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from sad.db.work import Work, writing
from sad.evaluation import service as evaluation
from sad.evaluation.schemas import JudgeInput, ScoreInput
from sad.evaluation.states import Verdict
from sad.frames.schemas import LineInput
from sad.kernel.actor import ENGINE, Actor, Role
from sad.kernel.calendar import Calendar, paris_date
from sad.kernel.dates import suggested_deadline
from sad.kernel.ids import random_id
from sad.markets import grid
from sad.markets.launching import launch
from sad.markets.rows import criteria_of
from sad.markets.tables import SpecificMarket
from sad.notifications.outbox import Letter, kept_letters
from sad.offers import deposits, drafts
from sad.offers.desk import take_desk
from sad.offers.opening import open_offers
from sad.offers.tables import Offer
from sad.suppliers.tables import SupplierPerson
from tests.awards.steps import REASONS
from tests.evaluation.scene import papers
from tests.support.answers import whole_answer
from tests.support.cast import Cast, make_cast
from tests.support.clock import START
from tests.support.joined import decision
from tests.support.markets import Ready, draft, ready
from tests.support.server import Server, serving

MORE = (("E-01", "Étagère", 10, 5), ("P-01", "Patère", 6, None))
"""Beside the three lines of every draft; the fourth is cut into slices."""
LINES = 5


@dataclass
class Buying:
    """A served installation, its cast, and the market once it is launched."""

    server: Server
    wiring: Wiring
    cast: Cast
    place: Ready
    market_id: UUID = field(default_factory=random_id)

    def work(self, part: str | None = None) -> AbstractContextManager[Work]:
        """A writing Work as somebody of the cast, or as the engine."""
        w = self.wiring
        return writing(w.engine, w.clock, w.rings, self.cast.actor(part) if part else ENGINE)

    def mail(self, email: str, kind: str) -> Letter:
        """The last mail of that kind to somebody; links asked are decided on, as by the worker."""
        with self.work() as work:
            send_asked_links(work)
        with self.work() as work:
            found = (x for x in kept_letters(work) if (x.to, x.kind) == (email, kind))
            return next(found)

    def admits(self) -> None:
        """Every candidature that waits, by the officer under a delegation."""
        with self.work("officer") as work:
            waiting = select(Candidature.id).where(col(Candidature.state) == "submitted")
            for candidature_id in work.session.exec(waiting.order_by(col(Candidature.id))).all():
                decisions.admit(work, candidature_id, decision(self.cast.delegation_id))

    def launches(self) -> None:
        """A market of five lines; alder answers it at once, cheaper than anybody."""
        with self.work() as work:
            deadline = suggested_deadline(work.today, Calendar())
            delivered = paris_date(deadline) + timedelta(days=30)
            market = draft(work, self.cast, self.place, deadline=deadline, delivery_until=delivered)
            work.actor = self.cast.actor("buyer")
            for code, designation, quantity, size in MORE:
                asked = LineInput(
                    code=code,
                    designation=designation,
                    quantity=Decimal(quantity),
                    slice_size=None if size is None else Decimal(size),
                )
                grid.add_line(work, market.id, asked)
            launch(work, market.id)
            self.market_id = market.id
        with self.work("alder") as work:
            typed = whole_answer(work, self.cast.organisation_id, self.market_id, price="2")
            drafts.put(work, self.market_id, typed)
            digest = take_desk(work, self.market_id).draft().digest
            deposits.submit(work, self.market_id, random_id(), digest)

    def colleague_types(self, email: str, position: int, cells: dict[str, str]) -> None:
        """Somebody of the same supplier saves a line from elsewhere."""
        with self.work() as work:
            work.actor = _actor(work, email)
            drafts.save_line(work, self.market_id, position, cells)

    def session_ends(self, email: str) -> str:
        """The person's sessions are closed; a link to come in again."""
        with self.work() as work:
            person = _person(work, email)
            work.connection.execute(delete(SessionRow).where(col(SessionRow.person_id) == person))
            path = f"/reponse/{self.market_id}/offre"
            return f"/entrer/{issue_link(work, person, next_path=path)}"

    def opens(self) -> None:
        """A minute past the deadline."""
        with self.work() as work:
            market = work.locate(SpecificMarket, self.market_id)
            assert market.opening_from is not None
            advance_to(work, market.opening_from + timedelta(minutes=1))
        with self.work("buyer") as work:
            open_offers(work, self.market_id)

    def awards(self) -> None:
        """Alder is the best; the letters to the others leave with the decision."""
        with self.work("officer") as work:
            market = work.get(SpecificMarket, self.market_id)
            evaluation.assign(work, market.id, self.cast.people["officer"])
            judged = [row.id for row in criteria_of(work, market) if row.method == "judged"]
            alder = self.cast.suppliers["alder"]
            for offer in work.session.exec(select(Offer).order_by(col(Offer.id))).all():
                evaluation.judge(work, offer.id, JudgeInput(verdict=Verdict.REGULAR))
                value = Decimal(18 if offer.supplier_id == alder else 13)
                for criterion in judged:
                    given = ScoreInput(value=value, reason="Assemblages solides.")
                    evaluation.put_score(work, offer.id, criterion, given)
            evaluation.close(work, market.id)
            papers(work, self.cast, "alder")
            awards.propose(work, market.id)
            under = DecisionInput(delegation_id=self.cast.delegation_id, reasons=REASONS)
            awards.decide(work, market.id, under)


@contextmanager
def buying(folder: Path) -> Iterator[Buying]:
    """The installation of a buyer whose system is published, served until the end of the block."""
    settings = {"DATA_DIR": str(folder / "var")}
    (folder / "var").mkdir()
    engine = make_engine(load(settings).database_url)
    migrate(engine, "demonstration", datetime.now(UTC))
    engine.dispose()
    wiring = build(load(settings))
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        if work.now < START:  # the system of the tests opens in August 2026
            advance_to(work, START)
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        cast = make_cast(work)
        place = ready(work, cast)
    with serving(folder, "--demonstration", settings=settings) as server:
        yield Buying(server, wiring, cast, place)
    wiring.engine.dispose()


def _person(work: Work, email: str) -> UUID:
    return work.session.exec(select(Person.id).where(col(Person.email) == email)).one()


def _actor(work: Work, email: str) -> Actor:
    person = _person(work, email)
    query = select(SupplierPerson.supplier_id).where(col(SupplierPerson.person_id) == person)
    supplier = work.session.exec(query).one()
    return Actor(person, None, supplier, frozenset({Role.SUPPLIER}))
