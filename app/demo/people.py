"""The ways in of a demonstration: a fresh link for each person, and what is worth seeing as it."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.demo.cast import AGENTS, COLLEAGUE, STRUCTURES
from app.demo.joining import rows
from app.settings import Settings
from app.wiring import Wiring, build
from sad.accounts.sign_in import INVITATION, issue_link
from sad.accounts.tables import Person
from sad.categories.service import of_system
from sad.db.work import Work, writing
from sad.kernel.actor import Role
from sad.markets.states import MarketState, phase_at
from sad.markets.tables import SpecificMarket
from sad.systems.tables import PurchasingSystem

COLLEAGUE_WHY = "deuxième personne de la même structure : continue un brouillon"


@dataclass(frozen=True)
class WayIn:
    """A person of the demonstration. `why` is empty for those not worth a line on the screen."""

    role: Role
    name: str
    why: str
    sign_in: str


def ways_in(settings: Settings) -> list[WayIn]:
    """A link valid seven days for everybody: agents, then suppliers by their number.

    Those that its people have since renamed or removed are left out.
    """
    wiring = build(settings)
    try:
        with writing(wiring.engine, wiring.clock, wiring.rings, request="demonstration") as work:
            return list(_ways_in(work, settings))
    finally:
        wiring.engine.dispose()


def as_json(settings: Settings) -> dict[str, Any]:
    """The people with their links, and the systems with their categories and markets."""
    people = [
        {"role": one.role.value, "name": one.name, "sign_in": one.sign_in}
        for one in ways_in(settings)
    ]
    wiring = build(settings)
    try:
        return {"people": people, "systems": _systems(wiring)}
    finally:
        wiring.engine.dispose()


def print_links(settings: Settings) -> None:
    """The address, then two lines for each person worth entering as."""
    sys.stdout.write(screen(settings, ways_in(settings)))
    sys.stdout.flush()


def screen(settings: Settings, people: Iterable[WayIn]) -> str:
    """What a terminal shows."""
    shown = [one for one in people if one.why]
    width = max((len(one.name) for one in shown), default=0)
    address = settings.public_url
    mails = "aucun courriel ne part, ils se lisent sur"
    if settings.smtp_url is not None:
        mails = "les courriels partent vers SMTP_URL, et se lisent sur"
    lines = [
        "",
        f"  Démonstration : {address}",
        f"  Tout y est inventé ; {mails}",
        f"  {address}/demonstration/courriels",
        "",
        "  Entrer comme… (chaque lien sert une fois, pendant sept jours)",
    ]
    for heading, roles in HEADINGS:
        lines += ["", f"  {heading}"]
        for one in shown:
            if one.role in roles:
                lines += [f"    {one.name:<{width}}  {one.why}", f"      {one.sign_in}"]
    lines += [
        "",
        "  Avancer le temps légal, entrer comme quelqu'un d'autre :",
        f"  {address}/demonstration",
        "",
        "",
    ]
    return "\n".join(lines)


SUPPLIERS = frozenset({Role.SUPPLIER})
HEADINGS = (("L'acheteur public", frozenset(Role) - SUPPLIERS), ("Les fournisseurs", SUPPLIERS))


def _ways_in(work: Work, settings: Settings) -> Iterator[WayIn]:
    for role, email, why, structure in _known():
        person = work.session.exec(
            select(Person).where(col(Person.email) == email, col(Person.disabled_at).is_(None))
        ).one_or_none()
        if person is not None:
            token = issue_link(work, person.id, "invitation", lifetime=INVITATION)
            name = f"{person.name}, {structure}" if structure else person.name
            yield WayIn(role, name, why, f"{settings.public_url}/entrer/{token}")


def _known() -> Iterator[tuple[Role, str, str, str]]:
    """(role, address, why, structure) of everybody of the story."""
    for agent in AGENTS:
        yield agent.roles[0], agent.email, agent.why, ""
    listed = rows()
    for one in STRUCTURES:
        row = listed[one.number]
        yield Role.SUPPLIER, row["courriel"], one.why, row["raison_sociale"]
    yield Role.SUPPLIER, COLLEAGUE[1], COLLEAGUE_WHY, listed["01"]["raison_sociale"]


def _systems(wiring: Wiring) -> list[dict[str, Any]]:
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        systems = work.session.exec(select(PurchasingSystem)).all()
        return [
            {
                "id": str(system.id),
                "number": system.number,
                "title": system.title,
                "categories": [
                    {"id": str(one.id), "code": one.code, "name": one.name}
                    for one in of_system(work, system)
                ],
                "markets": _markets(work, system.id),
            }
            for system in systems
        ]


def _markets(work: Work, system_id: UUID) -> list[dict[str, Any]]:
    query = (
        select(SpecificMarket)
        .where(col(SpecificMarket.system_id) == system_id)
        .order_by(col(SpecificMarket.created_at), col(SpecificMarket.id))
    )
    return [
        {
            "id": str(market.id),
            "number": market.number,
            "title": market.title,
            "state": phase_at(MarketState(market.state), market.deadline_at, work.now).value,
        }
        for market in work.session.exec(query)
    ]
