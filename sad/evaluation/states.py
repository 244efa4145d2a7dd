"""The words of the evaluation: what an offer is found to be, which letters it gives rise to."""

from enum import StrEnum


class Verdict(StrEnum):
    """What an offer is found to be (L2152-1 to L2152-5). Only REGULAR ones are compared."""

    PENDING = "pending"
    REGULAR = "regular"
    IRREGULAR = "irregular"  # incomplete, or against the law (EX-02)
    UNACCEPTABLE = "unacceptable"  # above the credits (EX-03)
    INAPPROPRIATE = "inappropriate"  # no relation with the need (EX-04)
    ABNORMALLY_LOW = "abnormally_low"  # after a question only (EX-06)


ELIMINATED = frozenset(
    {Verdict.IRREGULAR, Verdict.UNACCEPTABLE, Verdict.INAPPROPRIATE, Verdict.ABNORMALLY_LOW}
)


class LetterKind(StrEnum):
    """A letter the evaluation or the award gives rise to; each has its page."""

    COMPLETION_REQUEST = "completion_request"
    LOW_PRICE_QUESTION = "low_price_question"
    PAPERS_REQUEST = "papers_request"
    DECISION = "decision"
    REJECTION = "rejection"
    NOTIFICATION = "notification"
    WITHOUT_AWARD = "without_award"


RESULTS = (
    *(LetterKind.DECISION, LetterKind.REJECTION),
    *(LetterKind.NOTIFICATION, LetterKind.WITHOUT_AWARD),
)
"""The letters that tell a tenderer its result."""
