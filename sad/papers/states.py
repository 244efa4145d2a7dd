"""The papers of a procedure (P14): what each is about, who reads it once issued."""

from enum import StrEnum


class PaperKind(StrEnum):
    """A paper with its own facts and layout. Values are kept in tables and file names."""

    NOTICE_TEXT = "notice_text"  # the text of the notice
    RULES = "rules"  # règlement de la consultation, three pages
    TERMS = "terms"  # common CCP, two pages
    DECLARATION = "declaration"  # one-page declaration, where no DUME is given
    ADMISSION = "admission"
    REFUSAL = "refusal"
    INVITATION = "invitation"  # R2144-9
    DEPOSITS_REGISTER = "deposits_register"
    OPENING_MINUTES = "opening_minutes"
    ANALYSIS_REPORT = "analysis_report"
    PAPERS_REQUEST = "papers_request"
    DECISION = "decision"
    REJECTION = "rejection"
    CONTRACT = "contract"  # acte d'engagement, two pages
    NOTIFICATION = "notification"
    ELECTED_NOTE = "elected_note"  # one page for elected members


class About(StrEnum):
    """The one thing a paper speaks of; its id is the paper's `about_id`."""

    SYSTEM = "system"
    CANDIDATURE = "candidature"
    MARKET = "market"
    AWARD = "award"
    LETTER = "letter"  # a letter already frozen (`sad.evaluation.letters`)


class Readers(StrEnum):
    """Who may read a paper once issued, beside the agents of its organisation."""

    AGENTS = "agents"
    CONCERNED = "concerned"  # the supplier it is addressed to
    INVITED = "invited"  # every supplier invited to the market
    PUBLIC = "public"


class PaperFormat(StrEnum):
    """The files drawn of a paper."""

    DOCX = "docx"
    PDF = "pdf"


K, A, R = PaperKind, About, Readers

ABOUT: dict[PaperKind, About] = {
    K.NOTICE_TEXT: A.SYSTEM,
    K.RULES: A.SYSTEM,
    K.TERMS: A.SYSTEM,
    K.DECLARATION: A.CANDIDATURE,
    K.ADMISSION: A.CANDIDATURE,
    K.REFUSAL: A.CANDIDATURE,
    K.INVITATION: A.MARKET,
    K.DEPOSITS_REGISTER: A.MARKET,
    K.OPENING_MINUTES: A.MARKET,
    K.ANALYSIS_REPORT: A.MARKET,
    K.PAPERS_REQUEST: A.LETTER,
    K.DECISION: A.AWARD,
    K.REJECTION: A.LETTER,
    K.CONTRACT: A.AWARD,
    K.NOTIFICATION: A.LETTER,
    K.ELECTED_NOTE: A.MARKET,
}

LETTERS = frozenset(kind for kind, about in ABOUT.items() if about is About.LETTER)
"""Written, frozen and sent by their own act."""

READERS: dict[PaperKind, Readers] = {
    K.NOTICE_TEXT: R.PUBLIC,
    K.RULES: R.PUBLIC,
    K.TERMS: R.PUBLIC,
    K.DECLARATION: R.CONCERNED,
    K.ADMISSION: R.CONCERNED,
    K.REFUSAL: R.CONCERNED,
    K.INVITATION: R.INVITED,
    K.DEPOSITS_REGISTER: R.AGENTS,
    K.OPENING_MINUTES: R.AGENTS,
    K.ANALYSIS_REPORT: R.AGENTS,
    K.PAPERS_REQUEST: R.CONCERNED,
    K.DECISION: R.AGENTS,
    K.REJECTION: R.CONCERNED,
    K.CONTRACT: R.CONCERNED,
    K.NOTIFICATION: R.CONCERNED,
    K.ELECTED_NOTE: R.AGENTS,
}
