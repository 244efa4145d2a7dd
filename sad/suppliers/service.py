"""Commands on a supplier: join, keep the file, invite and end people, pause."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sad.accounts.permissions import SignInNeeded, require_supplier
from sad.accounts.sign_in import INVITATION, issue_link
from sad.accounts.tables import Person
from sad.audit.chains import supplier_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.canonical import canonical
from sad.kernel.errors import Conflict, NotFound
from sad.kernel.vat import VatRegime
from sad.notifications.service import enqueue, notify
from sad.suppliers.rules import (
    AlreadyMember,
    AlreadyPaused,
    LastPerson,
    SiretTaken,
    known,
    vat_rate,
)
from sad.suppliers.schemas import PersonInput, SupplierChange, SupplierInput
from sad.suppliers.states import SupplierKind, SupplierLabel
from sad.suppliers.tables import Supplier, SupplierPerson

PERSONAL = {"name", "siret", "address", "city", "phone", "capacity", "area", "agreements"}


def create(work: Work, data: SupplierInput, function: str = "") -> Supplier:
    """The structure of the person signed in, who becomes its first member.

    Raises SignInNeeded, SiretTaken: an account is never taken over.
    """
    if work.actor.person_id is None:
        raise SignInNeeded()
    supplier = write_supplier(work, data)
    add_member(work, supplier.id, work.actor.person_id, function)
    return supplier


def change(work: Work, data: SupplierChange) -> Supplier:
    """Changes the fields given of the actor's own file. Raises Conflict on another version."""
    supplier = work.shared(Supplier, require_supplier(work), lock=True)
    changes = data.model_dump(exclude_unset=True, exclude={"version"})
    if supplier.version != data.version:
        raise Conflict(**{name: getattr(supplier, name) for name in changes})
    changes = _plain(supplier, changes)
    before = {name: getattr(supplier, name) for name in changes}
    if not changes:
        return supplier
    for name, value in changes.items():
        setattr(supplier, name, value)
    supplier.version += 1
    work.add(supplier)
    record(
        work,
        supplier_chain(supplier.id),
        "supplier.changed",
        supplier.id,
        before={k: _said(v) for k, v in before.items() if k not in PERSONAL},
        after={k: _said(v) for k, v in changes.items() if k not in PERSONAL},
        details={k: _said(v) for k, v in changes.items() if k in PERSONAL} or None,
    )
    return supplier


def invite(work: Work, data: PersonInput) -> UUID:
    """Invites a colleague, who comes in by a mailed link of seven days. Raises AlreadyMember."""
    supplier = work.shared(Supplier, require_supplier(work), lock=True)
    person = person_named(work, data)
    add_member(work, supplier.id, person.id, data.function)
    host = work.shared(Person, _me(work))
    link = issue_link(work, person.id, "invitation", "/bureau", INVITATION)
    facts = {"supplier": supplier.name, "host": host.name, "person": person.name}
    mail = facts | {"name": person.name}
    enqueue(work, "suppliers.invitation", person.email, mail, f"/entrer/{link}")
    others = [one for one in people_of(work, supplier.id) if one != person.id]
    notify(work, "suppliers.person_added", persons=others, facts=facts, link="/mon-dossier")
    return person.id


def end_person(work: Work, person_id: UUID) -> None:
    """Ends a person's access, one's own included. Raises LastPerson."""
    supplier = work.shared(Supplier, require_supplier(work), lock=True)
    members = _members(work, supplier.id)
    member = next((row for row in members if row.person_id == person_id), None)
    if member is None:
        raise NotFound()
    if len(members) == 1:
        raise LastPerson()
    member.ended_at = work.now
    work.add(member)
    record(
        work,
        supplier_chain(supplier.id),
        "supplier.person_ended",
        supplier.id,
        after={"person": str(person_id)},
    )


def pause(work: Work) -> None:
    """No mails from now on; every invitation still arrives at the desk (P11)."""
    _set_pause(work, paused=True)


def resume(work: Work) -> None:
    """Mails leave again."""
    _set_pause(work, paused=False)


