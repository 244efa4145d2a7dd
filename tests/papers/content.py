"""The demonstration's papers, gathered and set once for a module."""

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pypdf import PdfReader
from sqlmodel import col, select

from app.paper_pictures import pictures_of
from app.rendering.papers import paper_pdf
from app.settings import load
from app.wiring import Wiring, build
from sad.accounts.tables import Membership, Organisation
from sad.awards.tables import Award
from sad.candidatures.tables import Candidature
from sad.db.work import Work, reading
from sad.kernel.actor import ANONYMOUS, Actor, Role
from sad.kernel.canonical import instant
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer
from sad.papers.builders import facts_of
from sad.papers.schemas import PaperFacts
from sad.papers.states import ABOUT, About, PaperKind
from sad.systems.tables import PurchasingSystem
from tests.evaluation.scene import OPENED
from tests.support.demonstration import demonstration

SITE = "https://marches.example"


@dataclass(frozen=True)
class Said:
    """A paper: its facts, its PDF, the text of each page."""

    facts: PaperFacts
    pdf: bytes
    pages: list[str]

    @property
    def text(self) -> str:
        """All its words on one line."""
        return " ".join(self.pages)


class Shown:
    """The demonstration, read by its officer."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        with self.read(ANONYMOUS) as work:
            organisation = work.session.exec(select(Organisation)).one()
            officer = work.session.exec(
                select(Membership)
                .where(Membership.role == Role.OFFICER.value)
                .order_by(col(Membership.id))
            ).first()
            assert officer is not None
            person = officer.person_id
        self.officer = Actor(person, organisation.id, None, frozenset({Role.OFFICER}))

    def read(self, actor: Actor | None = None) -> AbstractContextManager[Work]:
        """A reading Work, the officer's by default."""
        w = self.wiring
        return reading(w.engine, w.clock, w.rings, actor or self.officer, "papers")

    def market(self, state: str, mode: str | None = None) -> UUID:
        """The first market in that state, given that way."""
        query = select(SpecificMarket).where(SpecificMarket.state == state)
        if mode is not None:
            query = query.where(SpecificMarket.award_mode == mode)
        with self.read() as work:
            found = work.session.exec(query.order_by(col(SpecificMarket.number))).first()
            assert found is not None, f"no market is {state}"
            return found.id

    def about(self, kind: PaperKind) -> UUID:
        """Something this kind of paper speaks of."""
        with self.read() as work:
            return self._about(work, kind)

    def _about(self, work: Work, kind: PaperKind) -> UUID:
        if ABOUT[kind] is About.SYSTEM:
            return work.session.exec(select(PurchasingSystem.id)).one()
        if ABOUT[kind] is About.CANDIDATURE:
            state = "refused" if kind is PaperKind.REFUSAL else "admitted"
            candidatures = select(Candidature.id).where(Candidature.state == state)
            return _first(work.session.exec(candidatures.order_by(col(Candidature.id))).all())
        if ABOUT[kind] is About.AWARD:
            notified = select(Award.id).where(Award.state == "notified")
            return _first(work.session.exec(notified.order_by(col(Award.id))).all())
        return self.market("performed")

    def facts(self, kind: PaperKind) -> PaperFacts:
        """The facts alone."""
        with self.read() as work:
            return facts_of(work, kind, self._about(work, kind), SITE)

    def paper(self, kind: PaperKind, about_id: UUID | None = None) -> Said:
        """One paper, gathered and set."""
        with self.read() as work:
            facts = facts_of(work, kind, about_id or self._about(work, kind), SITE)
            pictures = pictures_of(work, self.wiring.store, work.organisation_id, facts)
        return said(facts, paper_pdf(facts, pictures))


def _first(found: Sequence[UUID]) -> UUID:
    assert found, "the story of the demonstration has none"
    return found[0]


def said(facts: PaperFacts, pdf: bytes) -> Said:
    """A paper with the words of its pages."""
    pages = [words(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    return Said(facts, pdf, pages)


def words(text: str) -> str:
    """The text on one line, its spaces plain."""
    return " ".join(text.split())


def opened(folder: Path) -> Shown:
    """A copy of the demonstration."""
    played = demonstration(folder)
    return Shown(build(load({"DATA_DIR": str(played.data_dir)})))


def minutes(work: Work, market: SpecificMarket) -> dict[str, object]:
    """What an opening writes, for offers written directly."""
    offers = work.session.exec(
        select(Offer).where(Offer.market_id == market.id).order_by(col(Offer.supplier_name))
    )
    return {
        "deadline_at": instant(market.deadline_at or work.now),
        "opened_at": instant(OPENED),
        "operators": [{"name": "Inès Le Gall", "role": "buyer"}],
        "offers": [
            {
                "name": offer.supplier_name,
                "received_at": instant(offer.received_at),
                "number": "AR-7F3K-9Q2M-X4TD",
                "files": 0,
                "state": "opened",
                "receipt": "ab" * 32,
            }
            for offer in offers
        ],
        "late": [],
        "replaced": [],
        "withdrawn": [],
        "anomalies": [],
    }
