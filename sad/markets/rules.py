"""What a market is held to, on values: its number, what may change after its launch.

What stands between a draft and its launch is in `launch_rules`.
"""

from datetime import date, datetime, timedelta

from sad.kernel.calendar import paris_date
from sad.kernel.errors import Forbidden, Invalid, Refusal

CHANGE_DAYS = 6  # MS-11 [I]: whole days left to answer after a significant change
REMIND_EVERY = timedelta(hours=48)
OPENING_AFTER = timedelta(seconds=60)  # no deposit stamped in time commits later
NUMBER_LENGTH = 16


class AlreadyLaunched(Refusal):
    """The market was launched by an earlier press. Fact: `number`."""

    code = "markets.already_launched"


class NotOpen(Refusal):
    """The market takes no answer now: not launched, closed or ended."""

    code = "markets.not_open"


class NotDraft(Refusal):
    """Only a draft is prepared; after the launch a change is an addendum."""

    code = "markets.not_draft"


class NotSent(Refusal):
    """Only a market sent for approval is approved, sent back or taken back."""

    code = "markets.not_sent"


class CreditsBelowEstimate(Invalid):
    """The credits of a lot cover its estimate at least (P6). Facts: `credits`, `estimate`."""

    code = "markets.credits_below_estimate"


class VisitFirstMissing(Invalid):
    """A visit of the first ones only says how many (P20)."""

    code = "markets.visit_first_missing"


class EnvelopeOfOther(Invalid):
    """The envelope rests on another funding line, or is another category's."""

    code = "markets.envelope_of_other"


class LotTwice(Invalid):
    """Two lots with one number. Fact: `lot`."""

    code = "markets.lot_twice"


class QuestionsClosed(Refusal):
    """Questions are taken until a limit (P19). Fact: `until`."""

    code = "markets.questions_closed"


class QuestionLineUnknown(Invalid):
    """The grid has no such line. Fact: `line`."""

    code = "markets.question_line_unknown"


class WishedTooSoon(Invalid):
    """More time is asked until a day after the deadline. Fact: `deadline`."""

    code = "markets.wished_too_soon"


class NotAPostponement(Refusal):
    """Only a request for more time is granted; a question is answered."""

    code = "markets.not_a_postponement"


class AlreadyAnswered(Refusal):
    """A question is answered once, to all."""

    code = "markets.already_answered"


class NotInvited(Forbidden):
    """The supplier is not among the invited; `reason` is one of `WhyNot`."""

    code = "markets.not_invited"


class CannotEnd(Refusal):
    """Never launched, already ended, or signed: it is no longer ended without award."""

    code = "markets.cannot_end"


class OffersUnopened(Refusal):
    """Nobody can say that no offer came before the opening."""

    code = "markets.offers_unopened"


class NumberTooLong(Refusal):
    """The system's number leaves no room for the market's (P21). Facts: `number`, `most`."""

    code = "markets.number_too_long"


class RemindedRecently(Refusal):
    """A relaunch left less than 48 hours ago. Facts: `last`, `next`."""

    code = "markets.reminded_recently"


class DeadlineTooClose(Invalid):
    """A significant change leaves too little time (MS-11, R2151-4). Facts: `days`, `earliest`."""

    code = "markets.deadline_too_close"


def market_number(system: str, order: int, category: int) -> str:
    """« 2026S01-012-02 »: the system, the order of launch in it, the category (P21)."""
    number = f"{system}-{order:03d}-{category:02d}"
    if len(number) > NUMBER_LENGTH:
        raise NumberTooLong(number=number, most=NUMBER_LENGTH)
    return number


def deadline_too_close(now: datetime, deadline: datetime) -> date | None:
    """The earliest day that leaves enough after a significant change; None when it already does."""
    earliest = paris_date(now) + timedelta(days=CHANGE_DAYS)
    return None if paris_date(deadline) >= earliest else earliest
