"""Words and addresses of the papers' pages."""

from app.rendering.sentences import label
from sad.attachments.names import clean_name
from sad.papers.states import ABOUT, About, PaperKind
from sad.papers.subjects import Subject

K = PaperKind
PHASES: tuple[tuple[str, tuple[PaperKind, ...]], ...] = (
    ("Lancement", (K.INVITATION,)),
    ("Ouverture", (K.DEPOSITS_REGISTER, K.OPENING_MINUTES)),
    ("Analyse", (K.ANALYSIS_REPORT,)),
    ("Attribution", (K.DECISION, K.CONTRACT, K.ELECTED_NOTE)),
)
"""The papers of a market, in the order of the procedure."""


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
