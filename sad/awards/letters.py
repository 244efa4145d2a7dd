"""What the letters of an award reveal, and nothing more (P13).

A loser reads its own marks with the formula and the figures to compute them again; of the winner
its name, marks, compared total and advantages. Never a line price, nor the name of a loser.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sad.accounts.tables import Delegation, Organisation
from sad.awards.states import Paper
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File
from sad.evaluation.letters import issue
from sad.evaluation.states import LetterKind
from sad.evaluation.tables import Letter, Ranking
from sad.kernel.canonical import instant
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer


def papers_request(
    work: Work, market: SpecificMarket, award: Award, papers: Sequence[Paper]
) -> Letter | None:
    """Asks the proposed winner for its papers (P8, R2144-4); nothing when it gave them before."""
    if not papers or award.papers_due_on is None:
        return None
    facts = {
        "papers": [paper.value for paper in papers],
        "due_on": award.papers_due_on.isoformat(),
        "amount": {"ht_cents": award.ht_cents, "paid_cents": award.payable_cents},
    }
    return issue(work, market, award.supplier_id, LetterKind.PAPERS_REQUEST, facts)


def decision(work: Work, file: File, award: Award, delegation: Delegation, reasons: str) -> Letter:
    """Tells a winner that it was chosen; the contract is still to be signed (P1)."""
    facts = {
        "lot": _lot(file, award.lot_number),
        "ht_cents": award.ht_cents,
        "paid_cents": award.payable_cents,
        "lines": awarded_lines(file, award),
        "reasons": reasons,
    }
    market = file.market
    return issue(work, market, award.supplier_id, LetterKind.DECISION, facts, delegation=delegation)


def rejection(
    work: Work,
    file: File,
    offer: Offer,
    rankings: Sequence[Ranking],
    awards: Sequence[Award],
    reasons: str,
    delegation: Delegation,
) -> Letter:
    """Tells a tenderer that it lost, for each lot it answered (END-01, END-02)."""
    won = {award.lot_number for award in awards if award.offer_id == offer.id}
    facts = {
        "lots": [
            _lost(file, offer, row, awards)
            for row in rankings
            if row.lot_number not in won and _took_part(file, offer, row)
        ],
        "advantages": reasons,
    }
    return issue(
        work, file.market, offer.supplier_id, LetterKind.REJECTION, facts, delegation=delegation
    )


def left_for_papers(work: Work, market: SpecificMarket, award: Award, reason: str) -> Letter:
    """Tells a proposed winner that it is left for want of its papers (R2144-7)."""
    facts = {"lots": [], "advantages": "", "papers_reason": reason}
    return issue(work, market, award.supplier_id, LetterKind.REJECTION, facts)


def notification(
    work: Work, file: File, award: Award, delegation: Delegation, service_code: str
) -> Letter:
    """Notifies the contract, with what an invoice on Chorus Pro needs (P15, INV-01)."""
    market = file.market
    buyer = work.shared(Organisation, market.organisation_id)
    facts = {
        "lot": _lot(file, award.lot_number),
        "ht_cents": award.ht_cents,
        "paid_cents": award.payable_cents,
        "lines": awarded_lines(file, award),
        "engagement_number": award.engagement_number,
        "service_code": service_code,
        "invoice_siret": buyer.siret,
        "signed_on": None if award.signed_at is None else instant(award.signed_at),
        "delivery": {
            "place": market.delivery_place,
            "from": market.delivery_from.isoformat() if market.delivery_from else None,
            "until": market.delivery_until.isoformat() if market.delivery_until else None,
            "access": market.access,
        },
        "advance_percent": market.advance_percent,
    }
    return issue(
        work, market, award.supplier_id, LetterKind.NOTIFICATION, facts, delegation=delegation
    )


def without_award(
    work: Work, market: SpecificMarket, supplier_id: UUID, reasons: str, delegation: Delegation
) -> Letter:
    """Tells who took part why there is no award (END-17 R2185-2)."""
    facts = {"reasons": reasons}
    return issue(
        work,
        market,
        supplier_id,
        LetterKind.WITHOUT_AWARD,
        facts,
        delegation=delegation,
        mail=False,
    )


def awarded_lines(file: File, award: Award) -> list[dict[str, Any]]:
    """The winner's own lines: what it supplies and at which price."""
    own = file.lines.get(award.offer_id, {})
    found = []
    for line in file.lot_lines(award.lot_number):
        row = own.get(line.id)
        if row is None or row.ht_cents is None:
            continue
        quantity = row.quantity
        if award.slices:
            count = award.slices.get(str(line.id), 0)
            quantity = (line.slice_size or line.quantity) * count
        if quantity:
            found.append(
                {
                    "line": str(line.id),
                    "label": line.label,
                    "designation": line.designation,
                    "quantity": f"{quantity:f}",
                    "unit_cents": row.unit_cents,
                }
            )
    return found


