"""The facts of a letter for a template: read in the letter as it was frozen, nowhere else (P13)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sad.awards.states import Paper
from sad.db.work import Work
from sad.evaluation.tables import Letter
from sad.kernel.money import Money
from sad.markets.tables import SpecificMarket
from sad.papers.heading import heading
from sad.papers.schemas import Structure
from sad.papers.schemas_letter import (
    GivenLine,
    LetterFacts,
    LostPart,
    NotificationFacts,
    OwnMark,
    OwnResult,
    PapersRequestFacts,
    RejectionFacts,
    Winner,
    WonMark,
    WonTotal,
)
from sad.systems.tables import PurchasingSystem

Frozen = Mapping[str, Any]


def papers_request(work: Work, row: Letter) -> PapersRequestFacts:
    """Which papers, until when."""
    facts: Frozen = row.facts
    return PapersRequestFacts(
        **_heading(work, row),
        papers=[Paper(one) for one in facts["papers"]],
        due_on=facts["due_on"],
        ht=Money(facts["amount"]["ht_cents"]),
        payable=Money(facts["amount"]["paid_cents"]),
    )


def notification(work: Work, row: Letter) -> NotificationFacts:
    """The contract in force, and how to invoice it."""
    facts: Frozen = row.facts
    delivery = facts["delivery"]
    return NotificationFacts(
        **_heading(work, row),
        lot=facts["lot"]["lot"],
        lot_title=facts["lot"]["title"],
        lines=[_given(line) for line in facts["lines"]],
        ht=Money(facts["ht_cents"]),
        payable=Money(facts["paid_cents"]),
        signed_on=facts["signed_on"],
        place=delivery["place"] or "",
        deliver_until=delivery["until"],
        access=delivery["access"] or "",
        advance_percent=facts["advance_percent"] or 0,
        engagement_number=facts["engagement_number"],
        service_code=facts["service_code"] or "",
        invoice_siret=facts["invoice_siret"],
    )


def rejection(work: Work, row: Letter) -> RejectionFacts:
    """What was lost, and why; the other case is an offer left for its papers (R2144-7)."""
    facts: Frozen = row.facts
    lots = facts.get("lots", [])
    return RejectionFacts(
        **_heading(work, row),
        partly=facts.get("partly", False),
        parts=[part for lot in lots for part in _parts(lot)],
        totals=[
            WonTotal(name=one["name"], price=Money(one["price_cents"]), lines=one["lines"])
            for lot in lots
            for one in lot.get("totals", [])
        ],
        advantages=facts.get("advantages", ""),
        left_reason=facts.get("papers_reason", ""),
    )


BY_KIND: dict[str, Callable[[Work, Letter], LetterFacts]] = {
    "papers_request": papers_request,
    "notification": notification,
    "rejection": rejection,
}
"""The letters that the organisation may dress with a template of its own."""


def _heading(work: Work, row: Letter) -> dict[str, Any]:
    facts: Frozen = row.facts
    market = work.get_in(SpecificMarket, row.organisation_id, row.market_id)
    system = work.get_in(PurchasingSystem, row.organisation_id, market.system_id)
    number, title = facts["market"]["number"] or "", facts["market"]["title"]
    said = heading(work, row.organisation_id, number, title, system)
    return {
        **said,
        "buyer": said["buyer"].model_copy(update=facts["buyer"]),
        "issued_at": row.issued_at,
        "recipient": Structure(**facts["supplier"]),
        "sent_at": row.issued_at,
        "signatory": facts["signatory"],
    }


def _parts(lot: Frozen) -> Iterator[LostPart]:
    """The lot, or its lines where each is given on its own."""
    out = lot["eliminated"] or {}
    said = {
        "lot": lot["lot"],
        "lot_title": lot["title"],
        "verdict": out.get("verdict"),
        "verdict_reasons": out.get("reasons", ""),
    }
    if "lines" not in lot:
        won = [_winner(one["name"], group) for one in lot["winners"] for group in one["groups"]]
        yield LostPart(**said, own=[_own(one) for one in lot["groups"]], winners=won)
        return
    if out and not lot["lines"]:
        yield LostPart(**said, own=[], winners=[])
    for line in lot["lines"]:
        yield LostPart(
            **said,
            line=line["label"],
            designation=line["designation"],
            own=[_own(line["own"])] if line["own"] else [],
            winners=[_winner(one["name"], one) for one in line["winners"]],
            left=line["left"],
        )


def _own(own: Frozen) -> OwnResult:
    return OwnResult(
        rank=own["rank"],
        total=own["total"],
        price=Money(own["price_cents"]),
        below=own["below"],
        marks=[
            OwnMark(
                criterion=mark["label"],
                weight=mark["weight"],
                points=mark["points"],
                formula=mark["formula"],
                figures=mark["figures"],
                reason=mark["reason"],
            )
            for mark in own["marks"]
        ],
    )


def _winner(name: str, won: Frozen) -> Winner:
    price = won.get("price_cents")
    return Winner(
        name=name,
        total=won["total"],
        price=None if price is None else Money(price),
        marks=[WonMark(**mark) for mark in won["marks"]],
    )


def _given(line: Frozen) -> GivenLine:
    return GivenLine(
        label=line["label"],
        designation=line["designation"],
        quantity=line["quantity"],
        unit_price=Money(line["unit_cents"]),
        ht=Money(line["ht_cents"]),
    )
