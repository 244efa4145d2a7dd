"""The facts of a paper, by its kind: read through the queries of each concept, nothing kept."""

from collections.abc import Callable
from uuid import UUID

from sad.db.work import Work
from sad.papers.facts_analysis import analysis_report
from sad.papers.facts_award import contract, decision
from sad.papers.facts_entry import admission, declaration, refusal
from sad.papers.facts_market import deposits_register, invitation, opening_minutes
from sad.papers.facts_note import elected_note
from sad.papers.facts_system import notice_text, rules, terms
from sad.papers.schemas import PaperFacts
from sad.papers.states import PaperKind

K = PaperKind
GATHERED: dict[PaperKind, Callable[[Work, UUID, str], PaperFacts]] = {
    K.NOTICE_TEXT: notice_text,
    K.RULES: rules,
    K.TERMS: terms,
    K.DECLARATION: declaration,
    K.ADMISSION: admission,
    K.REFUSAL: refusal,
    K.INVITATION: invitation,
    K.DEPOSITS_REGISTER: deposits_register,
    K.OPENING_MINUTES: opening_minutes,
    K.ANALYSIS_REPORT: analysis_report,
    K.DECISION: decision,
    K.CONTRACT: contract,
    K.ELECTED_NOTE: elected_note,
}
"""The others are letters, whose facts their own act froze."""


def facts_of(work: Work, kind: PaperKind, about_id: UUID, site: str = "") -> PaperFacts:
    """The facts of a paper about the thing its kind speaks of (`states.ABOUT`), as of now.

    `site`: the platform's public address, for those who read it. Raises NotFound, NotAllowed, and
    NotOpened or NotYet when the moment has not come.
    """
    return GATHERED[kind](work, about_id, site)
