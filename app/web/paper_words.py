"""Words and addresses of the papers' pages."""

from app.rendering.sentences import label
from sad.attachments.names import clean_name
from sad.papers.states import ABOUT, About, PaperKind
from sad.papers.subjects import Subject

K = PaperKind
PHASES = {
    K.INVITATION: "Lancement",
    K.DEPOSITS_REGISTER: "Ouverture",
    K.OPENING_MINUTES: "Ouverture",
    K.ANALYSIS_REPORT: "Analyse",
    K.DECISION: "Attribution",
    K.CONTRACT: "Attribution",
    K.ELECTED_NOTE: "Attribution",
}
"""The step of the procedure that each paper of a market belongs to."""


def file_name(kind: PaperKind, number: str, version: int | None = None) -> str:
    """`reglement-de-la-consultation-2026S01-v2`, without extension."""
    parts = [label(kind), number, f"v{version}" if version is not None else ""]
    return clean_name("-".join(part for part in parts if part).replace(" ", "-").lower())


def home_of(kind: PaperKind, about: Subject) -> tuple[str, str]:
    """The page that lists this paper: its address, and its name in the way back."""
    if about.market_id is not None:
        return f"/marches/{about.market_id}/pieces", about.number or "Brouillon"
    if ABOUT[kind] is About.CANDIDATURE:
        return f"/candidatures/{about.id}/pieces", about.addressee
    return f"/systemes/{about.system_id}/pieces", about.number
