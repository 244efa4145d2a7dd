"""Typing an answer (acceptance 24 to 28)."""

import pytest

from sad.audit.tables import audit_event
from sad.frames.tables import FrameLine
from sad.kernel.errors import NotFound
from sad.kernel.money import Money
from sad.markets.tables import SpecificMarket
from sad.offers import drafts, queries
from sad.offers.drafts import Read
from sad.offers.rules import (
    AdmissionWithdrawn,
    AdmittedElsewhere,
    AdmittedLater,
    CandidaturePending,
    CandidatureRefused,
    CellsRefused,
    LineUnknown,
    MarketOver,
    MayNotAnswer,
    OfferIncomplete,
)
from sad.offers.states import Standing
from tests.offers.conftest import Stage
from tests.offers.scene import add_supplier, admit, as_supplier, typed


def test_starting_twice_gives_the_same_draft(stage: Stage) -> None:
    for expected in (True, False):
        with stage.work(stage.actor("alder")) as work:
            assert drafts.start(work, stage.scene.market_id) is expected


def test_a_line_saved_keeps_the_others(stage: Stage) -> None:
    with stage.work(stage.actor("alder")) as work:
        drafts.save_line(work, stage.scene.market_id, 1, {"price": "1 234,5", "condition": "bon"})
    with stage.work(stage.actor("alder")) as work:
        drafts.save_line(work, stage.scene.market_id, 2, {"price": "80 €", "condition": "Correct"})
    with stage.read(stage.actor("alder")) as work:
        own = queries.own_answer(work, stage.scene.market_id)
    assert own.draft.values[0]["price"] == Money(123450)
    assert own.draft.values[1]["condition"] == "Correct"
    assert own.standing is Standing.DRAFT


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("price", "45,678", "frames.cell_not_money"),
        ("price", "-7", "frames.cell_not_money"),
        ("price", "douze", "frames.cell_not_money"),
        ("price", "2,345.60", "frames.cell_not_money"),
        ("available", "21", "frames.quantity_above_asked"),
        ("available", "3,5", "frames.cell_not_integer"),
        ("condition", "Abîmé", "frames.cell_not_choice"),
        ("delivery", "31/02/2026", "frames.cell_not_date"),
        ("inconnue", "1", "offers.column_unknown"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_cell_and_nothing_is_saved(
    stage: Stage, column: str, text: str, code: str
) -> None:
    stage.put("alder")
    cells = typed()
    cells[1]["note"] = "ne doit pas rester"
    cells[2][column] = text
    with pytest.raises(CellsRefused) as refused:
        stage.put("alder", cells)
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == (code, f"M-02.{column}")
    with stage.read(stage.actor("alder")) as work:
        own = queries.own_answer(work, stage.scene.market_id)
    assert own.draft.values[0]["note"] == "Remarque de la ligne 1"


def test_a_line_that_does_not_exist_is_refused(stage: Stage) -> None:
    with (
        pytest.raises(LineUnknown),
        stage.work(stage.actor("alder")) as work,
    ):
        drafts.save_line(work, stage.scene.market_id, 9, {"price": "1"})


def test_slices_only_where_the_line_has_them(stage: Stage) -> None:
    cells = typed()
    cells[2]["available"] = "13"  # slices of 5
    with pytest.raises(CellsRefused) as refused:
        stage.put("alder", cells)
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("frames.quantity_not_slices", "M-02.available")
    assert problem.facts["below"] == 10
    cells[2]["available"] = "10"
    stage.put("alder", cells)
    with stage.read(stage.actor("alder")) as work:
        offered = queries.own_answer(work, stage.scene.market_id).draft.offered[1]
    assert (offered.quantity, offered.slices) == (10, 2)
    cells[1]["available"] = "13"  # not cut into slices
    with pytest.raises(CellsRefused) as refused:
        stage.put("alder", cells)
    assert refused.value.problems[0].code == "frames.partial_not_open"


def test_a_copy_kept_through_a_cut_never_overwrites_what_came_after(stage: Stage) -> None:
    market, alder = stage.scene.market_id, stage.actor("alder")
    with stage.work(alder) as work:
        drafts.save_line(work, market, 1, {"price": "12,50", "note": "Stock"})
    shown = Read({1: {"price": "10", "note": "Stock"}}, {})
    with stage.work(alder) as work, pytest.raises(CellsRefused) as refused:
        drafts.save_lines(work, market, {1: {"price": "11", "note": "Stock à Brume"}}, read=shown)
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("offers.cell_changed", "M-01.price")
    assert (problem.facts["kept"], problem.facts["typed"]) == (Money(1250), "11")
    agreeing = [
        ({"price": "12,5"}, shown),  # both wrote the same
        ({"note": "Stock à Brume"}, shown),  # the other's cell is not this one
        ({"price": "11"}, Read({1: {"price": "12,50 €"}}, {})),  # read, then changed
    ]
    for cells, read in agreeing:
        with stage.work(alder) as work:
            drafts.save_lines(work, market, {1: cells}, read=read)
    with stage.read(alder) as work:
        values = queries.own_answer(work, market).draft.values[0]
    assert (values["price"], values["note"]) == (Money(1100), "Stock à Brume")


def test_zero_is_no_answer(stage: Stage) -> None:
    cells = typed()
    cells[3]["available"] = "0"
    stage.put("alder", cells)
    with stage.read(stage.actor("alder")) as work:
        draft = queries.own_answer(work, stage.scene.market_id).draft
    assert draft.answered == {0, 1}
    assert draft.problems == []


def test_what_is_missing_is_listed_line_by_line_and_stays_a_draft(stage: Stage) -> None:
    cells = typed()
    del cells[1]["price"], cells[3]["condition"]
    digest = stage.put("alder", cells)
    with pytest.raises(OfferIncomplete) as refused:
        stage.submit("alder", digest)
    assert [problem.where for problem in refused.value.problems] == ["M-01.price", "M-03.condition"]
    with stage.read(stage.actor("alder")) as work:
        own = queries.own_answer(work, stage.scene.market_id)
    assert own.standing is Standing.DRAFT
    assert not own.deposits


def test_an_unanswered_mandatory_line_is_shown_and_can_be_sent(stage: Stage) -> None:
    cells = typed()
    del cells[1]
    digest = stage.put("alder", cells)
    with stage.read(stage.actor("alder")) as work:
        draft = queries.own_answer(work, stage.scene.market_id).draft
    assert [problem.where for problem in draft.irregular] == ["M-01"]
    stage.submit("alder", digest)


def test_a_line_left_out_is_refused_where_the_market_says_so(stage: Stage) -> None:
    with stage.work() as work:
        market = work.locate(SpecificMarket, stage.scene.market_id)
        market.partial_allowed = False
        work.add(market)
    cells = typed()
    del cells[2]
    digest = stage.put("alder", cells)
    with pytest.raises(OfferIncomplete) as refused:
        stage.submit("alder", digest)
    assert [problem.code for problem in refused.value.problems] == ["offers.line_left_out"]


def test_another_lot_may_be_left_alone(stage: Stage) -> None:
    with stage.work() as work:
        market = work.locate(SpecificMarket, stage.scene.market_id)
        market.partial_allowed = False
        work.add(market)
        line = work.locate(FrameLine, stage.scene.lines[1])
        line.lot_number = 2
        work.add(line)
    cells = typed()
    del cells[2]
    stage.submit("alder", stage.put("alder", cells))


def test_totals_are_the_engines_under_the_suppliers_vat_regime(stage: Stage) -> None:
    for part, payable in (("alder", 90_000), ("birch", 75_000)):
        stage.put(part, price="12,50")  # 3 lines of 20
        with stage.read(stage.actor(part)) as work:
            draft = queries.own_answer(work, stage.scene.market_id).draft
        assert draft.totals.ht == Money(75_000)
        assert draft.totals.payable == Money(payable)
    assert draft.line_payable(0) == Money(25_000)


def test_a_colleague_continues_the_draft(stage: Stage) -> None:
    cast = stage.scene.cast
    stage.put("alder")
    with stage.work() as work:
        add_supplier(work, cast, "colleague")
    cast.suppliers["colleague"] = cast.suppliers["alder"]
    with stage.work(as_supplier(cast, "colleague")) as work:
        drafts.save_line(work, stage.scene.market_id, 1, {"note": "vu par un collègue"})
    with stage.read(stage.actor("alder")) as work:
        own = queries.own_answer(work, stage.scene.market_id)
    assert own.draft.values[0]["note"] == "vu par un collègue"


def test_who_may_not_answer_is_told_why_and_the_way_out(stage: Stage) -> None:
    scene, cast = stage.scene, stage.scene.cast
    parts = {
        "nobody": (None, None, MayNotAnswer),
        "elsewhere": (scene.other_category_id, "admitted", AdmittedElsewhere),
        "pending": (scene.category_id, "submitted", CandidaturePending),
        "refused": (scene.category_id, "refused", CandidatureRefused),
        "out": (scene.category_id, "admission_withdrawn", AdmissionWithdrawn),
        "later": (scene.category_id, "admitted", AdmittedLater),
    }
    for part, (category, state, refusal) in parts.items():
        with stage.work() as work:
            add_supplier(work, cast, part)
            if state is not None:
                admit(work, scene, part, category, state)
        with stage.work(stage.actor(part)) as work, pytest.raises(refusal) as refused:
            drafts.put(work, scene.market_id, typed())
        assert type(refused.value) is refusal
        assert refused.value.facts["way_out"] == f"/rejoindre/{scene.system_id}"


def test_a_market_not_launched_does_not_exist(stage: Stage) -> None:
    with stage.work() as work:
        add_supplier(work, stage.scene.cast, "nobody")
    with stage.read(stage.actor("nobody")) as work, pytest.raises(NotFound):
        queries.own_answer(work, stage.scene.cast.organisation_id)


def test_nothing_is_written_once_the_market_ended_but_all_stays_readable(stage: Stage) -> None:
    digest = stage.put("alder")
    receipt = stage.submit("alder", digest)
    with stage.work() as work:
        market = work.locate(SpecificMarket, stage.scene.market_id)
        market.state, market.ended_at, market.ended_reasons = (
            "withdrawn",
            work.now,
            "Besoin changé.",
        )
        work.add(market)
    with pytest.raises(MarketOver):
        stage.put("alder")
    with pytest.raises(MarketOver):
        stage.withdraw("alder")
    with stage.read(stage.actor("alder")) as work:
        own = queries.own_answer(work, stage.scene.market_id)
        assert own.standing is Standing.SENT
        assert queries.own_payload(work, stage.scene.market_id, receipt.deposit_id)


def test_typing_leaves_no_event_in_the_journal(stage: Stage) -> None:
    def events() -> int:
        with stage.read() as work:
            return len(work.session.connection().execute(audit_event.select()).all())

    before = events()
    stage.put("alder")
    assert events() == before
