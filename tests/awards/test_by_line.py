"""A market given line by line (P3): each line to the best ranked on it, one award a winner."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from sad.awards import queries, service
from sad.awards.proposing import LeaveReasonMissing, LineNotLeft
from sad.awards.schemas import ProposalInput
from sad.awards.shares import Ties
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.tables import Letter
from sad.kernel.actor import ENGINE
from sad.kernel.errors import Incomplete
from sad.kernel.money import Money
from sad.kernel.vat import VatRegime
from tests.awards.steps import codes, decide, propose, sign, state
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Asked, Bid, Scene, make_scene, papers
from tests.evaluation.steps import close_all
from tests.support.cast import Cast
from tests.support.clock import FixedClock

EXEMPT = VatRegime.EXEMPT
SAME = {"alder": 15, "birch": 15, "cedar": 15}
BIDS = {
    "alder": Bid([10_000, None, 70_100], EXEMPT),
    "birch": Bid([12_300, 20_000, None], EXEMPT),
    "cedar": Bid([None, 25_400, 40_000], EXEMPT),
}
"""Ten of each line: alder has the first, birch the second, cedar the third."""


def ranked(
    work: Work,
    cast: Cast,
    bids: Mapping[str, Bid] = BIDS,
    asked: Sequence[Asked] = (Asked(), Asked(), Asked()),
    credits: int = 1_000_000,
) -> Scene:
    scene = make_scene(work, cast, bids, asked, mode="lines", credits={1: credits})
    close_all(work, cast, scene, SAME)
    return scene


@pytest.fixture
def scene(work: OpenWork, cast: Cast, clock: FixedClock) -> Scene:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        return ranked(w, cast)


def given(awards: Sequence[Award], scene: Scene) -> dict[str, tuple[list[int], int]]:
    """By part: the lines (by place) and the amount excluding tax."""
    parts = {id_: part for part, id_ in scene.offers.items()}
    return {
        parts[award.offer_id]: (
            [place for place, line in enumerate(scene.lines) if award.slices.get(str(line))],
            award.ht_cents,
        )
        for award in awards
    }


def letters(read: OpenWork, cast: Cast) -> dict[tuple[str, str], dict[str, Any]]:
    parts = {id_: part for part, id_ in cast.suppliers.items()}
    with read(ENGINE) as w:
        rows = w.session.exec(select(Letter)).all()
        return {(row.kind, parts[row.supplier_id]): dict(row.facts) for row in rows}


def test_each_line_goes_to_the_best_ranked_on_it(work: OpenWork, cast: Cast, scene: Scene) -> None:
    with work(cast.actor("officer")) as w:
        assert given(propose(w, cast, scene), scene) == {
            "alder": ([0], 100_000),
            "birch": ([1], 200_000),
            "cedar": ([2], 400_000),
        }


def test_one_award_a_winner_whatever_its_lines(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {"alder": Bid([10_000, 19_000], EXEMPT), "birch": Bid([12_000, 20_000], EXEMPT)}
    with work(cast.actor("officer")) as w:
        scene = ranked(w, cast, bids, (Asked(), Asked()))
        awards = propose(w, cast, scene)
        assert given(awards, scene) == {"alder": ([0, 1], 290_000)}
        decide(w, cast, scene)
        sign(w, cast, awards[0])
    with read(cast.actor("auditor")) as w:
        page = queries.page(w, scene.market_id)
        assert (page.money.engaged, page.money.reserved) == (Money(290_000), Money(0))


def test_a_line_cut_in_slices_beside_one_that_is_not(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    asked = (Asked(Decimal(100), Decimal(10)), Asked())
    bids = {
        "alder": Bid([4_000, 30_000], EXEMPT, [6, None]),
        "birch": Bid([5_000, 20_000], EXEMPT, [7, None]),
    }
    with work(cast.actor("officer")) as w:
        scene = ranked(w, cast, bids, asked)
        awards = propose(w, cast, scene)
        first = str(scene.lines[0])
        assert [(a.slices[first], a.ht_cents) for a in awards] == [(6, 240_000), (4, 400_000)]
    with work(cast.actor("officer")) as w:
        outcome = queries.page(w, scene.market_id).lines
        assert [(won.quantity, won.ht) for won in outcome[0].winners] == [
            (60, Money(240_000)), (40, Money(200_000)),
        ]  # fmt: skip


def test_who_won_a_line_reads_why_it_lost_another(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        propose(w, cast, scene)
        decide(w, cast, scene)
    sent = letters(read, cast)
    assert [line["label"] for line in sent["decision", "alder"]["lines"]] == ["T-01"]
    rejection = sent["rejection", "alder"]
    assert rejection["partly"] is True
    (lot,) = rejection["lots"]
    (line,) = lot["lines"]
    assert line["label"] == "T-03"
    assert [winner["name"] for winner in line["winners"]] == ["Atelier cedar"]
    assert {mark["label"] for mark in line["winners"][0]["marks"]} == {
        "Prix", "État et adéquation", "Environnement",
    }  # fmt: skip
    assert lot["totals"] == [{"name": "Atelier cedar", "price_cents": 400_000, "lines": ["T-03"]}]


def test_a_mark_on_price_is_computed_again_without_anothers_line_price(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    """cedar wins two lines: neither price is said, only the total of both (P13)."""
    clock.set(OPENED)
    bids = {
        "alder": Bid([12_300, 25_400], EXEMPT),
        "cedar": Bid([11_100, 20_200], EXEMPT),
    }
    with work(cast.actor("officer")) as w:
        scene = ranked(w, cast, bids, (Asked(), Asked()))
        propose(w, cast, scene)
        decide(w, cast, scene)
    (lot,) = letters(read, cast)["rejection", "alder"]["lots"]
    for line, (mine, best) in zip(
        lot["lines"], ((123_000, 111_000), (254_000, 202_000)), strict=True
    ):
        mark = next(m for m in line["own"]["marks"] if m["label"] == "Prix")
        figures = {name: Decimal(value) for name, value in mark["figures"].items()}
        assert figures["own"] == 100
        again = figures["weight"] * figures["best"] / figures["own"]
        assert round(again, 2) == Decimal(mark["points"]) == round(Decimal(40 * best) / mine, 2)
        assert line["own"]["price_cents"] == mine
    said = json.dumps(lot)
    for hidden in ("111000", "202000", "11100", "20200"):
        assert f": {hidden}," not in said and f": {hidden}}}" not in said
    assert lot["totals"][0]["price_cents"] == 313_000


def test_who_won_all_it_answered_reads_no_rejection(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {"alder": Bid([10_000, None], EXEMPT), "birch": Bid([None, 20_000], EXEMPT)}
    with work(cast.actor("officer")) as w:
        scene = ranked(w, cast, bids, (Asked(), Asked()))
        propose(w, cast, scene)
        decide(w, cast, scene)
    assert set(letters(read, cast)) == {("decision", "alder"), ("decision", "birch")}


def test_a_line_too_dear_is_left_with_its_reason_and_the_rest_is_given(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = ranked(w, cast, credits=350_000)
    papers_of = {"leave": [scene.lines[2]], "leave_reason": "Trop chère cette année."}
    with work(cast.actor("officer")) as w:
        papers(w, cast, *scene.offers)
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        service.propose(w, scene.market_id)
    assert codes(refused) == {"awards.above_credits"}
    with work(cast.actor("officer")) as w:
        awards = service.propose(w, scene.market_id, ProposalInput(**papers_of))
        assert given(awards, scene) == {"alder": ([0], 100_000), "birch": ([1], 200_000)}
        decide(w, cast, scene)
    sent = letters(read, cast)
    lines = {line["label"]: line for line in sent["rejection", "cedar"]["lots"][0]["lines"]}
    assert (lines["T-03"]["left"], lines["T-03"]["winners"]) == ("Trop chère cette année.", [])
    assert lines["T-02"]["winners"][0]["name"] == "Atelier birch"
    assert sent["rejection", "alder"]["lots"][0]["lines"][0]["left"] == "Trop chère cette année."


def test_a_line_is_left_for_a_reason_and_only_where_lines_are_given(
    work: OpenWork, cast: Cast, scene: Scene, clock: FixedClock
) -> None:
    with pytest.raises(LeaveReasonMissing), work(cast.actor("officer")) as w:
        service.propose(w, scene.market_id, ProposalInput(leave=[scene.lines[0]]))
    wrong = ProposalInput(leave=[scene.market_id], leave_reason="Non.")
    with pytest.raises(LineNotLeft), work(cast.actor("officer")) as w:
        service.propose(w, scene.market_id, wrong)


def test_equals_are_parted_line_by_line_and_stay_so_when_a_winner_gives_no_papers(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    """alder and birch are equal on two lines; cedar, first on the third, proves nothing."""
    clock.set(OPENED)
    bids = {
        "alder": Bid([10_000, 20_000, None], EXEMPT),
        "birch": Bid([10_000, 20_000, 50_000], EXEMPT),
        "cedar": Bid([None, None, 40_000], EXEMPT),
    }
    with work(cast.actor("officer")) as w:
        scene = ranked(w, cast, bids)
        papers(w, cast, "alder", "birch")
    with pytest.raises(Ties) as ties, work(cast.actor("officer")) as w:
        service.propose(w, scene.market_id)
    assert [p.code for p in ties.value.problems] == ["awards.line_tie"] * 2
    first, second = (str(line) for line in scene.lines[:2])
    assert [tied.key for tied in ties.value.tied] == [first, second]
    orders: dict[str, list[UUID]] = {
        first: [scene.offers["alder"]],
        second: [scene.offers["birch"]],
    }
    said = ProposalInput(orders=orders, order_reason="Seconde visite des pièces.")
    with work(cast.actor("officer")) as w:
        awards = service.propose(w, scene.market_id, said)
        assert given(awards, scene) == {
            "alder": ([0], 100_000),
            "birch": ([1], 200_000),
            "cedar": ([2], 400_000),
        }
        late = next(a for a in awards if a.offer_id == scene.offers["cedar"])
    clock.set(OPENED + timedelta(days=10))
    with work(cast.actor("officer")) as w:
        service.replace(w, late.id, "Pas de pièces.")
    with read(cast.actor("officer")) as w:
        rows = [view.row for view in queries.page(w, scene.market_id).awards]
        assert given(rows, scene) == {"alder": ([0], 100_000), "birch": ([1, 2], 700_000)}
        birch = next(row for row in rows if row.offer_id == scene.offers["birch"])
        assert "vigilance_certificate" in birch.papers["needed"]  # type: ignore[operator]  # JSON
    with work(cast.actor("officer")) as w:
        service.cancel(w, scene.market_id, "On recommence.")
    assert state(read, cast, scene) == "ranked"
    with pytest.raises(Ties), work(cast.actor("officer")) as w:
        service.propose(w, scene.market_id)
