"""Suppliers from a spreadsheet: what is doubtful is kept and said, what cannot be is left out."""

from collections.abc import Iterable, Mapping

from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.accounts.rules import EmailUnreadable, read_email
from sad.db.work import Work
from sad.kernel.errors import Problem
from sad.kernel.siret import compact, siret_key
from sad.suppliers.rules import imported_regime, typology
from sad.suppliers.schemas import PersonInput, SupplierInput
from sad.suppliers.service import add_member, person_named, write_supplier
from sad.suppliers.tables import Supplier

HEADER_ROWS = 1


def import_rows(work: Work, rows: Iterable[Mapping[str, str]]) -> list[Problem]:
    """Adds the suppliers of these rows and their person; returns the warnings, row by row.

    Columns: raison_sociale, siret, type, statut, ville, assujetti_tva, courriel. A wrong SIRET key
    is only a warning here (acceptance 10); a row without name, SIRET or address, or whose SIRET is
    already known, is left out and said.
    """
    require(work, Permission.DECIDE_CANDIDATURE)
    warnings: list[Problem] = []
    for number, row in enumerate(rows, start=1 + HEADER_ROWS):
        warnings += _import_row(work, number, row)
    return warnings


def _import_row(work: Work, number: int, row: Mapping[str, str]) -> list[Problem]:
    name, siret = row.get("raison_sociale", "").strip(), compact(row.get("siret", ""))
    facts = {"row": number, "name": name, "siret": siret}
    email = _email(row.get("courriel", ""))
    if not name or not siret or email is None:
        return [Problem("suppliers.row_incomplete", f"row.{number}", facts)]
    if work.session.exec(select(Supplier.id).where(col(Supplier.siret) == siret)).first():
        return [Problem("suppliers.row_known", f"row.{number}", facts)]
    form, kinds, labels = typology(row)
    # Built without its checks: the key of the SIRET is only a warning here.
    regime = imported_regime(row.get("assujetti_tva", ""))
    data = SupplierInput.model_construct(
        siret=siret,
        name=name,
        legal_form=form,
        city=row.get("ville", "").strip(),
        address="",
        phone="",
        vat_regime=regime,
        vat_rate=None,
        kinds=kinds,
        labels=labels,
    )
    supplier = write_supplier(work, data)
    person = person_named(work, PersonInput(email=email, name=name))
    add_member(work, supplier.id, person.id)
    if siret_key(siret):
        return []
    return [Problem("suppliers.row_siret_doubtful", f"row.{number}", facts)]


def _email(text: str) -> str | None:
    try:
        return read_email(text)
    except EmailUnreadable:
        return None
