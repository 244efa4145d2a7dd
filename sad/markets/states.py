"""The life of a specific market. What only time changes (open, closed) is computed, not stored."""

from datetime import datetime
from enum import StrEnum


class MarketState(StrEnum):
    """What people have done with it, as stored (P1)."""

    DRAFT = "draft"
    APPROVAL = "approval"  # sent to the officer, who may launch it or send it back
    LAUNCHED = "launched"
    OPENED = "opened"
    RANKED = "ranked"  # evaluation closed
    PROPOSED = "proposed"
    DECIDED = "decided"
    SIGNED = "signed"
    TRANSMITTED = "transmitted"
    NOTIFIED = "notified"
    PERFORMED = "performed"
    SETTLED = "settled"
    UNSUCCESSFUL = "unsuccessful"  # infructueux: no offer, or none left
    WITHDRAWN = "withdrawn"  # sans suite (END-16)


class MarketPhase(StrEnum):
    """What a person sees: the stored state, with launched split by the clock."""

    DRAFT = "draft"
    APPROVAL = "approval"
    OPEN = "open"  # answers can be sent
    CLOSED = "closed"  # deadline passed, not yet opened
    OPENED = "opened"
    RANKED = "ranked"
    PROPOSED = "proposed"
    DECIDED = "decided"
    SIGNED = "signed"
    TRANSMITTED = "transmitted"
    NOTIFIED = "notified"
    PERFORMED = "performed"
    SETTLED = "settled"
    UNSUCCESSFUL = "unsuccessful"
    WITHDRAWN = "withdrawn"


S = MarketState
ENDINGS = {S.UNSUCCESSFUL, S.WITHDRAWN}
MOVES = {
    S.DRAFT: {S.APPROVAL, S.LAUNCHED},
    S.APPROVAL: {S.DRAFT, S.LAUNCHED},
    S.LAUNCHED: {S.OPENED} | ENDINGS,
    S.OPENED: {S.RANKED} | ENDINGS,
    S.RANKED: {S.OPENED, S.PROPOSED} | ENDINGS,
    S.PROPOSED: {S.RANKED, S.DECIDED} | ENDINGS,
    S.DECIDED: {S.SIGNED} | ENDINGS,
    S.SIGNED: {S.TRANSMITTED, S.NOTIFIED},
    S.TRANSMITTED: {S.NOTIFIED},
    S.NOTIFIED: {S.PERFORMED},
    S.PERFORMED: {S.SETTLED},
    S.SETTLED: set(),
    S.UNSUCCESSFUL: set(),
    S.WITHDRAWN: set(),
}


def phase_at(state: MarketState, deadline_at: datetime | None, now: datetime) -> MarketPhase:
    """What a person sees at an instant; a deposit at the very deadline is still in time."""
    if state is MarketState.LAUNCHED:
        assert deadline_at is not None
        return MarketPhase.OPEN if now <= deadline_at else MarketPhase.CLOSED
    return MarketPhase(state.value)
