"""Reads on suppliers: their own file, for their own people only."""

from sqlmodel import col, select

from sad.accounts.permissions import require_supplier
from sad.accounts.tables import Person
from sad.db.work import Work
from sad.suppliers.schemas import MemberView, SupplierView
from sad.suppliers.tables import Supplier, SupplierPerson


def mine(work: Work) -> SupplierView:
    """The actor's own file."""
    return SupplierView.model_validate(work.shared(Supplier, require_supplier(work)))


def members(work: Work) -> list[MemberView]:
    """The people of the actor's supplier, first come first."""
    supplier_id = require_supplier(work)
    query = (
        select(SupplierPerson, Person)
        .join(Person, col(Person.id) == col(SupplierPerson.person_id))
        .where(
            col(SupplierPerson.supplier_id) == supplier_id, col(SupplierPerson.ended_at).is_(None)
        )
        .order_by(col(SupplierPerson.created_at), col(SupplierPerson.id))
    )
    return [
        MemberView(
            person_id=person.id,
            name=person.name,
            email=person.email,
            function=row.function,
            since=row.created_at,
            me=person.id == work.actor.person_id,
        )
        for row, person in work.session.exec(query)
    ]
