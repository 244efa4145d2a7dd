"""What the letters that answer a candidature say: admission, refusal (CAND-07, CAND-09)."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from sad.papers.schemas import As, Day, PaperFacts, Signatory, Structure, Wording, said
from sad.papers.states import PaperKind


class EntryFacts(PaperFacts):
    """What both letters say: to whom, about which category, decided when, why, by whom."""

    candidate: Structure = said("Le candidat", {"name": "Ressourcerie du Gouët"})
    members: list[Structure] = said("Membres du groupement", [], default=[])
    category: str = said("Catégorie", "Mobilier bois")
    received_on: date | None = said("Candidature reçue le", "2026-07-02", default=None)
    receipt: str = said("Accusé de réception", "AR-7F3K-9Q2M-X4TD", default="")
    decided_at: Day = said("Date de la décision", "2026-07-10T09:00:00Z")
    reasons: str = said("Motifs de la décision", "Le dossier répond aux critères annoncés.")
    appeal: str = said("Recours ou jugement qui a conduit à cette décision", "", default="")
    signatory: Signatory = said("Signataire", {"name": "Dominique Le Goff"})
    closing_at: Annotated[datetime | None, As(Wording.DAY)] = said(
        "Fin du dispositif", "2030-06-25T21:59:59Z", default=None
    )


class AdmissionFacts(EntryFacts):
    """The letter of admission."""

    kind: ClassVar[PaperKind] = PaperKind.ADMISSION


class RefusalFacts(EntryFacts):
    """The letter of refusal."""

    kind: ClassVar[PaperKind] = PaperKind.REFUSAL
