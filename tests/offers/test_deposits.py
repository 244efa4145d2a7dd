"""Sending, replacing, withdrawing; the deadline to the microsecond (acceptance 31 to 33)."""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from sad.audit.receipts import verify_receipt
from sad.audit.signing import publish
from sad.audit.tables import audit_event
from sad.db.acts import ActReused
from sad.kernel.vault import open_json
from sad.notifications.tables import Message, Outbox
from sad.offers import queries, rules
from sad.offers.rules import (
    DigestMissing,
    NothingToWithdraw,
    NotRecorded,
    ReviewChanged,
    Superseded,
    TooLateToWithdraw,
    TooManyDeposits,
)
from sad.offers.states import DepositKind, Standing
from sad.offers.tables import LateDeposit
from tests.offers.conftest import Stage
from tests.offers.scene import T, typed
from tests.support.rings import FixedRings

MILLISECOND = timedelta(milliseconds=1)


def own(stage: Stage, part: str = "alder") -> queries.OwnAnswer:
    with stage.read(stage.actor(part)) as work:
        return queries.own_answer(work, stage.scene.market_id)


def test_a_receipt_at_once_signed_and_verifiable_offline(stage: Stage, rings: FixedRings) -> None:
    given = stage.submit("alder")
    (deposit,) = own(stage).deposits
    assert deposit.signed is not None
    with stage.read(stage.actor("alder")) as work:
        payload = queries.own_payload(work, stage.scene.market_id, given.deposit_id)
    verdict = verify_receipt(deposit.signed.file(), publish(rings.signing), [payload])
    assert verdict.holds
    receipt = verdict.receipt
    assert (receipt["number"], receipt["act"], receipt["in_time"]) == (given.number, "offer", True)
    assert receipt["operator"] == {"name": "Atelier alder", "siret": "99900001100018"}
    assert receipt["consultation"]["reference"] == "2026S01-001-01"
    assert receipt["documents"][0]["name"] == "reponse.json"
    assert receipt["documents"][0]["sha256"] == hashlib.sha256(payload).hexdigest()


def test_the_journal_holds_the_hash_of_the_receipt_and_nothing_else(stage: Stage) -> None:
    stage.submit("alder")
    (deposit,) = own(stage).deposits
    with stage.read() as work:
        bodies = [
            json.loads(row.body)
            for row in work.session.connection().execute(
                audit_event.select().where(audit_event.c.chain.like("offer:%"))
            )
        ]
    (event,) = bodies
    assert event["action"] == "offer.sent"
    assert event["after"] == {"receipt": deposit.receipt_sha256}
    assert event["seq"] == deposit.seq
    assert event["previous"] == deposit.receipt["previous"]


def test_the_message_is_neutral_whatever_was_done(stage: Stage, rings: FixedRings) -> None:
    stage.submit("alder")
    stage.withdraw("alder")
    with stage.read() as work:
        messages = [
            open_json(rings, f"message:{row.id}", row.sealed)
            for row in work.session.exec(select(Message)).all()
            if row.supplier_id == stage.scene.cast.suppliers["alder"]
        ]
        mails = len(work.session.exec(select(Outbox)).all())
    assert len(messages) == 2
    assert messages[0] == messages[1]
    assert mails == 2


def test_editing_after_a_sending_makes_a_draft_and_the_one_sent_stays(stage: Stage) -> None:
    stage.submit("alder")
    assert own(stage).standing is Standing.SENT
    digest = stage.put("alder", price="11,00")
    changed = own(stage)
    assert changed.standing is Standing.CHANGED
    first = changed.in_force
    assert first is not None
    second = stage.submit("alder", digest)
    after = own(stage)
    assert after.standing is Standing.SENT
    assert [row.kind for row in after.deposits] == [DepositKind.OFFER, DepositKind.REPLACEMENT]
    assert after.deposits[1].receipt["replaces"] == first.number
    assert after.in_force is not None
    assert after.in_force.id == second.deposit_id


