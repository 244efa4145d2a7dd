"""Proposed, decided, signed, notified, settled: each whole or not at all (47, 49, 50)."""

from datetime import date
from uuid import uuid4

import pytest

from sad.accounts.tables import Delegation
from sad.awards import queries, service
from sad.awards.deciding import AlreadyDecided, NothingProposed, SignedAlready
from sad.awards.performance import InvoiceAboveEngagement, InvoiceTwice, NotNotified
from sad.awards.schemas import (
    AdmissionInput,
    DecisionInput,
    DeliveryInput,
    InvoiceInput,
    NotificationInput,
    OrderInput,
    TransmissionInput,
)
from sad.awards.signing import AlreadyNotified, AlreadySigned, NotTransmitted
from sad.awards.states import AwardState
from sad.awards.tables import Award
from sad.funding.service import open_reservations
from sad.kernel.actor import ENGINE
from sad.kernel.errors import Forbidden, Incomplete, NotFound
from sad.kernel.money import Money
from sad.kernel.moves import MoveRefused
from sad.markets.schemas import EndingInput
from sad.notifications.outbox import kept_letters
from tests.awards.steps import (
    REASONS,
    codes,
    decide,
    left,
    letters,
    movements,
    notify,
    perform,
    propose,
    sign,
    state,
)
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Scene, make_scene
from tests.evaluation.steps import close_all
from tests.support.cast import Cast
from tests.support.clock import FixedClock

# --- the whole way


def test_the_whole_way(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene, clock: FixedClock
) -> None:
    with work(cast.actor("officer")) as w:
        (award,) = propose(w, cast, ranked)
    assert award.offer_id == ranked.offers["birch"]
    assert (award.ht_cents, award.payable_cents) == (320_000, 320_000)
    assert state(read, cast, ranked) == "proposed"
    assert letters(read) == []  # its papers are known and valid: nothing to ask
    with work(cast.actor("officer")) as w:
        decide(w, cast, ranked)
    assert state(read, cast, ranked) == "decided"
    assert letters(read) == [
        ("decision", "Atelier birch"),
        ("rejection", "Atelier alder"),
        ("rejection", "Atelier cedar"),
    ]
    before = left(read, cast, ranked)
    with work(cast.actor("officer")) as w:
        sign(w, cast, award)
    assert movements(read, ranked) == [
        ("reservation", -600_000),
        ("release", 600_000),
        ("engagement", -320_000),
    ]
    assert left(read, cast, ranked) == before + Money(280_000)
    clock.advance(days=1)
    with work(cast.actor("officer")) as w:
        done = notify(w, cast, award)
    assert done.essential["publier_avant_le"] == "2026-11-18"
    assert done.essential["offresRecues"] == 3
    assert done.essential["lieuExecution"] == {"code": "22000", "typeCode": "Code postal"}
    assert ("notification", "Atelier birch") in letters(read)
    with work(cast.actor("officer")) as w:
        perform(w, ranked, award, 300_000)
    assert state(read, cast, ranked) == "performed"
    assert left(read, cast, ranked) == before + Money(280_000)  # invoices consume the engagement
    with work(cast.actor("officer")) as w:
        service.settle(w, award.id)
    assert state(read, cast, ranked) == "settled"
    assert left(read, cast, ranked) == before + Money(300_000)


# --- deciding


