"""Verdicts with reasons, one request of completion, low prices questioned (acceptance 40, 42)."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Candidature
from sad.evaluation import queries, service
from sad.evaluation.rules import (
    AnswerGiven,
    AnswerLate,
    CompletionOnce,
    LowPriceFirst,
    NotOpened,
    SubstantialChange,
    VerdictReasonMissing,
    WithinCredits,
)
from sad.evaluation.schemas import (
    CompletionAnswer,
    CompletionInput,
    IncreaseInput,
    JudgeInput,
    LowPriceDecision,
    LowPriceQuestion,
)
from sad.evaluation.states import LetterKind, Verdict
from sad.evaluation.tables import Letter
from sad.kernel.actor import ENGINE
from sad.kernel.errors import Forbidden, Incomplete, NotFound
from sad.kernel.money import Money
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer, OfferLine
from tests.conftest import OpenWork
from tests.evaluation.scene import OPENED, Asked, Bid, Scene, make_scene
from tests.evaluation.steps import judge, judge_all
from tests.support.cast import Cast
from tests.support.clock import FixedClock

LATER = OPENED + timedelta(days=3)


def test_an_elimination_without_reasons_is_refused(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene
) -> None:
    with pytest.raises(VerdictReasonMissing), work(cast.actor("buyer")) as w:
        judge(w, scene, "alder", Verdict.IRREGULAR, " ")
    with read(cast.actor("buyer")) as w:
        assert w.get(Offer, scene.offers["alder"]).verdict == Verdict.PENDING


def test_a_later_verdict_replaces_the_first_and_both_stay(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene
) -> None:
    with work(cast.actor("buyer")) as w:
        judge(w, scene, "alder", Verdict.IRREGULAR, "Il manque la fiche de sécurité.")
        judge(w, scene, "alder", Verdict.REGULAR, "La fiche y était.")
    with read(cast.actor("buyer")) as w:
        view = queries.evaluation(w, scene.market_id).offers[0]
        assert view.verdict is Verdict.REGULAR
        assert [made.verdict for made in view.judgements] == ["irregular", "regular"]


def test_an_offer_is_unacceptable_only_above_the_credits(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        # alder 3 600 € to pay, cedar 4 800 €; credits 4 000 €, estimate 2 000 €
        scene = make_scene(w, cast, credits={1: 400_000})
    with pytest.raises(WithinCredits) as refused, work(cast.actor("buyer")) as w:
        judge(w, scene, "alder", Verdict.UNACCEPTABLE)
    assert refused.value.facts == {"price": Money(360_000), "credits": Money(400_000)}
    with work(cast.actor("buyer")) as w:
        judge(w, scene, "cedar", Verdict.UNACCEPTABLE)
        assert w.get(Offer, scene.offers["cedar"]).verdict == Verdict.UNACCEPTABLE


def test_an_increase_recorded_before_counts_for_all(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, credits={1: 400_000})
        data = IncreaseInput(amount=Money(80_000), reason="Décision du bureau")
        service.record_increase(w, scene.market_id, data)
    with pytest.raises(WithinCredits), work(cast.actor("buyer")) as w:
        judge(w, scene, "cedar", Verdict.UNACCEPTABLE)


def test_one_request_to_all_the_irregular_with_one_delay(
    work: OpenWork, read: OpenWork, cast: Cast, scene: Scene
) -> None:
    alder, birch = scene.offers["alder"], scene.offers["birch"]
    with work(cast.actor("buyer")) as w:
        judge_all(w, scene, "cedar")
        judge(w, scene, "alder", Verdict.IRREGULAR)
    data = CompletionInput(due_at=LATER, requests={alder: "L'état de la ligne 1."})
    with pytest.raises(Incomplete) as pending, work(cast.actor("buyer")) as w:
        service.ask_completion(w, scene.market_id, data)
    assert pending.value.problems[0].code == "evaluation.verdict_pending"
    with work(cast.actor("buyer")) as w:
        judge(w, scene, "birch", Verdict.IRREGULAR)
    with pytest.raises(Incomplete) as partial, work(cast.actor("buyer")) as w:
        service.ask_completion(w, scene.market_id, data)
    assert partial.value.problems[0].code == "evaluation.completion_for_all"
    both = CompletionInput(due_at=LATER, requests={alder: "L'état.", birch: "Le délai."})
    with work(cast.actor("buyer")) as w:
        letters = service.ask_completion(w, scene.market_id, both)
        assert {letter.facts["due_at"] for letter in letters} == {"2026-09-20T10:05:00.000000Z"}
    with read(cast.actor("buyer")) as w:
        assert {w.get(Offer, id_).completion_due_at for id_ in (alder, birch)} == {LATER}
    with pytest.raises(CompletionOnce), work(cast.actor("buyer")) as w:
        service.ask_completion(w, scene.market_id, both)


@pytest.fixture
def asked(work: OpenWork, cast: Cast, scene: Scene) -> Scene:
    """Alder's offer is irregular and was asked to complete itself."""
    with work(cast.actor("buyer")) as w:
        judge_all(w, scene, "birch", "cedar")
        judge(w, scene, "alder", Verdict.IRREGULAR)
        requests = {scene.offers["alder"]: "Dites l'état de la ligne T-01."}
        service.ask_completion(w, scene.market_id, CompletionInput(due_at=LATER, requests=requests))
    return scene


