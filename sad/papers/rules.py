"""When a paper is due, and the refusals of issuing (P14)."""

from enum import StrEnum
from typing import ClassVar

from sad.kernel.errors import Invalid, Refusal
from sad.papers.states import PaperKind


class Stage(StrEnum):
    """What must have happened before a paper can say it."""

    SUBMITTED = "submitted"
    ADMITTED = "admitted"
    REFUSED = "refused"
    LAUNCHED = "launched"
    OPENED = "opened"
    RANKED = "ranked"
    DECIDED = "decided"


class NotYet(Refusal):
    """What the paper would say has not happened. Facts: `paper`, `stage`."""

    code: ClassVar[str] = "papers.not_yet"


class ReasonMissing(Invalid):
    """A paper already issued is issued again with a reason, which stays beside it."""

    code: ClassVar[str] = "papers.reason_missing"


K, S = PaperKind, Stage

NEEDS: dict[PaperKind, Stage] = {
    K.DECLARATION: S.SUBMITTED,
    K.ADMISSION: S.ADMITTED,
    K.REFUSAL: S.REFUSED,
    K.INVITATION: S.LAUNCHED,
    K.DEPOSITS_REGISTER: S.OPENED,  # nothing of an answer is told before (OFF-10)
    K.OPENING_MINUTES: S.OPENED,
    K.ANALYSIS_REPORT: S.RANKED,
    K.DECISION: S.DECIDED,
    K.CONTRACT: S.DECIDED,
    K.ELECTED_NOTE: S.DECIDED,
}
"""What each paper waits for; a paper of the system waits for nothing."""


def waits_for(kind: PaperKind, reached: frozenset[Stage]) -> Stage | None:
    """What is missing before the paper is due; None when it may be issued."""
    need = NEEDS.get(kind)
    return None if need is None or need in reached else need
