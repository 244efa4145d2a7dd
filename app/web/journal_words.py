"""Events of the journal as rows of a page: when, what, about what, who, and the facts beside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.rendering import journal as french
from sad.audit.queries import EventView
from sad.db.work import Work
from sad.markets import naming

PATHS = {
    "market": "/marches/{}/histoire",
    "offer": "/marches/{}/histoire",
    "system": "/systemes/{}",
    "candidature": "/candidatures/{}",
    "funding": "/credits/lignes/{}",
}
SUBJECTS = (
    ("market", "Marchés"),
    ("offer", "Réponses ouvertes"),
    ("candidature", "Candidatures"),
    ("funding", "Crédits"),
    ("system", "Systèmes"),
    ("category", "Catégories"),
    ("organisation", "Organisation, rôles, délégations"),
    ("person", "Accès refusés aux agents"),
)
PARTS = "Rubriques préparées"
HIDDEN = {"question"}  # as the supplier wrote it: it may tell who asked


@dataclass(frozen=True)
class Row:
    """An event as a page shows it; `times` when several alike follow one another.

    `part`: what of the thing was touched, listed when several parts are told together.
    """

    at: datetime
    sentence: str
    part: str
    kind: str
    who: str
    whom: str  # the suppliers concerned
    thing: str
    href: str
    details: list[tuple[str, str]]
    times: int = 1

    @property
    def what(self) -> str:
        """The sentence, with how many times it was done in a row, or on which parts."""
        if "," in self.part:
            return f"{PARTS} : {self.part}."
        return f"{self.sentence[:-1]} ({self.times} fois)." if self.times > 1 else self.sentence


def rows(work: Work, events: Sequence[EventView], *, with_details: bool) -> list[Row]:
    """The events in their order, every name found in a few queries."""
    people = naming.people(work, {event.actor for event in events})
    things = naming.things(work, {event.chain for event in events})
    concerned = naming.concerned(work, {_about(event) for event in events})
    return [_row(event, people, things, concerned, with_details) for event in events]


def folded(found: Iterable[Row]) -> list[Row]:
    """Rows alike that follow one another the same day, about one thing, by one person: one row,
    with the facts of each."""
    kept: list[Row] = []
    for row in found:
        last = kept[-1] if kept else None
        if last is not None and _likeness(last) == _likeness(row):
            kept[-1] = replace(
                row,
                at=max(last.at, row.at),
                part=_listed(last.part, row.part),
                whom=_listed(last.whom, row.whom),
                details=[*last.details, *row.details],
                times=last.times + 1,
            )
        else:
            kept.append(row)
    return kept


def _likeness(row: Row) -> tuple[object, ...]:
    return (PARTS if row.part else row.sentence), row.who, row.thing, row.href, row.at.date()


def _listed(first: str, second: str) -> str:
    found = first.split(", ")
    return first if second in found else ", ".join(filter(None, [*found, second]))


def _row(
    event: EventView,
    people: dict[str, str],
    things: dict[str, str],
    concerned: dict[str, str],
    with_details: bool,
) -> Row:
    told = french.told(event.action, french.facts_of(event.before, event.after))
    kind, _, rest = event.chain.partition(":")
    identifier = rest.partition(":")[0]
    subject = "market" if kind == "offer" else kind
    name = things.get(f"{subject}:{identifier}", "")
    beside: list[tuple[str, str]] = []
    if with_details:
        hidden = HIDDEN if event.action == "market.question_asked" else set()
        own = {k: v for k, v in (event.details or {}).items() if k not in hidden}
        beside = list(french.details(own, event.after))
    return Row(
        at=event.at,
        sentence=told.sentence,
        part=_part(event),
        kind=told.kind,
        who=_who(event, people),
        whom=concerned.get(_about(event), ""),
        thing=name,
        href=PATHS[kind].format(identifier) if kind in PATHS and name else "",
        details=beside,
    )


def _about(event: EventView) -> str:
    """The award, offer or supplier an event is about, as an id."""
    supplier = (event.after or {}).get("supplier")
    return supplier if isinstance(supplier, str) else event.object


def _part(event: EventView) -> str:
    section = (event.after or {}).get("section")
    return french.written("section", section) if isinstance(section, str) else ""


def _who(event: EventView, people: dict[str, str]) -> str:
    if event.action == "market.question_asked":
        return "Un fournisseur invité"  # nobody may know which, not even from a history
    if event.actor == "engine":
        return "La plateforme"
    name = people.get(event.actor, "")
    if not name:
        return "Une personne qui n'a plus accès" if event.actor != "anonymous" else ""
    roles = ", ".join(french.written("role", role) for role in event.role.split("+"))
    return name if event.role == "supplier" else f"{name} ({roles})"
