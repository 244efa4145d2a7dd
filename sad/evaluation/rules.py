"""What may be done with an offer once opened, on values: verdicts, requests, increases."""

from datetime import datetime

from sad.evaluation.states import ELIMINATED, Verdict
from sad.kernel.errors import Forbidden, Incomplete, Invalid, Refusal
from sad.kernel.money import Money


class NotOpened(Refusal):
    """Offers are judged and scored between their opening and the closing of the evaluation."""

    code = "evaluation.not_open"


class VisitUnannounced(Refusal):
    """A visit that the invitation did not announce feeds nothing (P20)."""

    code = "evaluation.visit_unannounced"


class VisitAlone(Invalid):
    """Two agents see the pieces (P20)."""

    code = "evaluation.visit_alone"


class VisitTooSoon(Invalid):
    """A visit takes place after the opening, and is written afterwards. Facts: opened, today."""

    code = "evaluation.visit_too_soon"


class VerdictReasonMissing(Invalid):
    """An offer is never eliminated without written reasons (END-02)."""

    code = "evaluation.verdict_reason_missing"


class WithinCredits(Refusal):
    """Only an offer above the credits is unacceptable, never above the estimate (EX-03, P6)."""

    code = "evaluation.within_credits"


class LineWithinCredits(Refusal):
    """Given line by line, an offer stays while one of its lines fits in the credits (EX-03, P3)."""

    code = "evaluation.line_within_credits"


class CreditsUnknown(Refusal):
    """Without credits fixed before the launch no offer is unacceptable (EX-03)."""

    code = "evaluation.credits_unknown"


class LotMissing(Invalid):
    """The credits are those of a lot: name it."""

    code = "evaluation.lot_missing"


class LowPriceFirst(Refusal):
    """A price is abnormally low only after a question and its answer or its delay (EX-06)."""

    code = "evaluation.low_price_question_first"


class LowPriceAsked(Refusal):
    """The question was asked before."""

    code = "evaluation.low_price_already_asked"


class AnswerLate(Refusal):
    """The delay to answer has passed. Fact: `due_at`."""

    code = "evaluation.answer_late"


class AnswerGiven(Refusal):
    """It was answered before."""

    code = "evaluation.answer_given"


class NothingAsked(Refusal):
    """No request is waiting for an answer."""

    code = "evaluation.nothing_asked"


class AnswerMissing(Invalid):
    """An answer says something."""

    code = "evaluation.answer_missing"


class DueNotFuture(Invalid):
    """The delay given ends in the future."""

    code = "evaluation.due_not_future"


class CompletionOnce(Refusal):
    """One request of completion, to all the irregular offers, with one delay (EX-10)."""

    code = "evaluation.completion_once"


class SubstantialChange(Refusal):
    """A completion changes neither price nor quantity, nor what was answered (EX-10)."""

    code = "evaluation.substantial_change"


class OfferUnreadable(Refusal):
    """An offer that could not be read cannot be regular."""

    code = "evaluation.offer_unreadable"


class NotEvaluator(Forbidden):
    """Only the evaluators named for the market score it."""

    code = "evaluation.not_evaluator"


class CannotEvaluate(Invalid):
    """The person named is not an agent who may score."""

    code = "evaluation.cannot_evaluate"


class OfferOut(Refusal):
    """An eliminated offer is not scored."""

    code = "evaluation.offer_out"


class ComputedCriterion(Refusal):
    """The criterion is computed from the offers: nobody scores it."""

    code = "evaluation.criterion_computed"


class ScoreRefused(Invalid):
    """The value is out of the scale. Facts: `criterion`, `value`, `max`."""

    code = "evaluation.value_above_max"


class ScoreNegative(Invalid):
    """Below zero. Facts: `criterion`, `value`."""

    code = "evaluation.value_negative"


class ScoresMissing(Refusal):
    """Consolidation waits for every evaluator. Fact: `missing`, how many."""

    code = "evaluation.scores_missing"


class NotHandedIn(Refusal):
    """Everything is scored, and somebody has not handed it in. Fact: `people`, how many."""

    code = "evaluation.not_handed_in"


class ScoresGiven(Refusal):
    """What was handed in changes no more: differences are settled in the common scores."""

    code = "evaluation.scores_given"


class ScoresRefused(Incomplete):
    """Values typed that are no score; each problem's `where` is `offer:criterion`."""

    code = "invalid_fields"
    status = 422


class CommonReasonMissing(Invalid):
    """A common value that is not the mean says why. Facts: `criterion`, `mean`."""

    code = "evaluation.common_reason_missing"


class HandBackReasonMissing(Invalid):
    """Giving scores back to their author says why."""

    code = "evaluation.hand_back_reason_missing"


class NoneLeft(Refusal):
    """Every offer is out: the market is to be declared unsuccessful."""

    code = "evaluation.none_left"


class ReopenReasonMissing(Invalid):
    """Reopening says why."""

    code = "evaluation.reopen_reason_missing"


class IncreaseTooLate(Refusal):
    """Credits are not increased once an offer of the lot is out on that ground (P6)."""

    code = "evaluation.increase_after_elimination"


class IncreaseUndone(Refusal):
    """There is no increase left to undo."""

    code = "evaluation.no_increase"


def check_reasons(verdict: Verdict, reasons: str, *, admission_withdrawn: bool = False) -> None:
    """Reasons are written for every elimination.

    Also to keep an offer whose supplier's admission was withdrawn since: the buyer decides.
    """
    if not reasons.strip() and (verdict in ELIMINATED or admission_withdrawn):
        raise VerdictReasonMissing(where="reasons")


def check_unacceptable(price: Money, credits: Money | None, *, by_line: bool = False) -> None:
    """EX-03 L2152-3: above the credits fixed before the launch and their increases (P6).

    `price`: the offer's total, or by line the least that can be awarded of it.
    """
    if credits is None:
        raise CreditsUnknown(where="verdict")
    if price <= credits and by_line:
        raise LineWithinCredits(where="verdict", credits=credits)
    if price <= credits:
        raise WithinCredits(where="verdict", price=price, credits=credits)


def check_low_price(
    asked_at: datetime | None, due_at: datetime | None, answered: bool, now: datetime
) -> None:
    """EX-06 L2152-6: nothing is decided before the answer, or the end of its delay."""
    if asked_at is None or due_at is None or (not answered and now <= due_at):
        raise LowPriceFirst(where="verdict")


def check_due(due_at: datetime, now: datetime) -> None:
    """The delay of a request ends later than now."""
    if due_at <= now:
        raise DueNotFuture(where="due_at")


def check_answer(
    asked_at: datetime | None,
    due_at: datetime | None,
    *,
    given: bool,
    text: str,
    received_at: datetime,
) -> None:
    """An answer comes once, in time, and says something."""
    if asked_at is None or due_at is None:
        raise NothingAsked()
    if given:
        raise AnswerGiven()
    if received_at > due_at:
        raise AnswerLate(due_at=due_at)
    if not text.strip():
        raise AnswerMissing(where="answer")
