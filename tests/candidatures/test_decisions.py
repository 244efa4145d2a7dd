"""Decisions: reasons, delegation, once; refused to those who may not; complements and delays."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from sad.accounts.permissions import NotAllowed, SignInNeeded
from sad.accounts.rules import NoDelegation
from sad.accounts.tables import Delegation, Organisation
from sad.audit.tables import audit_event
from sad.candidatures import decisions, service, views
from sad.candidatures.rules import (
    AlreadyDecided,
    AlreadyExtended,
    AppealMissing,
    CompletionOver,
    CompletionRunning,
    DelayPast,
    HearingMissing,
    HearingRunning,
    PendingOrAdmitted,
    ReasonsMissing,
    UpdateAsked,
    UpdateNotAsked,
    UpdateOver,
)
from sad.candidatures.schemas import DecisionInput, RequestInput
from sad.candidatures.states import CandidatureAction as A
from sad.candidatures.watching import watch
from sad.kernel.actor import ANONYMOUS
from sad.kernel.errors import NotFound
from sad.kernel.moves import MoveRefused
from sad.notifications.tables import Message, Outbox
from sad.suppliers import service as suppliers
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.counted import count
from tests.support.joined import decision, submitted
from tests.support.published import published_system

TEXT = RequestInput(text="Joignez vos horaires de livraison.", due_on=date(2026, 9, 8))


@pytest.fixture
def category(work: OpenWork, cast: Cast) -> UUID:
    """A category of a system open since 1 August 2026."""
    with work(cast.actor("officer")) as w:
        return published_system(w)[1][0]


@pytest.fixture
def sent(work: OpenWork, cast: Cast, category: UUID) -> UUID:
    """A candidature of alder, received on Tuesday 1 September 2026."""
    with work(cast.actor("alder")) as w:
        return submitted(w, category)


def test_an_admission_names_its_reasons_and_its_signatory(
    work: OpenWork, read: OpenWork, cast: Cast, sent: UUID
) -> None:
    with work(cast.actor("officer")) as w, pytest.raises(ReasonsMissing):
        decisions.admit(w, sent, decision(cast.delegation_id, "  "))
    with work(cast.actor("officer")) as w:
        decisions.admit(w, sent, decision(cast.delegation_id, "Deux ateliers équipés."))
    with read(cast.actor("alder")) as w:
        seen = views.mine_one(w, sent)
    assert (seen.state, seen.reasons) == ("admitted", "Deux ateliers équipés.")
    assert seen.decisions[0].signatory.startswith("Dominique Le Goff")


def test_a_refusal_without_reasons_is_refused_and_tells_why(
    work: OpenWork, cast: Cast, sent: UUID
) -> None:
    with work(cast.actor("officer")) as w:
        with pytest.raises(ReasonsMissing) as refused:
            decisions.refuse(w, sent, decision(cast.delegation_id, ""))
        before = count(w, Message)
        decisions.refuse(w, sent, decision(cast.delegation_id, "Pas de mobilier proposé."))
        assert count(w, Message) == before + 1
    assert refused.value.where == "reasons"


def test_a_decision_is_not_overwritten_but_a_new_one_may_follow_an_appeal(
    work: OpenWork, read: OpenWork, cast: Cast, sent: UUID
) -> None:
    refusal = decision(cast.delegation_id, "Activité sans rapport.")
    with work(cast.actor("officer")) as w:
        decisions.refuse(w, sent, refusal)
    for command in (decisions.refuse, decisions.admit):
        with work(cast.actor("officer")) as w, pytest.raises((AlreadyDecided, AppealMissing)):
            command(w, sent, refusal)
    appeal = DecisionInput(
        reasons="Le tribunal annule le refus.",
        delegation_id=cast.delegation_id,
        appeal="TA Rennes, 12 octobre 2026, n° 2605555",
    )
    with work(cast.actor("officer")) as w:
        decisions.admit(w, sent, appeal)
    with read(cast.actor("auditor")) as w:
        taken = views.one(w, sent).decisions
    assert [(d.kind, d.reasons) for d in taken] == [
        ("refusal", "Activité sans rapport."),
        ("admission", "Le tribunal annule le refus."),
    ]
    with work(cast.actor("officer")) as w, pytest.raises(AlreadyDecided):
        decisions.admit(w, sent, appeal)


def test_a_refused_supplier_applies_again_and_both_files_stay(
    work: OpenWork, read: OpenWork, cast: Cast, category: UUID, sent: UUID
) -> None:
    with work(cast.actor("officer")) as w:
        decisions.refuse(w, sent, decision(cast.delegation_id, "Dossier vide."))
    with work(cast.actor("alder")) as w:
        again = submitted(w, category)
    with read(cast.actor("officer")) as w:
        now = views.one(w, again)
        older = views.history(w, now)
    assert [(o.id, o.state, o.reasons) for o in older] == [(sent, "refused", "Dossier vide.")]
    assert older[0].snapshot is not None
    appeal = DecisionInput(reasons="Recours.", delegation_id=cast.delegation_id, appeal="Recours")
    with pytest.raises(PendingOrAdmitted), work(cast.actor("officer")) as w:
        decisions.admit(w, sent, appeal)


@pytest.mark.parametrize("part", ["alder", "birch", "stranger", "buyer", "auditor", "evaluator"])
def test_only_an_officer_decides(work: OpenWork, cast: Cast, sent: UUID, part: str) -> None:
    for command in (decisions.admit, decisions.refuse, decisions.withdraw_admission):
        with work(cast.actor(part)) as w, pytest.raises(NotAllowed):
            command(w, sent, decision(cast.delegation_id))


def test_nobody_and_another_organisation_s_officer_decide_nothing(
    work: OpenWork, cast: Cast, sent: UUID
) -> None:
    with work(ANONYMOUS) as w, pytest.raises(SignInNeeded):
        decisions.admit(w, sent, decision(cast.delegation_id))
    with work(cast.actor("other_officer")) as w, pytest.raises(NotFound):
        decisions.admit(w, sent, decision(cast.delegation_id))


def test_no_decision_under_a_delegation_that_is_not_in_force(
    work: OpenWork, read: OpenWork, cast: Cast, sent: UUID
) -> None:
    with work() as w:
        delegation = w.locate(Delegation, cast.delegation_id)
        delegation.scope = ["admission"]
        w.add(delegation)
    with work(cast.actor("officer")) as w, pytest.raises(NoDelegation):
        decisions.refuse(w, sent, decision(cast.delegation_id))
    with work() as w:
        delegation = w.locate(Delegation, cast.delegation_id)
        delegation.revoked_at = w.now
        w.add(delegation)
    with work(cast.actor("officer")) as w, pytest.raises(NoDelegation):
        decisions.admit(w, sent, decision(cast.delegation_id))
    with read(cast.actor("officer")) as w:
        assert views.one(w, sent).state == "submitted"


def test_complements_are_asked_of_all_concerned_with_one_delay(
    work: OpenWork, read: OpenWork, cast: Cast, category: UUID, sent: UUID
) -> None:
    with work(cast.actor("birch")) as w:
        other = submitted(w, category)
    with work(cast.actor("officer")) as w:
        for wrong in (TEXT.model_copy(update={"due_on": date(2026, 9, 1)}), RequestInput(text="?")):
            with pytest.raises(DelayPast):
                decisions.ask_complements(w, [sent], wrong)
        asked = decisions.ask_complements(w, [sent, other], TEXT)
    assert {(c.state, c.completion_due_on) for c in asked} == {("completing", date(2026, 9, 8))}
    with work(cast.actor("alder")) as w:
        service.complete(w, sent, "Du lundi au vendredi, de 8 h à 16 h.")
    with work(cast.actor("alder")) as w, pytest.raises(MoveRefused):
        service.complete(w, sent, "Et le samedi.")
    with read(cast.actor("officer")) as w:
        seen = views.one(w, sent)
    assert (seen.state, seen.completion_answer[:8]) == ("submitted", "Du lundi")


def test_a_refusal_waits_for_the_delay_it_gave(
    work: OpenWork, cast: Cast, sent: UUID, clock: FixedClock
) -> None:
    with work(cast.actor("officer")) as w:
        decisions.ask_complements(w, [sent], TEXT)
    clock.set(datetime(2026, 9, 8, 21, 59, tzinfo=UTC))
    with work(cast.actor("officer")) as w, pytest.raises(CompletionRunning):
        decisions.refuse(w, sent, decision(cast.delegation_id))
    clock.advance(minutes=2)
    with work(cast.actor("alder")) as w, pytest.raises(CompletionOver):
        service.complete(w, sent, "Trop tard ?")
    with work(cast.actor("officer")) as w:
        decisions.refuse(w, sent, decision(cast.delegation_id, "Compléments non reçus."))


def test_fifteen_days_with_a_reason_not_ten_and_fifteen(
    work: OpenWork, read: OpenWork, cast: Cast, sent: UUID
) -> None:
    with work(cast.actor("officer")) as w:
        with pytest.raises(ReasonsMissing):
            decisions.extend(w, sent, " ")
        decisions.extend(w, sent, "Pièces à vérifier auprès de l'assureur.")
        with pytest.raises(AlreadyExtended):
            decisions.extend(w, sent, "Encore.")
    with read(cast.actor("officer")) as w:
        seen = views.one(w, sent)
    assert seen.clock is not None
    assert seen.clock.decide_by == date(2026, 9, 22)
    assert A.EXTEND not in seen.actions


def test_the_calendar_is_the_buyer_s(work: OpenWork, cast: Cast, category: UUID) -> None:
    with work() as w:
        organisation = w.shared(Organisation, cast.organisation_id)
        organisation.alsace_moselle = True
        w.add(organisation)
    with work(cast.actor("alder")) as w:
        w.notes["received_at"] = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)
        candidature = submitted(w, category)
        seen = views.mine_one(w, candidature)
    assert seen.clock is not None
    assert seen.clock.decide_by == date(2026, 12, 29)  # 25 December off; the 26th is a Saturday
    assert seen.clock.watch_until == date(2026, 12, 28)


def test_a_breach_is_alerted_before_then_journalled_once(
    work: OpenWork, cast: Cast, sent: UUID, clock: FixedClock
) -> None:
    with work() as w:
        assert watch(w) == 0
    clock.set(datetime(2026, 9, 11, 8, 0, tzinfo=UTC))  # two days before Saturday 12, watched
    with work() as w:
        assert (watch(w), watch(w)) == (1, 0)
    clock.set(datetime(2026, 9, 16, 8, 0, tzinfo=UTC))
    with work() as w:
        assert (watch(w), watch(w)) == (1, 0)
    with work(cast.actor("officer")) as w:
        decisions.admit(w, sent, decision(cast.delegation_id))
        w.session.flush()
    with work() as w:
        events = count(w, audit_event, audit_event.c.action == "candidature.limit_passed")
    assert events == 1


def test_an_admitted_supplier_updates_its_file_in_five_working_days(
    work: OpenWork, read: OpenWork, cast: Cast, sent: UUID, clock: FixedClock
) -> None:
    with work(cast.actor("officer")) as w, pytest.raises(MoveRefused):
        decisions.ask_update(w, [sent], "Assurance à jour ?")
    with work(cast.actor("officer")) as w:
        decisions.admit(w, sent, decision(cast.delegation_id))
        with pytest.raises(ReasonsMissing):
            decisions.ask_update(w, [sent], "")
        decisions.ask_update(w, [sent], "Assurance à jour ?")
        with pytest.raises(UpdateAsked):
            decisions.ask_update(w, [sent], "Encore ?")
    with read(cast.actor("alder")) as w:
        seen = views.mine_one(w, sent)
    assert seen.update_due_on == date(2026, 9, 8)
    assert A.UPDATE in seen.actions
    clock.set(datetime(2026, 9, 9, 8, 0, tzinfo=UTC))
    with work(cast.actor("alder")) as w, pytest.raises(UpdateOver):
        service.update(w, sent)
    with work(cast.actor("officer")) as w:
        decisions.ask_update(w, [sent], "Dernier rappel.")
    with work(cast.actor("alder")) as w:
        service.update(w, sent, "Contrat renouvelé.")
    with work(cast.actor("alder")) as w, pytest.raises(UpdateNotAsked):
        service.update(w, sent)


def test_an_admission_is_withdrawn_after_its_letter_and_its_delay(
    work: OpenWork, read: OpenWork, cast: Cast, category: UUID, sent: UUID, clock: FixedClock
) -> None:
    reasons = decision(cast.delegation_id, "Attestation fausse, reconnue.")
    with work(cast.actor("officer")) as w:
        decisions.admit(w, sent, decision(cast.delegation_id))
        with pytest.raises(HearingMissing):
            decisions.withdraw_admission(w, sent, reasons)
        decisions.open_hearing(w, sent, TEXT)
        with pytest.raises(HearingRunning):
            decisions.withdraw_admission(w, sent, reasons)
    with work(cast.actor("alder")) as w:
        service.answer_hearing(w, sent, "Nous ne le contestons pas.")
    with work(cast.actor("officer")) as w:
        with pytest.raises(ReasonsMissing):
            decisions.withdraw_admission(w, sent, decision(cast.delegation_id, ""))
        decisions.withdraw_admission(w, sent, reasons)
    with work(cast.actor("alder")) as w:
        assert submitted(w, category)
    with read(cast.actor("auditor")) as w:
        assert [d.kind for d in views.one(w, sent).decisions] == [
            "admission",
            "admission_withdrawal",
        ]


def test_a_silent_supplier_loses_its_admission_after_the_delay(
    work: OpenWork, cast: Cast, sent: UUID, clock: FixedClock
) -> None:
    with work(cast.actor("officer")) as w:
        decisions.admit(w, sent, decision(cast.delegation_id))
        decisions.open_hearing(w, sent, TEXT)
    clock.advance(timedelta(days=8))
    with work(cast.actor("officer")) as w:
        taken = decisions.withdraw_admission(w, sent, decision(cast.delegation_id, "Sans réponse."))
    assert taken.kind == "admission_withdrawal"


def test_a_paused_supplier_gets_no_mail_but_its_message(
    work: OpenWork, cast: Cast, sent: UUID
) -> None:
    with work(cast.actor("alder")) as w:
        suppliers.pause(w)
    with work(cast.actor("officer")) as w:
        mails = count(w, Outbox)
        messages = count(w, Message)
        decisions.admit(w, sent, decision(cast.delegation_id))
        w.session.flush()
        assert count(w, Outbox) == mails
        assert count(w, Message) == messages + 1