def _lost(file: File, offer: Offer, row: Ranking, awards: Sequence[Award]) -> dict[str, Any]:
    result: dict[str, Any] = dict(row.result)
    out = result["eliminated"].get(str(offer.id))
    winners = [award for award in awards if award.lot_number == row.lot_number]
    labels = {criterion["code"]: criterion for criterion in result["criteria"]}
    return {
        **_lot(file, row.lot_number),
        "eliminated": out,
        "groups": []
        if out
        else [
            own
            for group in result["groups"]
            if (own := _own(offer, group, labels, result["reasons"]))
        ],
        "winners": [_winner(file, award, result, labels) for award in winners],
    }


def _own(
    offer: Offer, group: Mapping[str, Any], labels: Mapping[str, Any], reasons: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The tenderer's own result in what was ranked together, with all its figures."""
    mine = next((each for each in group["offers"] if each["id"] == str(offer.id)), None)
    if mine is None:
        return None
    said = reasons.get(str(offer.id), {})
    return {
        "label": group["label"] if group["line"] else "",
        "rank": mine["rank"],
        "total": mine["total"],
        "price_cents": mine["price_cents"],
        "below": [labels[code]["label"] for code in mine["below"]],
        "marks": [
            {
                "label": labels[mark["criterion"]]["label"],
                "weight": labels[mark["criterion"]]["weight"],
                "points": mark["points"],
                "formula": mark["formula"],
                "figures": mark["figures"],
                "reason": said.get(mark["criterion"], ""),
            }
            for mark in mine["marks"]
        ],
    }


def _winner(
    file: File, award: Award, result: Mapping[str, Any], labels: Mapping[str, Any]
) -> dict[str, Any]:
    """The winner's name, marks and compared total, in each group it won."""
    offer = file.offer(award.offer_id)
    groups = []
    for group in result["groups"]:
        won = not award.slices or award.slices.get(group["line"] or "", 0)
        each = next((one for one in group["offers"] if one["id"] == str(award.offer_id)), None)
        if not won or each is None or each["rank"] is None:
            continue
        groups.append(
            {
                "label": group["label"] if group["line"] else "",
                "total": each["total"],
                "price_cents": each["price_cents"],
                "marks": [
                    {
                        "label": labels[mark["criterion"]]["label"],
                        "weight": labels[mark["criterion"]]["weight"],
                        "points": mark["points"],
                    }
                    for mark in each["marks"]
                ],
            }
        )
    return {"name": "" if offer is None else offer.supplier_name, "groups": groups}


def _took_part(file: File, offer: Offer, row: Ranking) -> bool:
    """Whether it answered something in the lot, or could not be read at all."""
    return bool(file.in_lot(offer, row.lot_number).lines) or offer.state != "opened"


def _lot(file: File, number: int) -> dict[str, Any]:
    lot = file.lot(number)
    alone = len(file.lots) == 1
    return {"lot": None if alone else number, "title": "" if lot is None or alone else lot.title}
