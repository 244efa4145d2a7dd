"""Who issues each paper, who keeps the organisation's templates."""

from sad.accounts.permissions import Permission
from sad.papers.states import PaperKind

K, P = PaperKind, Permission

ISSUED_BY: dict[PaperKind, Permission] = {
    K.NOTICE_TEXT: P.MANAGE_SYSTEM,
    K.RULES: P.MANAGE_SYSTEM,
    K.TERMS: P.MANAGE_SYSTEM,
    K.DECLARATION: P.DECIDE_CANDIDATURE,
    K.ADMISSION: P.DECIDE_CANDIDATURE,
    K.REFUSAL: P.DECIDE_CANDIDATURE,
    K.INVITATION: P.LAUNCH_MARKET,
    K.DEPOSITS_REGISTER: P.OPEN_OFFERS,
    K.OPENING_MINUTES: P.OPEN_OFFERS,
    K.ANALYSIS_REPORT: P.CLOSE_EVALUATION,
    K.DECISION: P.DECIDE_AWARD,
    K.CONTRACT: P.DECIDE_AWARD,
    K.ELECTED_NOTE: P.PROPOSE_AWARD,
}
"""Who issues each paper; the kinds absent here are letters, issued by their own act."""

TEMPLATES_KEPT_BY = Permission.MANAGE_SYSTEM
