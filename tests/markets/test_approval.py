"""Approval before the launch, and the reasons written to the checks, on both databases."""

import pytest
from sqlalchemy import select

from sad.accounts.tables import Organisation
from sad.audit.tables import audit_event
from sad.kernel.errors import Forbidden, Incomplete, NotFound
from sad.markets import approving, invited, reasons, sections
from sad.markets.checks import findings
from sad.markets.launching import launch
from sad.markets.rules import NotDraft, NotSent, VisitFirstMissing
from sad.markets.schemas import DeliveryInput, NeedInput
from sad.markets.suppliers import mark_seen
from sad.markets.tables import CheckReason, SpecificMarket
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.markets import draft, launched, ready

NEED = NeedInput(title="Tables du niveau 2", description="Deux salles.", need_confirmed=True)


@pytest.fixture
def market(work: OpenWork, cast: Cast) -> SpecificMarket:
    """A draft of an organisation where an officer approves before each launch."""
    with work() as w:
        made = draft(w, cast, ready(w, cast))
        w.shared(Organisation, cast.organisation_id).approval_required = True
        return made


def actions(work: OpenWork, market: SpecificMarket) -> list[str]:
    """What the market's chain says, in order."""
    with work() as w:
        events = audit_event.c
        mine = select(events.action).where(events.object == str(market.id)).order_by(events.seq)
        return list(w.connection.execute(mine).scalars())


def test_a_change_after_the_approval_asks_again(
    work: OpenWork, cast: Cast, market: SpecificMarket
) -> None:
    buyer, officer = cast.actor("buyer"), cast.actor("officer")
    with pytest.raises(Incomplete) as refused, work(buyer) as w:
        launch(w, market.id)
    assert [one.code for one in refused.value.problems] == ["markets.approval_missing"]
    with pytest.raises(NotSent), work(officer) as w:
        approving.approve(w, market.id)
    with work(buyer) as w:
        approving.send_for_approval(w, market.id)
    with pytest.raises(Forbidden), work(buyer) as w:
        approving.approve(w, market.id)
    with pytest.raises(Incomplete), work(buyer) as w:
        launch(w, market.id)  # sent, it is no longer the buyer's to launch
    with work(officer) as w:
        approving.approve(w, market.id)
    with work(buyer) as w:
        assert [one for one in findings(w, market.id) if one.blocking] == []
        sections.update_need(w, market.id, NEED, 99)
    with work(buyer) as w:
        assert w.get(SpecificMarket, market.id).approved_at is None
        approving.send_for_approval(w, market.id)
    with work(officer) as w:
        approving.approve(w, market.id)
    with work(buyer) as w:
        launch(w, market.id)
    told = [one.removeprefix("market.") for one in actions(work, market)]
    assert [one for one in told if "appro" in one or one == "launched"] == [
        "sent_for_approval", "approved", "approval_lapsed", "sent_for_approval", "approved",
        "launched",
    ]  # fmt: skip


def test_sent_back_with_a_remark_or_taken_back(
    work: OpenWork, cast: Cast, market: SpecificMarket
) -> None:
    with work(cast.actor("buyer")) as w:
        approving.send_for_approval(w, market.id)
    with work(cast.actor("officer")) as w:
        approving.send_back(w, market.id, "Précisez la livraison.")
    with work(cast.actor("buyer")) as w:
        assert w.get(SpecificMarket, market.id).approval_remark == "Précisez la livraison."
        approving.send_for_approval(w, market.id)
        approving.take_back(w, market.id)
        assert w.get(SpecificMarket, market.id).approval_remark is None
    with pytest.raises(NotSent), work(cast.actor("buyer")) as w:
        approving.take_back(w, market.id)


def test_an_officer_s_launch_approves(work: OpenWork, cast: Cast, market: SpecificMarket) -> None:
    with work(cast.actor("officer")) as w:
        launch(w, market.id)
    assert actions(work, market)[-2:] == ["market.approved", "market.launched"]


def test_a_warning_keeps_its_reason_in_the_file(
    work: OpenWork, cast: Cast, market: SpecificMarket
) -> None:
    buyer = cast.actor("buyer")
    with work(buyer) as w:
        reasons.give(w, market.id, "C45", "  Aucune égalité à craindre.  ")
        reasons.give(w, market.id, "C64", "Bientôt retirée")
        reasons.give(w, market.id, "C64", " ")
    with work(buyer) as w:
        (kept,) = reasons.given(w, market.id).values()
        assert (kept.check, kept.text) == ("C45", "Aucune égalité à craindre.")
        assert w.session.exec(select(CheckReason.given_by)).scalar_one() == buyer.person_id
    for check in ("C81", "C99", ""):
        with pytest.raises(NotFound), work(buyer) as w:
            reasons.give(w, market.id, check, "Non.")
    with pytest.raises(Forbidden), work(cast.actor("auditor")) as w:
        reasons.give(w, market.id, "C45", "Non.")
    assert actions(work, market).count("market.check_answered") == 3
    with work(cast.actor("officer")) as w:
        launch(w, market.id)
    with pytest.raises(NotDraft), work(buyer) as w:
        reasons.give(w, market.id, "C45", "Trop tard.")


def test_who_opened_the_invitation_is_told_by_day_and_never_who_answered(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    clock.advance(days=1)
    with work(cast.actor("alder")) as w:
        mark_seen(w, market.id)
    first = clock.now().date()
    clock.advance(days=2)
    with work(cast.actor("alder")) as w:
        mark_seen(w, market.id)  # once: later visits move nothing
    with work(cast.actor("auditor")) as w:
        seen = {one.name: one.seen_on for one in invited.invited(w, market.id)}
    assert seen == {"Atelier alder": first, "Atelier birch": None}
    with pytest.raises(Forbidden), work(cast.actor("birch")) as w:
        invited.invited(w, market.id)


def test_a_visit_of_the_first_ones_says_how_many(
    work: OpenWork, cast: Cast, market: SpecificMarket
) -> None:
    some = DeliveryInput(delivery_place="Le Totem", visit_who="first")
    with pytest.raises(VisitFirstMissing), work(cast.actor("buyer")) as w:
        sections.update_delivery(w, market.id, some, 99)
    with work(cast.actor("buyer")) as w:
        known = some.model_copy(update={"visit_first": 3, "visit_criterion": "environment"})
        sections.update_delivery(w, market.id, known, 99)
        found = {one.check for one in findings(w, market.id)}
    assert "C62" not in found
    assert "C63" in found  # nothing to look at, yet
