"""What a tenderer that lost reads of a lot, and nothing more (P13).

Where the market is given line by line, the lot in the sense of the law is the line, and its
compared total would be the price of the line: line after line, the winner's whole price list,
which is not communicated (L2132-1). So of each line that a tenderer did not win, it reads the
winner's name, marks and total of marks; the compared total is said once a winner, for all that it
is given (who is given a single line has that line for lot). A tenderer's own mark on price stays
computable: in its figures the other prices are percentages of its own, since the formulas only
know ratios.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sad.awards.letters import awarded_lines, lot_heading
from sad.awards.shares import settled, slices_offered
from sad.awards.states import AwardState
from sad.awards.tables import Award
from sad.evaluation.file import File
from sad.evaluation.tables import Ranking
from sad.frames.queries import LineView
from sad.kernel.money import half_up
from sad.offers.tables import Offer


def lost(
    file: File, offer: Offer, rankings: Sequence[Ranking], awards: Sequence[Award]
) -> list[dict[str, Any]]:
    """What an offer lost, by lot; nothing where it won all it answered, or was told before.

    `awards`: the cancelled ones too; one set aside for its papers was told why then (R2144-7).
    """
    told = {award.lot_number for award in awards if award.set_aside and award.offer_id == offer.id}
    given = [award for award in awards if award.state != AwardState.CANCELLED]
    found = []
    for row in rankings:
        number = row.lot_number
        mine = next((a for a in given if (a.offer_id, a.lot_number) == (offer.id, number)), None)
        if number in told or not _took_part(file, offer, row):
            continue
        if file.by_line:
            found += _lost_by_line(file, offer, row, given, mine)
        elif mine is None:
            found.append(_lost(file, offer, row, given))
    return found


def _lost(file: File, offer: Offer, row: Ranking, awards: Sequence[Award]) -> dict[str, Any]:
    result: dict[str, Any] = dict(row.result)
    out = result["eliminated"].get(str(offer.id))
    winners = [award for award in awards if award.lot_number == row.lot_number]
    labels = {criterion["code"]: criterion for criterion in result["criteria"]}
    return {
        **lot_heading(file, row.lot_number),
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


def _lost_by_line(
    file: File, offer: Offer, row: Ranking, awards: Sequence[Award], mine: Award | None
) -> list[dict[str, Any]]:
    """The lines of a lot that an offer answered and did not win as far as it offered."""
    result: dict[str, Any] = dict(row.result)
    out = result["eliminated"].get(str(offer.id))
    labels = {criterion["code"]: criterion for criterion in result["criteria"]}
    here = [award for award in awards if award.lot_number == row.lot_number]
    left = settled([row]).left
    lines: list[dict[str, Any]] = []
    for line, group in _answered(file, offer, result):
        if mine is not None and mine.slices.get(str(line.id), 0) >= slices_offered(
            file, offer.id, line
        ):
            continue
        own = None if out else _own(offer, group, labels, result["reasons"])
        winners = [award for award in here if award.slices.get(str(line.id))]
        lines.append(
            {
                "label": line.label,
                "designation": line.designation,
                "own": own and _relative(own),
                "winners": [_marked(file, award, group, labels) for award in winners],
                "left": left.get(str(line.id), ""),
            }
        )
    if not lines and not out:
        return []
    shown = {winner["name"] for line in lines for winner in line["winners"]}
    totals = [total for award in here if (total := _total(file, award))["name"] in shown]
    heading = lot_heading(file, row.lot_number)
    return [{**heading, "eliminated": out, "lines": lines, "totals": totals}]


def _answered(
    file: File, offer: Offer, result: Mapping[str, Any]
) -> Iterator[tuple[LineView, Mapping[str, Any]]]:
    """The lines of a lot that an offer answered, with what was ranked there."""
    asked = {str(line.id): line for line in file.frame.lines}
    for group in result["groups"]:
        if any(each["id"] == str(offer.id) for each in group["offers"]):
            yield asked[group["line"]], group


def _relative(own: dict[str, Any]) -> dict[str, Any]:
    """Prices in the figures as percentages of one's own: 100 is one's own price."""
    marks = []
    for mark in own["marks"]:
        figures = dict(mark["figures"])
        mine = figures.get("own")
        if isinstance(mine, dict) and len(figures) > 2:
            for name, value in figures.items():
                if isinstance(value, dict):
                    percent = Decimal(value["cents"]) * 100 / Decimal(mine["cents"])
                    figures[name] = f"{half_up(percent, 4).normalize():f}"
        marks.append({**mark, "figures": figures})
    return {**own, "marks": marks}


def _marked(
    file: File, award: Award, group: Mapping[str, Any], labels: Mapping[str, Any]
) -> dict[str, Any]:
    """The winner of a line: its name and marks, no price."""
    won = _won(award, group, labels) or {"total": None, "marks": []}
    return {"name": _name(file, award), "total": won["total"], "marks": won["marks"]}


def _total(file: File, award: Award) -> dict[str, Any]:
    """The compared total of all that a winner is given in a lot."""
    offer = file.offer(award.offer_id)
    slices = {UUID(line): count for line, count in award.slices.items()}
    share = None if offer is None else file.share(offer, award.lot_number, slices)
    return {
        "name": _name(file, award),
        "price_cents": 0 if share is None else share.compared.cents,
        "lines": [line["label"] for line in awarded_lines(file, award)],
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
    """The winner's name, marks and compared total of a lot given whole."""
    groups = [won for group in result["groups"] if (won := _won(award, group, labels))]
    return {"name": _name(file, award), "groups": groups}


def _won(
    award: Award, group: Mapping[str, Any], labels: Mapping[str, Any]
) -> dict[str, Any] | None:
    each = next((one for one in group["offers"] if one["id"] == str(award.offer_id)), None)
    if each is None or each["rank"] is None:
        return None
    return {
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


def _name(file: File, award: Award) -> str:
    offer = file.offer(award.offer_id)
    return "" if offer is None else offer.supplier_name


def _took_part(file: File, offer: Offer, row: Ranking) -> bool:
    """Whether it answered something in the lot, or could not be read at all."""
    return bool(file.in_lot(offer, row.lot_number).lines) or offer.state != "opened"
