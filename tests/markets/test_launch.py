"""A launch happens whole and once, or not at all (acceptance 12 to 18 and 22)."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, text
from sqlmodel import select

from sad.accounts.rules import NoDelegation
from sad.candidatures.tables import Candidature
from sad.db.work import Work
from sad.funding import service as funding
from sad.funding.rules import EnvelopeExceeded
from sad.funding.schemas import EnvelopeInput
from sad.funding.service import availability
from sad.kernel.actor import Actor, Role
from sad.kernel.errors import Forbidden, Incomplete, NotFound
from sad.kernel.money import Money
from sad.markets import sections, service
from sad.markets.checks import findings
from sad.markets.launching import launch
from sad.markets.schemas import ConditionsInput, NeedInput
from sad.markets.suppliers import WhyNot, for_supplier
from sad.markets.tables import Invitation, Lot, SpecificMarket
from sad.notifications.outbox import kept_letters
from sad.notifications.tables import Message
from sad.offers.sealing import Place, market_private_key, open_envelope, read_slot
from sad.offers.tables import OfferSlot
from sad.suppliers.tables import Supplier
from sad.systems.tables import PurchasingSystem
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.markets import DEADLINE, Ready, candidature, draft, launched, ready
from tests.support.rings import FixedRings


def codes(refusal: pytest.ExceptionInfo[Incomplete]) -> set[str]:
    return {problem.code for problem in refusal.value.problems}


def count(work: Work, table: type) -> int:
    return int(work.session.exec(select(func.count()).select_from(table)).one())


def test_a_launch_does_everything_at_once(
    work: OpenWork, cast: Cast, rings: FixedRings, clock: FixedClock
) -> None:
    with work() as w:
        place = ready(w, cast)
        market = launched(w, cast, place)
    with work(cast.actor("buyer")) as w:
        row = w.get(SpecificMarket, market.id)
        assert row.number == "2026S01-001-01"
        assert row.launched_at == clock.now()
        assert row.opening_from == DEADLINE + timedelta(seconds=60)
        assert row.questions_until is not None
        assert row.questions_until < DEADLINE
        assert row.credit_sheet is not None
        assert row.credit_sheet["lots"][0]["credits_cents"] == 1_200_00
        invited = w.session.exec(select(Invitation)).all()
        assert {i.applicant_id for i in invited} == set(place.applicants.values())
        assert {i.sent_at for i in invited} == {clock.now()}
        for slot in w.session.exec(select(OfferSlot)).all():
            there = Place(slot.organisation_id, slot.market_id, slot.applicant_id)
            assert read_slot(rings, there, slot.mine) == {}
            key = market_private_key(rings, row.id, DEADLINE, row.private_key or b"")
            assert open_envelope(key, there, slot.pli) is None
        left = availability(w, place.funding_line_id, place.envelope_id)
        assert left.line == Money(100_000_00 - 1_200_00)
        assert left.envelope == left.line
        chains = set(w.session.execute(text("SELECT chain FROM audit_chain")).scalars())
        assert all(
            f"offer:{market.id}:{applicant}" in chains for applicant in place.applicants.values()
        )
        assert count(w, Message) == 2
        doors = [letter.link or "" for letter in kept_letters(w)]
        assert len(set(doors)) == 2  # each person's own, straight to the grid
        assert all(
            one.startswith("/entrer/") and one.endswith(f"?suite=/reponse/{market.id}/offre")
            for one in doors
        )
        assert w.get(PurchasingSystem, place.system_id).first_market_at == clock.now()


def test_numbers_follow_one_another_in_the_system(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast)
        numbers = [launched(w, cast, place).number for _ in range(3)]
    assert numbers == ["2026S01-001-01", "2026S01-002-01", "2026S01-003-01"]


def test_nothing_half_done_when_a_section_is_empty(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast)
        market = draft(w, cast, place)
    with work(cast.actor("buyer")) as w:
        sections.update_conditions(w, market.id, ConditionsInput(), 99)
        sections.update_need(w, market.id, NeedInput(title="Tables", need_confirmed=True), 99)
    with pytest.raises(Incomplete) as refusal, work(cast.actor("buyer")) as w:
        launch(w, market.id)
    assert codes(refusal) == {"markets.condition_missing", "markets.description_missing"}
    with work(cast.actor("buyer")) as w:
        assert w.get(SpecificMarket, market.id).state == "draft"
        assert count(w, Invitation) == 0
        left = availability(w, place.funding_line_id, place.envelope_id)
        assert left.line == Money(100_000_00)


def test_everybody_admitted_at_that_instant_and_nobody_else(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast)
        market = draft(w, cast, place)
        candidature(w, cast, place.system_id, place.other_category_id, "alder", "admitted")
    with work(cast.actor("officer")) as w:
        rows = w.session.exec(
            select(Candidature).where(Candidature.category_id == place.category_id)
        ).all()
        mine = next(r for r in rows if r.applicant_id == place.applicants["birch"])
        mine.state, mine.hearing_at = "admission_withdrawn", w.now
        w.add(mine)
        launch(w, market.id)
        invited = w.session.exec(select(Invitation.applicant_id)).all()
    assert invited == [place.applicants["alder"]]


def test_no_admitted_supplier(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast)
        place.category_id, place.other_category_id = place.other_category_id, place.category_id
        market = draft_in_other(w, cast, place)
    with pytest.raises(Incomplete) as refusal, work(cast.actor("buyer")) as w:
        launch(w, market.id)
    assert "markets.no_admitted" in codes(refusal)


def draft_in_other(work: Work, cast: Cast, place: Ready) -> SpecificMarket:
    work.actor = cast.actor("buyer")
    return service.create_draft(work, place.category_id, "Autre")


def test_a_closed_system_launches_nothing_but_its_markets_live_on(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        place = ready(w, cast)
        first = launched(w, cast, place)
        second = draft(w, cast, place, deadline=DEADLINE + timedelta(days=7))
        system = w.get_in(PurchasingSystem, cast.organisation_id, place.system_id)
        system.closing_at = w.now + timedelta(hours=1)
        w.add(system)
    clock.advance(hours=2)
    with pytest.raises(Incomplete) as refusal, work(cast.actor("buyer")) as w:
        launch(w, second.id)
    assert "markets.system_closed" in codes(refusal)
    with work(cast.actor("alder")) as w:
        assert for_supplier(w, first.id).may_answer


def test_another_organisation_cannot(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = draft(w, cast, ready(w, cast))
    with pytest.raises(NotFound), work(cast.actor("other_officer")) as w:
        launch(w, market.id)
    for part in ("auditor", "evaluator", "administrator"):
        with pytest.raises(Forbidden), work(cast.actor(part)) as w:
            launch(w, market.id)


def test_gates_of_the_first_market(work: OpenWork, cast: Cast, clock: FixedClock) -> None:
    with work() as w:
        place = ready(w, cast)
        market = draft(w, cast, place)
        first = w.get_in(PurchasingSystem, cast.organisation_id, place.system_id)
        first.first_candidatures_on = w.today
        w.add(first)
    with pytest.raises(Incomplete) as refusal, work(cast.actor("buyer")) as w:
        launch(w, market.id)
    assert "markets.before_first_candidatures" in codes(refusal)
    with work() as w:
        first = w.get_in(PurchasingSystem, cast.organisation_id, place.system_id)
        first.first_candidatures_on = w.today - timedelta(days=1)
        w.add(first)
        row = candidature(
            w,
            cast,
            place.system_id,
            place.other_category_id,
            "alder",
            "submitted",
            received_on=w.today - timedelta(days=3),
        )
    with pytest.raises(Incomplete) as refusal, work(cast.actor("buyer")) as w:
        launch(w, market.id)
    assert codes(refusal) == {"markets.first_undecided"}
    with work() as w:
        waiting = w.get_in(type(row), cast.organisation_id, row.id)
        waiting.state = "withdrawn"
        w.add(waiting)
    with work(cast.actor("buyer")) as w:
        launch(w, market.id)


def test_later_a_candidature_past_its_limit_blocks_and_a_pending_one_warns(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        place = ready(w, cast)
        w.session.flush()
        launched(w, cast, place)
        market = draft(w, cast, place, deadline=DEADLINE + timedelta(days=14))
        add_pending(w, cast, place)
    with work(cast.actor("buyer")) as w:
        found = {f.problem.code: f.blocking for f in findings(w, market.id)}
    assert found["markets.candidature_pending"] is False
    clock.advance(days=9)
    with pytest.raises(Incomplete) as refusal, work(cast.actor("buyer")) as w:
        launch(w, market.id)
    assert codes(refusal) == {"markets.candidature_overdue"}


def add_pending(work: Work, cast: Cast, place: Ready) -> None:
    supplier = work.add(
        Supplier(siret="55208131766522", name="Troisième", city="Brume", created_at=work.now)
    )
    cast.suppliers["third"] = UUID(str(supplier.id))
    candidature(
        work,
        cast,
        place.system_id,
        place.category_id,
        "third",
        "submitted",
        decide_by=work.today + timedelta(days=7),
    )


def test_beyond_the_announced_need(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast, voted=300_000_00)
        market = draft(w, cast, place, estimate=170_000_00, credits=200_000_00)
    with work(cast.actor("buyer")) as w:
        found = {f.problem.code: f for f in findings(w, market.id)}
        assert found["markets.need_alert"].blocking is False
    with work() as w:
        system = w.get_in(PurchasingSystem, cast.organisation_id, place.system_id)
        system.outside_cents = 40_000_00
        w.add(system)
    with pytest.raises(Incomplete) as refusal, work(cast.actor("buyer")) as w:
        launch(w, market.id)
    assert codes(refusal) == {"markets.need_exceeded"}


def test_above_the_funding_line(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast, voted=1_000_00)
        market = draft(w, cast, place)
    with pytest.raises(Incomplete) as refusal, work(cast.actor("buyer")) as w:
        launch(w, market.id)
    assert codes(refusal) == {"markets.line_exceeded"}


@pytest.mark.parametrize("mode", ["warn", "block"])
def test_above_the_envelope(work: OpenWork, cast: Cast, mode: str) -> None:
    with work() as w:
        place = ready(w, cast, voted=1_500_00, overshoot=mode)
        shrink(w, cast, place, 1_000_00)
        market = draft(w, cast, place)
    if mode == "warn":
        with work(cast.actor("buyer")) as w:
            launch(w, market.id)
        return
    with pytest.raises((Incomplete, EnvelopeExceeded)), work(cast.actor("buyer")) as w:
        launch(w, market.id)


def shrink(work: Work, cast: Cast, place: Ready, cents: int) -> None:
    """Plans part of the envelope elsewhere."""
    before, work.actor = work.actor, cast.actor("officer")
    other = funding.create_envelope(
        work,
        EnvelopeInput(
            category_id=place.other_category_id, funding_line_id=place.funding_line_id, label="Bois"
        ),
    )
    funding.transfer(work, place.envelope_id, other.id, Money(cents), "Plus de bois.", "move")
    work.actor = before


def test_the_signatory_of_the_credits_has_the_power(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast)
        market = draft(w, cast, place)
    with work(cast.actor("buyer")) as w:
        launch(w, market.id, cast.delegation_id)
        sheet = w.get(SpecificMarket, market.id).credit_sheet or {}
        assert sheet["signatory"]["act"] == "2026-014"
    with work() as w:
        dear = draft(w, cast, place, estimate=90_000_00, credits=98_000_00)
        lot = w.session.exec(select(Lot).where(Lot.market_id == dear.id)).one()
        lot.credits_ht_cents = 95_000_00
        w.add(lot)
    with pytest.raises(NoDelegation), work(cast.actor("buyer")) as w:
        launch(w, dear.id, cast.delegation_id)


def test_admitted_later_sees_why_it_cannot_answer(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        place = ready(w, cast)
        market = launched(w, cast, place)
        add_pending(w, cast, place)
        third = Actor(
            cast.people["stranger"], None, cast.suppliers["third"], frozenset({Role.SUPPLIER})
        )
    with work(third) as w:
        assert for_supplier(w, market.id).why_not is WhyNot.PENDING
    with work() as w:
        row = w.session.exec(select(Candidature).where(Candidature.state == "submitted")).one()
        row.state, row.decided_at, row.reasons = "admitted", w.now, "Complet."
        row.delegation_id = cast.delegation_id
        w.add(row)
    with work(third) as w:
        seen = for_supplier(w, market.id)
        assert seen.why_not is WhyNot.ADMITTED_LATER
        assert seen.frame is None
        assert not seen.may_answer
    with work(cast.actor("alder")) as w:
        mine = for_supplier(w, market.id)
        assert mine.may_answer
        assert mine.frame is not None
        assert [line.code for line in mine.frame.lines] == ["T-01", "C-01", "A-01"]
        assert "credits" not in repr(mine.market)
