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
HIDDEN = {"question"}  # as the supplier wrote it: it may tell who asked


@dataclass(frozen=True)
class Row:
    """An event as a page shows it; `times` when several alike follow one another."""

    at: datetime
    sentence: str
    kind: str
    who: str
    thing: str
    href: str
    details: list[tuple[str, str]]
    times: int = 1

    @property
    def what(self) -> str:
        """The sentence, with how many times it was done in a row."""
        return f"{self.sentence} ({self.times} fois)" if self.times > 1 else self.sentence


def rows(work: Work, events: Sequence[EventView], *, with_details: bool) -> list[Row]:
    """The events in their order, every name found in a few queries."""
    people = naming.people(work, {event.actor for event in events})
    things = naming.things(work, {event.chain for event in events})
    return [_row(event, people, things, with_details) for event in events]


def folded(found: Iterable[Row]) -> list[Row]:
    """Rows alike that follow one another the same day, by the same person, become one: the last."""
    kept: list[Row] = []
    for row in found:
        last = kept[-1] if kept else None
        alike = last is not None and (
            (last.sentence, last.who, last.at.date()) == (row.sentence, row.who, row.at.date())
        )
        if last is not None and alike and last.details == row.details:
            kept[-1] = replace(row, times=last.times + 1)
        else:
            kept.append(row)
    return kept


def _row(
    event: EventView, people: dict[str, str], things: dict[str, str], with_details: bool
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
        kind=told.kind,
        who=_who(event, people),
        thing=name,
        href=PATHS[kind].format(identifier) if kind in PATHS and name else "",
        details=beside,
    )


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
