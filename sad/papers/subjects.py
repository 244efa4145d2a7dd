"""What a paper is about: found in its organisation, with its chain and what has happened."""

from dataclasses import dataclass, replace
from uuid import UUID

from sad.audit.chains import Chain, candidature_chain, system_chain
from sad.awards.states import AwardState
from sad.awards.tables import Award
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Applicant, Candidature
from sad.categories.tables import Category
from sad.db.work import Work
from sad.evaluation.tables import Letter
from sad.kernel.errors import NotFound
from sad.markets.rows import chain_of
from sad.markets.states import MarketState
from sad.markets.tables import SpecificMarket
from sad.papers.rules import Stage
from sad.papers.stages import reached_by_award, reached_by_candidature, reached_by_market
from sad.papers.states import ABOUT, About, PaperKind
from sad.systems.tables import PurchasingSystem


@dataclass(frozen=True)
class Subject:
    """One system, candidature, market or award, as its papers know it.

    `number`: of the market, else of the system. `addressee`: the supplier concerned, if one.
    """

    id: UUID
    organisation_id: UUID
    system_id: UUID
    number: str
    title: str
    chain: Chain
    reached: frozenset[Stage]
    market_id: UUID | None = None
    supplier_id: UUID | None = None
    addressee: str = ""


def subject(work: Work, kind: PaperKind, about_id: UUID, *, lock: bool = False) -> Subject:
    """What a paper of this kind is about; `lock` holds it, so that versions follow one another.

    Raises NotFound outside of the agent's organisation.
    """
    return subject_in(work, work.organisation_id, kind, about_id, lock=lock)


def subject_in(
    work: Work, organisation_id: UUID, kind: PaperKind, about_id: UUID, *, lock: bool = False
) -> Subject:
    """The same in a named organisation, for the engine's own acts."""
    return _FIND[ABOUT[kind]](work, organisation_id, about_id, lock)


def of_market(row: SpecificMarket) -> Subject:
    """A market."""
    return Subject(
        id=row.id,
        organisation_id=row.organisation_id,
        system_id=row.system_id,
        market_id=row.id,
        number=row.number or "",
        title=row.title,
        chain=chain_of(row),
        reached=reached_by_market(
            MarketState(row.state),
            launched=row.launched_at is not None,
            opened=row.opened_at is not None,
        ),
    )


def of_award(work: Work, row: Award, market: SpecificMarket) -> Subject:
    """An award of a market."""
    about = of_market(market)
    return Subject(
        id=row.id,
        organisation_id=row.organisation_id,
        system_id=about.system_id,
        market_id=market.id,
        supplier_id=row.supplier_id,
        addressee=work.get_in(Applicant, row.organisation_id, row.applicant_id).name,
        number=about.number,
        title=about.title,
        chain=about.chain,
        reached=about.reached - {Stage.DECIDED} | reached_by_award(AwardState(row.state)),
    )


def _system(work: Work, organisation_id: UUID, about_id: UUID, lock: bool) -> Subject:
    row = work.get_in(PurchasingSystem, organisation_id, about_id, lock=lock)
    return Subject(
        id=row.id,
        organisation_id=row.organisation_id,
        system_id=row.id,
        number=row.number,
        title=row.title,
        chain=system_chain(row.organisation_id, row.id),
        reached=frozenset(),
    )


def _candidature(work: Work, organisation_id: UUID, about_id: UUID, lock: bool) -> Subject:
    row = work.get_in(Candidature, organisation_id, about_id, lock=lock)
    if row.state == CandidatureState.DRAFT:
        raise NotFound()
    category = work.get_in(Category, organisation_id, row.category_id)
    system = work.get_in(PurchasingSystem, organisation_id, category.system_id)
    applicant = work.get_in(Applicant, organisation_id, row.applicant_id)
    return Subject(
        id=row.id,
        organisation_id=row.organisation_id,
        system_id=system.id,
        supplier_id=applicant.supplier_id,
        addressee=applicant.name,
        number=system.number,
        title=category.name,
        chain=candidature_chain(row.organisation_id, system.id, category.id, row.id),
        reached=reached_by_candidature(CandidatureState(row.state)),
    )


def _market(work: Work, organisation_id: UUID, about_id: UUID, lock: bool) -> Subject:
    return of_market(work.get_in(SpecificMarket, organisation_id, about_id, lock=lock))


def _award(work: Work, organisation_id: UUID, about_id: UUID, lock: bool) -> Subject:
    row = work.get_in(Award, organisation_id, about_id)
    market = work.get_in(SpecificMarket, organisation_id, row.market_id, lock=lock)
    return of_award(work, row, market)


def _letter(work: Work, organisation_id: UUID, about_id: UUID, lock: bool) -> Subject:
    row = work.get_in(Letter, organisation_id, about_id, lock=lock)
    about = of_market(work.get_in(SpecificMarket, organisation_id, row.market_id))
    return replace(about, id=row.id, supplier_id=row.supplier_id)


_FIND = {
    About.SYSTEM: _system,
    About.CANDIDATURE: _candidature,
    About.MARKET: _market,
    About.AWARD: _award,
    About.LETTER: _letter,
}
