"""What a supplier says of itself: closed lists, as the sources of the field name them."""

from enum import StrEnum


class SupplierKind(StrEnum):
    """Integration and disability structures (TYP-01, TYP-02); none for an ordinary company."""

    EI = "EI"
    AI = "AI"
    ACI = "ACI"
    ETTI = "ETTI"
    EITI = "EITI"
    GEIQ = "GEIQ"
    SEP = "SEP"  # prison work
    EA = "EA"
    EATT = "EATT"
    ESAT = "ESAT"
    TIH = "TIH"  # independent disabled worker


class SupplierLabel(StrEnum):
    """Labels over a legal form, never kinds (TYP-03)."""

    ESUS = "esus"
    RESSOURCERIE = "ressourcerie"
    REGIE = "regie"  # régie de quartier ou de territoire
    SCOP = "scop"
    SCIC = "scic"


class PaperKind(StrEnum):
    """Papers asked of a proposed winner only; kept ready they serve each market (P8)."""

    TAX = "tax"
    VIGILANCE = "vigilance"
    REGISTRATION = "registration"
    BANK = "bank"
    POWER = "power"
    INSURANCE = "insurance"
    FOREIGN_WORKERS = "foreign_workers"
    OTHER = "other"  # what a category's notice demands, under the notice's words


INSERTION = frozenset(
    {
        SupplierKind.EI,
        SupplierKind.AI,
        SupplierKind.ACI,
        SupplierKind.ETTI,
        SupplierKind.EITI,
        SupplierKind.GEIQ,
        SupplierKind.SEP,
    }
)
HANDICAP = frozenset({SupplierKind.EA, SupplierKind.EATT, SupplierKind.ESAT, SupplierKind.TIH})