def test_withdrawn_once_then_sent_again(stage: Stage) -> None:
    digest = stage.put("alder")
    stage.submit("alder", digest)
    stage.withdraw("alder")
    assert own(stage).standing is Standing.WITHDRAWN
    with pytest.raises(NothingToWithdraw):
        stage.withdraw("alder")
    stage.submit("alder", digest)
    kinds = [row.kind for row in own(stage).deposits]
    assert kinds == [DepositKind.OFFER, DepositKind.WITHDRAWAL, DepositKind.OFFER]


def test_what_changed_since_it_was_reviewed_is_not_sent(stage: Stage) -> None:
    digest = stage.put("alder")
    stage.put("alder", price="99")
    with pytest.raises(ReviewChanged):
        stage.submit("alder", digest)
    with pytest.raises(DigestMissing):
        stage.submit("alder", "")
    assert not own(stage).deposits


def test_one_key_one_act(stage: Stage) -> None:
    key, digest = uuid4(), stage.put("alder")
    first = stage.submit("alder", digest, key=key)
    again = stage.submit("alder", digest, key=key)
    assert again.again
    assert again.deposit_id == first.deposit_id
    assert len(own(stage).deposits) == 1
    with pytest.raises(ActReused):
        stage.withdraw("alder", key=key)
    with pytest.raises(ActReused):
        stage.submit("alder", stage.put("alder", price="1"), key=key)


@pytest.mark.parametrize(
    ("offset", "kind"),
    [
        (-MILLISECOND, DepositKind.OFFER),
        (timedelta(), DepositKind.OFFER),
        (timedelta(microseconds=1), DepositKind.LATE),
        (MILLISECOND, DepositKind.LATE),
    ],
)
def test_what_counts_is_when_the_request_was_received(
    stage: Stage, offset: timedelta, kind: DepositKind
) -> None:
    digest = stage.put("alder")
    stage.clock.set(T + timedelta(seconds=2))
    stage.submit("alder", digest, at=T + offset)
    (deposit,) = own(stage).deposits
    assert deposit.kind is kind
    assert deposit.received_at == T + offset
    assert deposit.receipt["in_time"] is (kind is DepositKind.OFFER)


def test_a_late_answer_is_set_aside_and_the_one_in_time_stays(stage: Stage) -> None:
    stage.submit("alder")
    first = own(stage).in_force
    digest = stage.put("alder", price="5")
    stage.clock.set(T + timedelta(minutes=3))
    stage.submit("alder", digest)
    after = own(stage)
    assert after.in_force == first
    assert after.standing is Standing.CHANGED
    with stage.read() as work:
        (late,) = work.session.exec(select(LateDeposit)).all()
    assert late.deposit_id == after.deposits[-1].id
    with pytest.raises(TooLateToWithdraw):
        stage.withdraw("alder")


def test_not_recorded_when_the_commit_would_come_too_late(stage: Stage) -> None:
    digest = stage.put("alder")
    stage.clock.set(T + timedelta(seconds=31))
    with pytest.raises(NotRecorded):
        stage.submit("alder", digest, at=T)
    assert not own(stage).deposits
    stage.clock.set(T + timedelta(seconds=29))  # never backwards: another request, earlier
    stage.submit("alder", digest, at=T)
    assert len(own(stage).deposits) == 1


def test_an_act_received_before_a_colleagues_recorded_one_is_not_written_over_it(
    stage: Stage,
) -> None:
    digest = stage.put("alder")
    stage.submit("alder", digest, at=stage.clock.now())
    with pytest.raises(Superseded):
        stage.withdraw("alder", at=stage.clock.now() - MILLISECOND)


def test_deposits_are_bounded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sad.offers.deposits.MOST_DEPOSITS", 2)
    digest = stage.put("alder")
    stage.submit("alder", digest)
    stage.submit("alder", digest)
    with pytest.raises(TooManyDeposits):
        stage.submit("alder", digest)


def test_each_supplier_has_its_own_answer(stage: Stage) -> None:
    stage.submit("alder", stage.put("alder", typed(price="10")))
    assert own(stage, "birch").standing is Standing.NOTHING
    assert not own(stage, "birch").deposits


def test_receipt_numbers_tell_nothing() -> None:
    numbers = {rules.receipt_number(uuid4()) for _ in range(200)}
    assert len(numbers) == 200
    assert all(len(number) == 17 for number in numbers)