@pytest.mark.parametrize("key", ["unit_price", "unknown"])
def test_a_completion_changes_no_price(work: OpenWork, cast: Cast, asked: Scene, key: str) -> None:
    answer = CompletionAnswer(answer="Voici.", lines={asked.lines[0]: {key: "90"}})
    with pytest.raises(SubstantialChange), work(cast.actor("buyer")) as w:
        service.record_completion(w, asked.offers["alder"], answer)


def test_a_completion_fills_empty_cells_only(
    work: OpenWork, read: OpenWork, cast: Cast, asked: Scene
) -> None:
    answer = CompletionAnswer(answer="Voici.", lines={asked.lines[0]: {"condition": "Bon état"}})
    with work(cast.actor("buyer")) as w:
        service.record_completion(w, asked.offers["alder"], answer)
    with read(cast.actor("buyer")) as w:
        row = w.session.exec(
            select(OfferLine).where(
                col(OfferLine.offer_id) == asked.offers["alder"],
                col(OfferLine.line_id) == asked.lines[0],
            )
        ).one()
        assert row.values == {"unit_price": 10_000, "condition": "Bon état"}
        found = queries.evaluation(w, asked.market_id).problems
        assert "evaluation.verdict_pending" in {problem.code for problem in found}
    with pytest.raises(AnswerGiven), work(cast.actor("buyer")) as w:
        service.record_completion(w, asked.offers["alder"], CompletionAnswer(answer="Encore"))


def test_a_supplier_answers_its_own_letter_in_time(
    work: OpenWork, cast: Cast, asked: Scene, clock: FixedClock
) -> None:
    with work() as w:
        letter = w.session.exec(select(Letter)).one()
        assert letter.kind == LetterKind.COMPLETION_REQUEST
    with pytest.raises(NotFound), work(cast.actor("birch")) as w:
        service.answer_letter(w, letter.id, "Bon état")
    clock.set(LATER)
    with work(cast.actor("alder")) as w:
        service.answer_letter(w, letter.id, "Bon état")
        offer = w.get_in(Offer, letter.organisation_id, asked.offers["alder"])
        assert offer.completion_text == "Bon état"


def test_a_late_answer_is_refused(
    work: OpenWork, cast: Cast, asked: Scene, clock: FixedClock
) -> None:
    clock.set(LATER + timedelta(milliseconds=1))
    with work() as w:
        letter_id = w.session.exec(select(Letter.id)).one()
    with pytest.raises(AnswerLate), work(cast.actor("alder")) as w:
        service.answer_letter(w, letter_id, "Bon état")