def write_supplier(work: Work, data: SupplierInput) -> Supplier:
    """Adds the structure, without people: for `create`, for a dictation and for an import."""
    taken = work.session.exec(select(Supplier.id).where(col(Supplier.siret) == data.siret)).first()
    if taken is not None:
        raise SiretTaken(where="siret")
    fields = data.model_dump(exclude={"vat_rate", "kinds", "labels", "vat_regime"})
    row = Supplier(
        **fields,
        vat_regime=data.vat_regime.value,
        vat_rate=vat_rate(data.vat_regime, data.vat_rate),
        kinds=known(data.kinds, SupplierKind),
        labels=known(data.labels, SupplierLabel),
        created_at=work.now,
    )
    try:
        supplier = work.add(row)
    except IntegrityError as error:
        if "siret" in str(error.orig):
            raise SiretTaken(where="siret") from error
        raise
    record(
        work,
        supplier_chain(supplier.id),
        "supplier.created",
        supplier.id,
        after={"vat_regime": supplier.vat_regime, "kinds": supplier.kinds},
        details={"name": supplier.name, "siret": supplier.siret},
    )
    return supplier


def person_named(work: Work, data: PersonInput) -> Person:
    """The person of that address, known or new; a known one keeps its own name."""
    person = work.session.exec(select(Person).where(col(Person.email) == data.email)).one_or_none()
    if person is not None:
        return person
    return work.add(Person(email=data.email, name=data.name, created_at=work.now))


def add_member(work: Work, supplier_id: UUID, person_id: UUID, function: str = "") -> None:
    """Makes a person a member, again if it had ended. Raises AlreadyMember."""
    query = select(SupplierPerson).where(
        col(SupplierPerson.supplier_id) == supplier_id,
        col(SupplierPerson.person_id) == person_id,
    )
    row = work.session.exec(query).one_or_none()
    if row is not None and row.ended_at is None:
        raise AlreadyMember(where="email")
    if row is None:
        row = SupplierPerson(supplier_id=supplier_id, person_id=person_id, created_at=work.now)
    row.function, row.ended_at = function, None
    work.add(row)
    record(
        work,
        supplier_chain(supplier_id),
        "supplier.person_added",
        supplier_id,
        after={"person": str(person_id)},
    )


def people_of(work: Work, supplier_id: UUID) -> list[UUID]:
    """The persons who answer for the supplier now."""
    return [row.person_id for row in _members(work, supplier_id)]


def _members(work: Work, supplier_id: UUID) -> list[SupplierPerson]:
    query = (
        select(SupplierPerson)
        .where(
            col(SupplierPerson.supplier_id) == supplier_id,
            col(SupplierPerson.ended_at).is_(None),
        )
        .order_by(col(SupplierPerson.created_at), col(SupplierPerson.id))
    )
    return list(work.session.exec(query))


def _set_pause(work: Work, *, paused: bool) -> None:
    supplier = work.shared(Supplier, require_supplier(work), lock=True)
    if (supplier.paused_at is not None) is paused:
        raise AlreadyPaused()
    supplier.paused_at = work.now if paused else None
    work.add(supplier)
    action = "supplier.paused" if paused else "supplier.resumed"
    record(work, supplier_chain(supplier.id), action, supplier.id)


def _plain(supplier: Supplier, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as the row keeps them, those that change nothing left out."""
    if "vat_regime" in changes or "vat_rate" in changes:
        regime = VatRegime(changes.get("vat_regime") or supplier.vat_regime)
        changes["vat_regime"] = regime.value
        changes["vat_rate"] = vat_rate(regime, changes.get("vat_rate", supplier.vat_rate))
    if "kinds" in changes:
        changes["kinds"] = known(changes["kinds"] or [], SupplierKind)
    if "labels" in changes:
        changes["labels"] = known(changes["labels"] or [], SupplierLabel)
    if "agreements" in changes:
        changes["agreements"] = [
            {name: str(value or "") for name, value in agreement.items()}
            for agreement in changes["agreements"] or []
        ]
    kept = {k: v for k, v in changes.items() if v is not None or k == "vat_rate"}
    return {k: v for k, v in kept.items() if getattr(supplier, k) != v}


def _said(value: Any) -> Any:
    """The value as the journal writes it."""
    try:
        canonical(value)
    except TypeError:
        return str(value)
    return value


def _me(work: Work) -> UUID:
    if work.actor.person_id is None:
        raise SignInNeeded()
    return work.actor.person_id