def test_a_decision_without_reasons_or_power_is_refused_and_nothing_is_written(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        propose(w, cast, ranked)
        weak = w.get(Delegation, cast.delegation_id).model_dump() | {
            "id": uuid4(),
            "ceiling_cents": 319_999,
        }
        w.add(Delegation.model_validate(weak))
    data = DecisionInput(delegation_id=weak["id"], reasons=" ")
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        service.decide(w, ranked.market_id, data)
    assert codes(refused) == {"awards.not_covered", "awards.reasons_missing"}
    assert state(read, cast, ranked) == "proposed"
    assert letters(read) == []


def test_decided_twice_is_refused(work: OpenWork, cast: Cast, ranked: Scene) -> None:
    with pytest.raises(NothingProposed), work(cast.actor("officer")) as w:
        decide(w, cast, ranked)
    with work(cast.actor("officer")) as w:
        propose(w, cast, ranked)
        decide(w, cast, ranked)
    with pytest.raises(AlreadyDecided), work(cast.actor("officer")) as w:
        decide(w, cast, ranked)


@pytest.mark.parametrize("part", ["buyer", "evaluator", "auditor", "alder", "stranger"])
def test_who_may_not_decide(work: OpenWork, cast: Cast, ranked: Scene, part: str) -> None:
    with work(cast.actor("officer")) as w:
        propose(w, cast, ranked)
    with pytest.raises(Forbidden), work(cast.actor(part)) as w:
        decide(w, cast, ranked)


def test_another_organisation_finds_nothing(work: OpenWork, cast: Cast, ranked: Scene) -> None:
    with pytest.raises(NotFound), work(cast.actor("other_officer")) as w:
        service.propose(w, ranked.market_id)


def test_a_decision_is_undone_by_new_movements_before_the_signature(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        propose(w, cast, ranked)
        decide(w, cast, ranked)
    with work(cast.actor("officer")) as w:
        service.cancel(w, ranked.market_id, "Le fournisseur se retire.")
    assert state(read, cast, ranked) == "ranked"
    with work(cast.actor("officer")) as w:
        (award,) = propose(w, cast, ranked, "birch")
        decide(w, cast, ranked)
        sign(w, cast, award)
    with pytest.raises(SignedAlready), work(cast.actor("officer")) as w:
        service.cancel(w, ranked.market_id, "Trop tard.")


def test_without_award_is_possible_until_the_signature(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene
) -> None:
    given = EndingInput(reasons="Le projet s'arrête.", delegation_id=cast.delegation_id)
    with work(cast.actor("officer")) as w:
        (award,) = propose(w, cast, ranked)
        decide(w, cast, ranked)
        service.end(w, ranked.market_id, given)
    assert state(read, cast, ranked) == "withdrawn"
    with read(cast.actor("officer")) as w:
        assert w.get(Award, award.id).state == AwardState.CANCELLED
        assert not open_reservations(w, cast.organisation_id, ranked.market_id)
    assert [name for kind, name in letters(read) if kind == "without_award"] == [
        "Atelier alder",
        "Atelier birch",
        "Atelier cedar",
    ]


# --- signing


@pytest.fixture
def decided(work: OpenWork, cast: Cast, ranked: Scene) -> tuple[Scene, Award]:
    """Decided, with its one award."""
    with work(cast.actor("officer")) as w:
        (award,) = propose(w, cast, ranked)
        decide(w, cast, ranked)
    return ranked, award


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"engagement_number": " "}, "awards.engagement_missing"),
        ({"supplier_signed_on": None}, "awards.supplier_unsigned"),
        ({"paper_kept": False}, "awards.contract_missing"),
        ({"delegation_id": uuid4()}, "awards.not_covered"),
    ],
)
def test_no_signature_without_power_paper_and_engagement_number(
    work: OpenWork, read: OpenWork, cast: Cast, decided: tuple[Scene, Award],
    change: dict[str, object], code: str,
) -> None:  # fmt: skip
    scene, award = decided
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        sign(w, cast, award, **change)
    assert codes(refused) == {code}
    assert movements(read, scene) == [("reservation", -600_000)]
    assert state(read, cast, scene) == "decided"


def test_no_signature_without_the_systems_own_act(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, deliberation=False)
        close_all(w, cast, scene)
        (award,) = propose(w, cast, scene)
        decide(w, cast, scene)
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        sign(w, cast, award)
    assert codes(refused) == {"awards.system_act_missing"}


def test_signed_twice_or_before_the_decision_is_refused(
    work: OpenWork, cast: Cast, ranked: Scene
) -> None:
    with work(cast.actor("officer")) as w:
        (award,) = propose(w, cast, ranked)
    with pytest.raises(MoveRefused), work(cast.actor("officer")) as w:
        sign(w, cast, award)
    with work(cast.actor("officer")) as w:
        decide(w, cast, ranked)
        sign(w, cast, award)
    with pytest.raises(AlreadySigned), work(cast.actor("officer")) as w:
        sign(w, cast, award)


# --- notifying


def test_no_notification_before_the_prefectures_receipt(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, legal_control=True)
        close_all(w, cast, scene)
        (award,) = propose(w, cast, scene)
        decide(w, cast, scene)
        sign(w, cast, award)
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        notify(w, cast, award)
    assert codes(refused) == {"awards.receipt_missing"}
    with pytest.raises(NotTransmitted), work(cast.actor("officer")) as w:
        notify(w, cast, award, receipt_on=w.today)
    with work(cast.actor("officer")) as w:
        service.transmit(w, award.id)
    assert state(read, cast, scene) == "transmitted"
    later = date(2026, 9, 20)
    with work(cast.actor("officer")) as w:
        service.transmit(w, award.id, TransmissionInput(receipt_on=later))
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        notify(w, cast, award)
    assert codes(refused) == {"awards.receipt_later"}
    clock.advance(days=3)
    with work(cast.actor("officer")) as w:
        notify(w, cast, award)
    assert state(read, cast, scene) == "notified"
    with pytest.raises(AlreadyNotified), work(cast.actor("officer")) as w:
        notify(w, cast, award)


