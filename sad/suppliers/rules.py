"""What a supplier's file must hold, on values; the refusals of the concept."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sad.kernel.errors import Invalid, Refusal
from sad.kernel.vat import VatRegime
from sad.suppliers.states import HANDICAP, INSERTION, SupplierKind, SupplierLabel

USUAL_RATE = Decimal(20)
EXPIRY_DAYS = 30  # before a paper's last day, its supplier is told


class SiretTaken(Refusal):
    """The structure already has an account: its own people invite, nobody takes it over."""

    code = "suppliers.siret_taken"


class AlreadyMember(Refusal):
    """The person already answers for a structure of this installation or for this one."""

    code = "suppliers.already_member"


class LastPerson(Refusal):
    """A structure keeps somebody who can sign in."""

    code = "suppliers.last_person"


class AlreadyPaused(Refusal):
    """Paused twice, or resumed twice."""

    code = "suppliers.pause_unchanged"


class ExpiryMissing(Invalid):
    """A paper that expires says when (P8)."""

    code = "suppliers.expiry_missing"


class TitleMissing(Invalid):
    """A paper outside the closed list says what it is."""

    code = "suppliers.title_missing"


def vat_rate(regime: VatRegime, rate: Decimal | None) -> Decimal | None:
    """The rate kept: the usual one for a liable supplier that gives none, none for the others."""
    if regime is not VatRegime.LIABLE:
        return None
    return USUAL_RATE if rate is None else rate


def fits_reservation(reservation: str, kinds: Collection[str]) -> bool:
    """Whether a structure of these kinds may join a reserved category (RES-01, RES-02, RES-04)."""
    wanted = {
        "none": None,
        "handicap": HANDICAP,
        "insertion": INSERTION,
        "both": HANDICAP | INSERTION,
    }[reservation]
    return wanted is None or any(kind in wanted for kind in kinds)


def expired(expires_on: date | None, on: date) -> bool:
    """Whether a paper no longer serves that day; its last day still does."""
    return expires_on is not None and expires_on < on


def ending(expires_on: date | None, on: date) -> bool:
    """Whether a paper still serves, and for thirty days at most: said to its supplier (P8)."""
    return expires_on is not None and on <= expires_on <= on + timedelta(days=EXPIRY_DAYS)


# How people write a structure's status in a spreadsheet, and where it goes (TYP-03).
_KIND_WORDS = {
    "entreprise adaptée": SupplierKind.EA,
    "chantier d'insertion": SupplierKind.ACI,
    "entreprise d'insertion": SupplierKind.EI,
}


def typology(row: Mapping[str, str]) -> tuple[str, list[SupplierKind], list[SupplierLabel]]:
    """(legal form, kinds, labels) from the `type` and `statut` columns of an imported row."""
    what, status = row.get("type", "").strip().lower(), row.get("statut", "").strip()
    kind = _KIND_WORDS.get(what)
    if kind is None and status.upper() in set(SupplierKind):
        kind = SupplierKind(status.upper())
    said = {what, status.lower()}
    labels = [label for label in SupplierLabel if label.value in said]
    return ("" if kind else status), ([kind] if kind else []), labels


def imported_regime(word: str) -> VatRegime:
    """`assujetti_tva` of a spreadsheet: a plain no is the franchise, made precise later."""
    return VatRegime.LIABLE if word.strip().lower() in {"oui", "o", "1"} else VatRegime.FRANCHISE


def known(values: Sequence[str], among: type[SupplierKind] | type[SupplierLabel]) -> list[str]:
    """The values once each, in the order of the closed list."""
    return [item.value for item in among if item.value in set(values)]
