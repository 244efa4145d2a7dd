"""Undoing: a new movement says the opposite, and both stay (acceptance 49)."""

import pytest

from sad.funding import queries, service
from sad.funding.rules import (
    AlreadyReversed,
    EngagementSettled,
    EngagementUsed,
    LineExceeded,
    NotReversible,
    PlanLacks,
    ReasonMissing,
    VotedBelowPlan,
)
from tests.funding.scene import cause, engage, euros, line_input, make_scene, reserve
from tests.support.cast import Cast


def test_both_movements_stay_and_a_movement_is_undone_once(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        engagement = engage(w, scene, 1_000)
        with pytest.raises(ReasonMissing):
            service.reverse(w, engagement.id, " ", cause())
        undone = service.reverse(w, engagement.id, "Signé par erreur", "undo")
        assert service.reverse(w, engagement.id, "Signé par erreur", "undo").id == undone.id
        with pytest.raises(AlreadyReversed):
            service.reverse(w, engagement.id, "Encore", cause())
        with pytest.raises(NotReversible):
            service.reverse(w, undone.id, "Encore", cause())
        found = {m.id: m for m in queries.movements(w, scene.line).movements}
        assert found[engagement.id].undone_by == undone.id
        assert found[undone.id].reverses == engagement.id
        assert found[undone.id].reversed_kind == "engagement"
        assert queries.line(w, scene.line).available == 20_000_000


def test_an_engagement_is_not_undone_under_its_payments(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        engagement = engage(w, scene, 1_000)
        payment = service.liquidate(w, engagement, euros(100), euros(120), "F-1", cause())
        with pytest.raises(EngagementUsed):
            service.reverse(w, engagement.id, "Erreur", cause())
        solde = service.settle(w, engagement, cause())
        assert solde is not None
        with pytest.raises(EngagementSettled):
            service.reverse(w, payment.id, "Erreur", cause())
        service.reverse(w, solde.id, "Facture oubliée", cause())
        service.liquidate(w, engagement, euros(50), euros(60), "F-2", cause())
        service.reverse(w, payment.id, "Erreur", cause())
        view = queries.line(w, scene.line)
        assert (view.engaged, view.liquidated) == (100_000, 6_000)
        with pytest.raises(AlreadyReversed):
            service.reverse(w, solde.id, "Encore", cause())


def test_nothing_is_paid_on_an_engagement_that_was_undone(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        engagement = engage(w, make_scene(w), 1_000)
        service.reverse(w, engagement.id, "Erreur", cause())
        with pytest.raises(AlreadyReversed):
            service.liquidate(w, engagement, euros(1), euros(1), "F-1", cause())
        with pytest.raises(AlreadyReversed):
            service.settle(w, engagement, cause())


def test_a_transfer_is_undone_on_both_sides(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        _, arrived = service.transfer(w, scene.seats, scene.tables, euros(10), "cher", cause())
        service.reverse(w, arrived.id, "Mauvaise enveloppe", cause())
        plans = [e.allocated for e in queries.line(w, scene.line).envelopes]
        assert plans == [6_000_000, 4_000_000]


def test_a_plan_is_not_taken_back_from_what_is_used(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        more = service.allocate(w, scene.seats, euros(20_000), cause())
        reserve(w, scene, 70_000)
        with pytest.raises(PlanLacks):
            service.reverse(w, more.id, "Erreur", cause())


def test_voted_credits_are_not_taken_back_from_the_plan(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        more = service.vote(w, scene.line, euros(10_000), cause(), "DM n° 1")
        reserve(w, scene, 205_000)
        with pytest.raises(LineExceeded):
            service.reverse(w, more.id, "Erreur", cause())
        service.allocate(w, scene.tables, euros(105_000), cause())
        with pytest.raises(VotedBelowPlan):
            service.reverse(w, more.id, "Erreur", cause())


def test_a_movement_between_lines_is_undone_on_both(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        other = service.create_line(
            w, line_input(scene.system, label="Travaux"), euros(10), cause()
        ).id
        left, _ = service.move_between_lines(
            w, scene.line, other, euros(5), reference="DM n° 2", reason="x", cause=cause()
        )
        service.reverse(w, left.id, "Acte retiré", cause())
        assert queries.line(w, scene.line).voted == 20_000_000
        assert queries.line(w, other).voted == 1_000


def test_a_reservation_is_only_released(work, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        scene = make_scene(w)
        reservation = reserve(w, scene, 100)
        with pytest.raises(NotReversible):
            service.reverse(w, reservation.id, "Erreur", cause())
        market = reservation.market_id
        assert market is not None
        assert service.open_reservations(w, cast.organisation_id, market) == [reservation]
        service.release(w, reservation, cause(), "sans suite")
        assert service.open_reservations(w, cast.organisation_id, market) == []
        with pytest.raises(AlreadyReversed):
            service.release(w, reservation, cause())
