"""The facts of the note for elected members: one page once the award is decided (P14)."""

from collections.abc import Sequence
from uuid import UUID

from sad.accounts.permissions import Permission, require
from sad.awards.shares import lines_given
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File, load
from sad.kernel.money import ZERO, Money
from sad.markets.checks import committed
from sad.markets.tables import SpecificMarket
from sad.offers.queries import photographs_of
from sad.papers.facts_award import awarded, awards_decided, compared_in, slices_of
from sad.papers.facts_market import invited, market_heading, notice
from sad.papers.heading import signatory
from sad.papers.rules import NotYet, Stage
from sad.papers.schemas_award import ElectedNoteFacts, NotedWinner
from sad.papers.states import PaperKind
from sad.suppliers.states import SupplierKind, SupplierLabel
from sad.suppliers.tables import Supplier
from sad.systems.tables import PurchasingSystem

ENVIRONMENT = "environment"


def elected_note(work: Work, market_id: UUID, site: str) -> ElectedNoteFacts:
    """What was bought, for how much, from whom, and why it is lawful. Raises NotYet."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    given = awards_decided(work, market)
    if not given:
        raise NotYet(paper=PaperKind.ELECTED_NOTE, stage=Stage.DECIDED)
    file = load(work, market.organisation_id, market_id)
    system = work.get(PurchasingSystem, market.system_id)
    picture_id, picture_of = _picture(work, file, given)
    compared = {id_ for lot in file.lots for id_ in compared_in(work, market, lot.number)}
    held = [file.credits(lot) for lot in file.lots if lot.credits_cents is not None]
    weights = [one.weight for one in file.criteria if one.family == ENVIRONMENT]
    return ElectedNoteFacts(
        **market_heading(work, market),
        **{name: value for name, value in notice(work, market).items() if "reference" not in name},
        description=market.description,
        picture_id=picture_id,
        picture_of=picture_of,
        winners=[_winner(work, file, award) for award in given],
        ht=sum((Money(award.ht_cents) for award in given), ZERO),
        payable=sum((Money(award.payable_cents) for award in given), ZERO),
        credits=sum((one for one in held if one is not None), ZERO) if held else None,
        maximum=Money(system.maximum_cents),
        committed=committed(work, system),
        invited=invited(work, market),
        offers=len(file.offers),
        ranked=len(compared),
        sent_at=market.launched_at,
        deadline_at=market.deadline_at,
        decided_at=max(award.decided_at for award in given if award.decided_at is not None),
        signatory=signatory(work, market.organisation_id, given[0].decision_delegation_id),
        conditions=market.condition_of_performance,
        environment_weight=sum(weights),
        delivery_until=market.delivery_until,
        reasons=given[0].reasons,
    )


def _winner(work: Work, file: File, award: Award) -> NotedWinner:
    supplier = work.shared(Supplier, award.supplier_id)
    offer = file.offer(award.offer_id)
    lines = [] if offer is None else awarded(file, offer, award.lot_number, slices_of(award))
    return NotedWinner(
        name=supplier.name,
        city=supplier.city,
        kinds=[SupplierKind(one) for one in supplier.kinds],
        labels=[SupplierLabel(one) for one in supplier.labels],
        supplies=lines,
        ht=Money(award.ht_cents),
        payable=Money(award.payable_cents),
    )


def _picture(work: Work, file: File, given: Sequence[Award]) -> tuple[UUID | None, str]:
    """A photograph of what was chosen, of the largest line that has one; else the line's own."""
    photographs = photographs_of(work, file.market.id)
    found = [
        (-line.ht.cents, line.line.position, award.offer_id, line.line)
        for award in given
        for line in lines_given(file, award.offer_id, award.lot_number, slices_of(award))
        if photographs.get((award.offer_id, line.line.id))
    ]
    if found:
        *_, offer_id, line = min(found, key=lambda one: (*one[:2], str(one[2])))
        return photographs[offer_id, line.id][0].id, line.designation
    asked = next((line for line in file.frame.lines if line.picture_id is not None), None)
    return (None, "") if asked is None else (asked.picture_id, asked.designation)