def test_no_price_is_abnormally_low_before_a_question(
    work: OpenWork, cast: Cast, scene: Scene, clock: FixedClock
) -> None:
    with pytest.raises(LowPriceFirst), work(cast.actor("buyer")) as w:
        judge(w, scene, "alder", Verdict.ABNORMALLY_LOW)
    with work(cast.actor("buyer")) as w:
        question = LowPriceQuestion(question="Comment ?", due_at=LATER)
        service.ask_low_price(w, scene.offers["alder"], question)
    decision = LowPriceDecision(abnormal=True, reasons="Rien n'explique ce prix.")
    with pytest.raises(LowPriceFirst), work(cast.actor("buyer")) as w:
        service.decide_low_price(w, scene.offers["alder"], decision)
    clock.set(LATER + timedelta(seconds=1))
    with work(cast.actor("buyer")) as w:
        service.decide_low_price(w, scene.offers["alder"], decision)
        assert w.get(Offer, scene.offers["alder"]).verdict == Verdict.ABNORMALLY_LOW


def test_an_explained_price_stays_in(work: OpenWork, cast: Cast, scene: Scene) -> None:
    with work(cast.actor("buyer")) as w:
        judge_all(w, scene)
        question = LowPriceQuestion(question="Comment ?", due_at=LATER)
        service.ask_low_price(w, scene.offers["alder"], question)
        service.record_low_price_answer(w, scene.offers["alder"], "Bois donné.")
        decision = LowPriceDecision(abnormal=False, reasons="Le don est prouvé.")
        offer = service.decide_low_price(w, scene.offers["alder"], decision)
        assert offer.verdict == Verdict.REGULAR


def test_the_screen_shows_and_rejects_nobody(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    bids = {"alder": Bid([4_000]), "birch": Bid([10_000]), "cedar": Bid([11_000])}
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, bids, [Asked()])
    with read(cast.actor("buyer")) as w:
        view = queries.evaluation(w, scene.market_id)
        assert [suspect.offer for suspect in view.lots[0].suspects] == [str(scene.offers["alder"])]
        assert {offer.verdict for offer in view.offers} == {Verdict.PENDING}


def test_a_withdrawn_admission_is_kept_only_with_reasons(
    work: OpenWork, cast: Cast, scene: Scene
) -> None:
    with work(ENGINE) as w:
        offer = w.locate(Offer, scene.offers["alder"])
        market = w.locate(SpecificMarket, scene.market_id)
        w.add(
            Candidature(
                organisation_id=cast.organisation_id,
                system_id=market.system_id,
                category_id=market.category_id,
                applicant_id=offer.applicant_id,
                state=CandidatureState.ADMISSION_WITHDRAWN,
                submitted_at=w.now,
                decided_at=w.now,
                delegation_id=cast.delegation_id,
                reasons="Motif d'exclusion.",
                received_on=w.today,
                decide_by=w.today + timedelta(days=14),
                declared=True,
                receipt="{}",
                hearing_at=w.now,
                hearing_due_on=w.today,
                hearing_text="Répondez.",
                created_at=w.now,
            )
        )
    with pytest.raises(VerdictReasonMissing), work(cast.actor("buyer")) as w:
        judge(w, scene, "alder", Verdict.REGULAR, "")
    with work(cast.actor("buyer")) as w:
        judge(w, scene, "alder", Verdict.REGULAR, "L'offre était valable à sa remise.")


@pytest.mark.parametrize("part", ["auditor", "evaluator", "alder", "stranger"])
def test_who_may_not_judge(work: OpenWork, cast: Cast, scene: Scene, part: str) -> None:
    with pytest.raises(Forbidden), work(cast.actor(part)) as w:
        judge(w, scene, "alder", Verdict.REGULAR)


def test_another_organisations_officer_finds_nothing(
    work: OpenWork, cast: Cast, scene: Scene
) -> None:
    with pytest.raises(NotFound), work(cast.actor("other_officer")) as w:
        judge(w, scene, "alder", Verdict.REGULAR)


def test_nothing_is_judged_before_the_opening(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    clock.set(OPENED)
    with work(cast.actor("officer")) as w:
        scene = make_scene(w, cast, state="launched")
    with pytest.raises(NotOpened), work(cast.actor("buyer")) as w:
        service.judge(w, scene.offers["alder"], JudgeInput(verdict=Verdict.REGULAR))
    with pytest.raises(NotOpened), read(cast.actor("buyer")) as w:
        queries.evaluation(w, scene.market_id)
