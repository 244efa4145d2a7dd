"""An inventory kept, its scenarios, its lines gone to markets: on both databases."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlmodel import select

from sad.accounts.permissions import NotAllowed
from sad.frames.service import lines_of
from sad.inventories import queries, rules, scenarios, service, steps, sums
from sad.inventories.schemas import ChangeInput, Narrowing, ScenarioInput, TakenBy
from sad.inventories.states import InventoryState
from sad.inventories.tables import InventoryLine
from sad.kernel.errors import NotFound, Problem
from sad.kernel.money import Money
from sad.kernel.moves import MoveRefused
from sad.markets.picking import (
    MarketOfLines,
    Picking,
    draft_from_lines,
    markets_of,
    picked,
)
from sad.markets.rows import lots_of
from sad.markets.states import MarketPhase
from sad.markets.tables import SpecificMarket
from tests.conftest import OpenWork
from tests.inventories.scene import kept, understood
from tests.support.cast import Cast


def test_what_was_understood_then_kept(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        scene = kept(w, cast)
    with work(cast.actor("auditor")) as w:
        view = queries.one(w, scene.inventory_id)
        assert (view.name, view.state, len(view.routes)) == ("Besoins", InventoryState.KEPT, 2)
        assert [route.bought_here for route in view.routes] == [False, True]
        assert [warning.code for warning in view.warnings] == ["inventories.quantity_negative"]
        lines = scene.lines(w)
        assert lines["A2"].category_id == scene.place.category_id
        assert lines["A4"].amount == Money(1346_00)
        assert sums.total(lines.values()).amount == Money(486_00 + 400_00 + 1346_00)
        chosen = sums.narrowed(lines.values(), Narrowing(room="Fablab", kind="chaise"))
        assert [line.code for line in chosen] == ["A3"]
        assert [view.name for view in queries.listed(w)] == ["Besoins"]
    with work(cast.actor("other_officer")) as w, pytest.raises(NotFound):
        queries.one(w, scene.inventory_id)
    with work(cast.actor("auditor")) as w, pytest.raises(NotAllowed):
        service.discard(w, scene.inventory_id)


def test_a_refused_file_and_one_put_aside_leave_no_line(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        system_id = kept(w, cast).place.system_id
        refused = service.start(w, system_id, "vide.xlsx").id
        service.refuse(w, refused, Problem("inventories.nothing_found", "file", {"sheets": ["A"]}))
        aside = service.start(w, system_id, "autre.xlsx").id
        service.take_in(w, aside, understood())
        service.discard(w, aside)
    with work(cast.actor("buyer")) as w:
        view = queries.one(w, refused)
        assert view.refusal is not None
        assert view.refusal.code == "inventories.nothing_found"
        with pytest.raises(NotFound):
            queries.one(w, aside)
        assert queries.lines(w, aside) == []
        with pytest.raises(MoveRefused):
            service.take_in(w, refused, understood())


def test_lines_moved_in_bulk_and_two_scenarios_compared(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        scene = kept(w, cast)
        first = scene.lines(w)
        given = ScenarioInput(name="Tout en réemploi", copied_from=scene.scenario_id)
        other = scenarios.create(w, scene.inventory_id, given).id
        moved = ChangeInput(
            lines=[first["A1"].id, first["A4"].id],
            route_id=scene.routes["SAD réemploi"],
            category_id=scene.place.category_id,
            unit_price="120",
        )
        assert scenarios.change(w, scene.inventory_id, other, moved) == 2
        again = ChangeInput(lines=[first["A4"].id], quantity=Decimal(3))
        scenarios.change(w, scene.inventory_id, other, again)
    with work(cast.actor("buyer")) as w:
        then = scene.lines(w, other)
        assert then["A1"].route_id == scene.routes["SAD réemploi"]
        assert then["A4"].amount == Money(360_00)
        assert then["A4"].changed
        assert not then["A2"].changed
        found = sums.differences(list(first.values()), list(then.values()))
        assert [each.first.code for each in found] == ["A1", "A4"]
        back = ChangeInput(lines=[first["A4"].id], as_in_file=True)
        scenarios.change(w, scene.inventory_id, other, back)
        assert scene.lines(w, other)["A4"].amount == Money(1346_00)
        views = queries.one(w, scene.inventory_id).scenarios
        assert [(view.name, view.changed) for view in views] == [
            ("Comme dans le fichier", 0),
            ("Tout en réemploi", 1),
        ]
        assert w.session.exec(select(InventoryLine.unit_cents).where(
            InventoryLine.id == first["A4"].id
        )).one() == 673_00  # fmt: skip


def test_changes_are_undone_the_last_one_first(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        scene = kept(w, cast)
        inventory, scenario = scene.inventory_id, scene.scenario_id
        ids = {code: line.id for code, line in scene.lines(w).items()}
        states, done = [scene.lines(w)], []
        for given in (
            ChangeInput(lines=[ids["A2"], ids["A3"]], unit_price="30"),
            ChangeInput(lines=[ids["A3"], ids["A4"]], route_id=scene.routes["Travaux"], quantity=2),
            ChangeInput(lines=list(ids.values()), as_in_file=True),
        ):
            scenarios.change(w, inventory, scenario, given)
            states.append(scene.lines(w))
            row = scenarios.of_inventory(w, inventory, scenario)
            done.append(steps.last(w, row))
    with work(cast.actor("buyer")) as w:
        with pytest.raises(rules.NotLastChange):
            scenarios.undo(w, inventory, scenario, done[0].id)
        for place, (step, count) in enumerate(zip(done[::-1], (5, 2, 2), strict=True)):
            assert step.lines == count
            assert scenarios.undo(w, inventory, scenario, step.id) == count
            assert scene.lines(w) == states[2 - place]
        assert steps.last(w, scenarios.of_inventory(w, inventory, scenario)) is None
        with pytest.raises(rules.NotLastChange):
            scenarios.undo(w, inventory, scenario, done[0].id)
    assert (done[1].quantity, done[1].route_id) == (2, scene.routes["Travaux"])


def test_only_the_last_changes_can_be_undone(
    work: OpenWork, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_STEPS", 2)
    with work(cast.actor("buyer")) as w:
        scene = kept(w, cast)
        line = scene.lines(w)["A2"].id
        for price in ("1", "2", "3"):
            given = ChangeInput(lines=[line], unit_price=price)
            scenarios.change(w, scene.inventory_id, scene.scenario_id, given)
        row = scenarios.of_inventory(w, scene.inventory_id, scene.scenario_id)
        assert [step.position for step in steps.of_scenario(w, row)] == [3, 2]
        other = scenarios.create(w, scene.inventory_id, ScenarioInput(name="Autre")).id
        scenarios.remove(w, scene.inventory_id, scene.scenario_id)
        assert [one.id for one in queries.one(w, scene.inventory_id).scenarios] == [other]


def test_what_scenarios_refuse(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        scene = kept(w, cast)
        inventory, scenario = scene.inventory_id, scene.scenario_id
        line = scene.lines(w)["A1"].id
        with pytest.raises(rules.NameTaken):
            scenarios.create(w, inventory, ScenarioInput(name="comme dans le  FICHIER"))
        with pytest.raises(rules.LastScenario):
            scenarios.remove(w, inventory, scenario)
        with pytest.raises(rules.NothingChosen):
            scenarios.change(w, inventory, scenario, ChangeInput(lines=[], quantity=1))
        with pytest.raises(rules.NothingToChange):
            scenarios.change(w, inventory, scenario, ChangeInput(lines=[line]))
        for wrong in (
            ChangeInput(lines=[uuid4()], quantity=1),
            ChangeInput(lines=[line], route_id=uuid4()),
            ChangeInput(lines=[line], category_id=uuid4()),
        ):
            with pytest.raises(NotFound):
                scenarios.change(w, inventory, scenario, wrong)
        other = scenarios.create(w, inventory, ScenarioInput(name="Second")).id
        scenarios.rename(w, inventory, other, "Deuxième")
        scenarios.remove(w, inventory, other)
        assert [v.name for v in queries.one(w, inventory).scenarios] == ["Comme dans le fichier"]


def test_lines_go_to_a_draft_once(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        scene = kept(w, cast)
        lines = scene.lines(w)
        chosen = [lines[code].id for code in ("A2", "A3")]
        asked = Picking(
            scene.inventory_id, scene.scenario_id, chosen, scene.place.category_id, "Chaises"
        )
        market = draft_from_lines(w, asked)
        grid = lines_of(w, w.organisation_id, market.frame_id)
        assert [(line.code, line.designation, line.quantity) for line in grid] == [
            ("A2, A3", "Chaise", 20)
        ]
        assert grid[0].values["dimensions"] == "L 45 × l 46 × H 85 cm"
        assert lots_of(w, market)[0].estimate_cents == 886_00
        first = market.id
    with work(cast.actor("buyer")) as w:
        taken = TakenBy(first, "Chaises", MarketPhase.DRAFT)
        assert picked(w, scene.inventory_id)[chosen[0]] == (taken,)
        seen = queries.lines(w, scene.inventory_id, None, picked(w, scene.inventory_id))
        free = sums.narrowed(seen, Narrowing(market="-"))
        assert [line.code for line in free] == ["A1", "A4", "A5"]
        gone = sums.narrowed(seen, Narrowing(market=str(first)))
        assert [line.code for line in gone] == ["A2", "A3"]
        with pytest.raises(rules.AlreadyPicked) as refused:
            draft_from_lines(w, asked)
        assert refused.value.facts == {"count": 2, "lines": ["A2", "A3"], "markets": ["Chaises"]}
    with work(cast.actor("buyer")) as w:
        apart = Picking(**{**asked.__dict__, "grouped": False, "again": True})
        grid = lines_of(w, w.organisation_id, draft_from_lines(w, apart).frame_id)
        assert [(line.number, line.code, line.quantity) for line in grid] == [
            ("1", "A2", 12),
            ("2", "A3", 8),
        ]


def test_a_market_ended_gives_its_lines_back(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        scene = kept(w, cast)
        line = scene.lines(w)["A2"].id
        asked = Picking(
            scene.inventory_id, scene.scenario_id, [line], scene.place.category_id, "Chaises"
        )
        market = draft_from_lines(w, asked)
        market = w.get(SpecificMarket, market.id)
        market.state, market.ended_at, market.ended_reasons = "withdrawn", w.now, "essai"
        market.launched_at, market.number, market.opening_from = w.now, "1", market.deadline_at
        market.public_key = market.private_key = b"x"
        market.opening_from = market.deadline_at.replace(minute=59)  # type: ignore[union-attr] # a draft has its deadline proposed
        w.add(market)
        assert picked(w, scene.inventory_id) == {}
        (told,) = markets_of(w, scene.inventory_id)
        assert told == MarketOfLines(
            market.id, "Chaises", "1", MarketPhase.WITHDRAWN, 1, Decimal(12), Money(486_00)
        )
        draft_from_lines(w, asked)


def test_lines_that_cannot_be_asked(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        scene = kept(w, cast)
        line = scene.lines(w)["A5"].id
        category = scene.place.category_id
        with pytest.raises(rules.QuantityMissing) as refused:
            draft_from_lines(
                w, Picking(scene.inventory_id, scene.scenario_id, [line], category, "Pouf")
            )
        assert refused.value.facts == {"count": 1, "lines": ["A5"]}
        with pytest.raises(NotFound):
            draft_from_lines(
                w, Picking(scene.inventory_id, scene.scenario_id, [uuid4()], category, "Pouf")
            )
