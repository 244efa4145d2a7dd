"""Movements: their effects, what is refused, and that the same cause writes once."""

import pytest

from sad.funding import queries, service
from sad.funding.rules import (
    EngagementSettled,
    EnvelopeElsewhere,
    EnvelopeExceeded,
    EnvelopeTaken,
    ExcludingAboveIncluding,
    LineExceeded,
    LiquidationExceeds,
    NotPositive,
    OtherLine,
    PlanExceedsLine,
    PlanLacks,
    ReasonMissing,
    ReferenceMissing,
    VotedBelowPlan,
)
from sad.funding.schemas import EnvelopeChange, EnvelopeInput
from sad.funding.tables import Envelope
from sad.kernel.errors import Conflict, NotFound
from sad.kernel.ids import uuid7
from sad.kernel.money import ZERO
from tests.funding.scene import Scene, cause, engage, euros, line_input, make_scene, reserve
from tests.support.cast import Cast


def test_a_market_reserves_then_engages_then_pays_then_frees_the_rest(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        reservation = reserve(w, scene, 12_000)
        assert _left(w, scene) == (188_000, 48_000)
        service.release(w, reservation, cause())
        engagement = engage(w, scene, 11_000)
        assert _left(w, scene) == (189_000, 49_000)
        service.liquidate(w, engagement, euros(5_000), euros(6_000), "F-1", cause())
        assert _left(w, scene) == (189_000, 49_000)  # consumes the engagement only
        freed = service.settle(w, engagement, cause())
        assert freed is not None
        assert freed.ttc_cents == 500_000
        assert _left(w, scene) == (194_000, 54_000)
        view = queries.line(w, scene.line)
        assert (view.reserved, view.engaged, view.liquidated) == (0, 600_000, 600_000)
        assert view.voted == view.reserved + view.engaged + view.available


def test_a_line_is_never_overdrawn(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        with pytest.raises(LineExceeded) as refused:
            reserve(w, scene, 200_001)
        assert refused.value.facts["short"] == euros(1)
        reserve(w, scene, 200_000)


def test_an_envelope_warns_or_blocks(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        reserve(w, scene, 60_001)
        view = queries.overview(w)[0]
        assert [e.overdrawn for e in view.envelopes] == [True, False]
        assert [e.label for _, e in queries.alerts([view])] == ["Assises"]
        strict = EnvelopeChange(version=1, label="Tables", overshoot="block", alert_percent=50)
        service.change_envelope(w, scene.tables, strict)
        with pytest.raises(EnvelopeExceeded):
            _reserve_on(w, scene, scene.tables, 40_001)
        _reserve_on(w, scene, scene.tables, 40_000)


def test_what_gives_back_is_never_refused_even_to_an_overdrawn_envelope(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        reserve(w, scene, 80_000)
        small = reserve(w, scene, 1_000)
        strict = EnvelopeChange(version=1, label="Assises", overshoot="block", alert_percent=80)
        service.change_envelope(w, scene.seats, strict)
        service.release(w, small, cause())
        assert _left(w, scene) == (120_000, -20_000)


def test_the_same_cause_writes_once(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        engagement = engage(w, scene, 1_000)
        for _ in range(2):
            service.allocate(w, scene.seats, euros(10), "once:allocate")
            service.transfer(w, scene.seats, scene.tables, euros(10), "cher", "once:transfer")
            service.liquidate(w, engagement, euros(100), euros(120), "F-1", "once:pay")
            service.settle(w, engagement, "once:settle")
        kinds = [m.kind for m in queries.movements(w, scene.line).movements]
    assert kinds.count("allocation") == 3
    assert kinds.count("transfer") == 2
    assert kinds.count("liquidation") == 1
    assert kinds.count("solde") == 1


def test_an_invoice_fits_in_what_is_engaged(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        engagement = engage(w, scene, 1_200)
        service.liquidate(w, engagement, euros(900), euros(1_080), "F-1", cause())
        with pytest.raises(LiquidationExceeds) as refused:
            service.liquidate(w, engagement, euros(101), euros(121), "F-2", cause())
        assert refused.value.facts["left"] == euros(120)
        with pytest.raises(ExcludingAboveIncluding):
            service.liquidate(w, engagement, euros(100), euros(99), "F-2", cause())
        with pytest.raises(NotPositive):
            service.liquidate(w, engagement, ZERO, euros(10), "F-2", cause())
        service.settle(w, engagement, cause())
        assert service.settle(w, engagement, cause()) is None
        with pytest.raises(EngagementSettled):
            service.liquidate(w, engagement, euros(1), euros(1), "F-2", cause())


def test_a_line_excluding_tax_counts_excluding_tax(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, basis="ht")
        engagement = engage(w, scene, 1_200)
        assert _left(w, scene) == (199_000, 59_000)
        service.liquidate(w, engagement, euros(400), euros(480), "F-1", cause())
        service.settle(w, engagement, cause())
        assert _left(w, scene) == (199_600, 59_600)
        assert queries.line(w, scene.line).liquidated == 40_000


def test_the_plan_of_a_line(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        with pytest.raises(PlanExceedsLine) as refused:
            service.allocate(w, scene.seats, euros(100_001), cause())
        assert refused.value.facts["left"] == euros(100_000)
        with pytest.raises(ReasonMissing):
            service.transfer(w, scene.seats, scene.tables, euros(1), "  ", cause())
        reserve(w, scene, 50_000)
        with pytest.raises(PlanLacks) as lacking:
            service.transfer(w, scene.seats, scene.tables, euros(10_001), "cher", cause())
        assert lacking.value.facts["left"] == euros(10_000)
        service.transfer(w, scene.seats, scene.tables, euros(10_000), "cher", cause())
        view = queries.line(w, scene.line)
        assert [e.allocated for e in view.envelopes] == [5_000_000, 5_000_000]


def test_one_envelope_a_category_a_line_and_a_period(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        row = w.get(Envelope, scene.seats)
        again = {
            "category_id": row.category_id,
            "funding_line_id": scene.line,
            "label": "Encore",
        }
        service.create_envelope(w, EnvelopeInput.model_validate(again))
        for year in (None, 2026):
            with pytest.raises(EnvelopeTaken):
                service.create_envelope(w, EnvelopeInput.model_validate(again | {"year": year}))


def test_credits_move_between_lines_under_a_budget_act(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        other = service.create_line(
            w, line_input(scene.system, label="Travaux"), euros(10_000), cause()
        ).id
        words = {"reference": "DM n° 2", "reason": "report", "cause": cause()}
        with pytest.raises(ReferenceMissing):
            service.move_between_lines(
                w, scene.line, other, euros(1), reference="", reason="x", cause=cause()
            )
        with pytest.raises(VotedBelowPlan):
            service.move_between_lines(w, scene.line, other, euros(100_001), **words)
        service.move_between_lines(w, scene.line, other, euros(100_000), **words)
        service.move_between_lines(w, scene.line, other, euros(100_000), **words)
        assert queries.line(w, scene.line).voted == 10_000_000
        assert queries.line(w, other).voted == 11_000_000


def test_an_envelope_moves_only_with_its_own_line(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        other = service.create_line(
            w, line_input(scene.system, label="Travaux"), euros(10_000), cause()
        ).id
        with pytest.raises(EnvelopeElsewhere):
            service.reserve(
                w,
                funding_line_id=other,
                envelope_id=scene.seats,
                ht=euros(1),
                ttc=euros(1),
                market_id=uuid7(),
                cause=cause(),
            )
        with pytest.raises(OtherLine):
            service.transfer(w, scene.seats, scene.seats, euros(1), "x", cause())


def test_two_people_change_an_envelope(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        change = EnvelopeChange(version=1, label="Sièges", overshoot="warn", alert_percent=70)
        service.change_envelope(w, scene.seats, change)
        with pytest.raises(Conflict):
            service.change_envelope(w, scene.seats, change)


def test_another_organisation_finds_nothing(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
    with work(cast.actor("other_officer")) as w:
        assert queries.overview(w) == []
        with pytest.raises(NotFound):
            queries.line(w, scene.line)
        with pytest.raises(NotFound):
            service.allocate(w, scene.seats, euros(1), cause())


def _left(w, scene: Scene) -> tuple[int, int]:
    left = service.availability(w, scene.line, scene.seats)
    return left.line.cents // 100, left.envelope.cents // 100


def _reserve_on(w, scene: Scene, envelope, amount: int):
    return service.reserve(
        w,
        funding_line_id=scene.line,
        envelope_id=envelope,
        ht=euros(amount),
        ttc=euros(amount),
        market_id=uuid7(),
        cause=cause(),
    )
