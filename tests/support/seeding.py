"""The story's own helpers on the data of a served demonstration: answers, verdicts, papers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlmodel import col, select

from app.demo.cast import AGENTS
from app.demo.clock import Days, StoryClock
from app.demo.stage import Stage
from app.settings import load
from app.wiring import Wiring, build
from sad.accounts.tables import Membership, Person
from sad.db.work import reading
from sad.kernel.actor import Actor, Role
from sad.suppliers.tables import SupplierPerson


@contextmanager
def stage_of(data_dir: Path) -> Iterator[Stage]:
    """Where the story goes on: legal time is the demonstration's, people are those it knows.

    Agents by their part, suppliers by their number; `markets` is empty, to be named by the caller.
    """
    wiring = build(load({"DATA_DIR": str(data_dir)}))
    try:
        clock = cast(StoryClock, wiring.clock)  # the story reads it and never moves it
        days = Days(wiring.clock.now())
        yield Stage(wiring.engine, clock, wiring.rings, wiring.store, days, _actors(wiring))
    finally:
        wiring.engine.dispose()


def _actors(wiring: Wiring) -> dict[str, Actor]:
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        people = {row.email: row.id for row in work.session.exec(select(Person))}
        organisation = work.session.exec(
            select(Membership.organisation_id).where(
                col(Membership.person_id) == people[AGENTS[0].email]
            )
        ).first()
        of_suppliers = {
            row.person_id: row.supplier_id for row in work.session.exec(select(SupplierPerson))
        }
    agents = {
        one.part: Actor(people[one.email], organisation, roles=frozenset(one.roles))
        for one in AGENTS
    }
    contacts = {
        email.partition("@")[0].removeprefix("contact"): person
        for email, person in people.items()
        if email.startswith("contact")
    }
    return agents | {
        number: Actor(person, supplier_id=of_suppliers[person], roles=frozenset({Role.SUPPLIER}))
        for number, person in contacts.items()
        if person in of_suppliers
    }