def test_no_notification_under_no_power(
    work: OpenWork, cast: Cast, decided: tuple[Scene, Award]
) -> None:
    _, award = decided
    with work(cast.actor("officer")) as w:
        sign(w, cast, award)
    data = NotificationInput(delegation_id=uuid4())
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        service.notify(w, award.id, data)
    assert codes(refused) == {"awards.not_covered"}


# --- performing


def test_invoices_come_after_the_notification_once_and_within_the_engagement(
    work: OpenWork, cast: Cast, decided: tuple[Scene, Award]
) -> None:
    _, award = decided
    day = date(2026, 9, 17)
    bill = InvoiceInput(number="F-1", ht=Money(200_000), paid=Money(200_000), received_on=day)
    with pytest.raises(NotNotified), work(cast.actor("buyer")) as w:
        service.invoice(w, award.id, bill)
    with work(cast.actor("officer")) as w:
        sign(w, cast, award)
        notify(w, cast, award)
        service.invoice(w, award.id, bill)
    with pytest.raises(InvoiceTwice), work(cast.actor("buyer")) as w:
        service.invoice(w, award.id, bill)
    more = bill.model_copy(update={"number": "F-2", "paid": Money(200_000)})
    with pytest.raises(InvoiceAboveEngagement) as refused, work(cast.actor("buyer")) as w:
        service.invoice(w, award.id, more)
    assert refused.value.facts["left"] == Money(120_000)


def test_the_reasons_of_the_decision_are_kept(
    read: OpenWork, cast: Cast, decided: tuple[Scene, Award]
) -> None:
    with read(cast.actor("auditor")) as w:
        assert w.get(Award, decided[1].id).reasons == REASONS


def test_what_is_due_after_a_refaction_and_a_refusal(
    work: OpenWork, read: OpenWork, cast: Cast, decided: tuple[Scene, Award]
) -> None:
    scene, award = decided  # two lines, 1 100 € and 2 100 € HT
    with work(cast.actor("officer")) as w:
        sign(w, cast, award)
        notify(w, cast, award)
        service.order(w, award.id, OrderInput(ordered_on=w.today))
        service.deliver(w, award.id, DeliveryInput(delivered_on=w.today))
        reduced = {"verdict": "reduced", "reduction": "33.33", "reason": "Plateau rayé."}
        service.admit(w, award.id, AdmissionInput(line_id=scene.lines[0], **reduced))
    with read(cast.actor("officer")) as w:
        assert queries.page(w, scene.market_id).awards[0].admitted is None  # a line still waits
    with work(cast.actor("officer")) as w:
        refused = AdmissionInput(line_id=scene.lines[1], verdict="refused", reason="Cassée.")
        service.admit(w, award.id, refused)
    with read(cast.actor("officer")) as w:
        assert queries.page(w, scene.market_id).awards[0].admitted == Money(73_337)


def test_a_receipt_older_than_the_signature_is_a_wrong_date(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, legal_control=True)
        close_all(w, cast, scene)
        (award,) = propose(w, cast, scene)
        decide(w, cast, scene)
        sign(w, cast, award)
        service.transmit(w, award.id, TransmissionInput(receipt_on=date(2026, 9, 16)))
    with pytest.raises(Incomplete) as refused, work(cast.actor("officer")) as w:
        notify(w, cast, award)
    assert codes(refused) == {"awards.receipt_earlier"}


def test_those_who_were_written_to_are_told_that_a_decision_is_undone(
    work: OpenWork, read: OpenWork, cast: Cast, decided: tuple[Scene, Award]
) -> None:
    scene, _ = decided
    with work(cast.actor("officer")) as w:
        service.cancel(w, scene.market_id, "Une note à revoir.")
    with read(ENGINE) as w:
        told = [one for one in kept_letters(w) if one.kind == "award.undone"]
        assert {one.to for one in told} == {
            f"{part}@brume.example" for part in ("alder", "birch", "cedar")
        }
        assert all(one.facts["decided"] for one in told)
