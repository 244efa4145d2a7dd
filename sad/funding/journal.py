"""A line's account rebuilt from the journal alone: it must say what the ledger says (P5).

For an auditor, and for the day a database is doubted: no table of money is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sad.accounts.permissions import Permission, require
from sad.audit.chains import funding_chain
from sad.audit.queries import EventView, chain_story
from sad.db.work import Work
from sad.funding.ledger import ACTIONS
from sad.funding.queries import line
from sad.funding.tables import FundingLine

EVERYTHING = 1_000_000  # events of a line; a busy one has some hundreds a year


@dataclass(frozen=True)
class Told:
    """A movement as its event tells it."""

    id: UUID
    at: datetime
    line_cents: int
    envelope_cents: int


@dataclass
class Rebuilt:
    """What the journal says is available, in cents."""

    movements: list[Told] = field(default_factory=list)
    line: int = 0
    envelopes: dict[UUID, int] = field(default_factory=dict)


def from_journal(events: Iterable[EventView]) -> Rebuilt:
    """The account told by these events of one line, oldest first."""
    rebuilt, kinds = Rebuilt(), set(ACTIONS.values())
    for event in events:
        after = event.after
        if event.action not in kinds or after is None:
            continue
        told = Told(
            UUID(after["movement"]),
            datetime.fromisoformat(after["at"]),
            after["line_cents"],
            after["envelope_cents"],
        )
        rebuilt.movements.append(told)
        rebuilt.line += told.line_cents
        if after["envelope"] is not None:
            envelope = UUID(after["envelope"])
            rebuilt.envelopes[envelope] = rebuilt.envelopes.get(envelope, 0) + told.envelope_cents
    return rebuilt


def agrees(work: Work, line_id: UUID) -> bool:
    """Whether the journal rebuilds what the line and each of its envelopes have left."""
    require(work, Permission.READ_JOURNAL)
    row = work.get(FundingLine, line_id)
    chain = funding_chain(row.organisation_id, row.id)
    rebuilt = from_journal(chain_story(work, [chain.name], EVERYTHING))
    view = line(work, line_id)
    return rebuilt.line == view.available and all(
        rebuilt.envelopes.get(envelope.id, 0) == envelope.available for envelope in view.envelopes
    )
