"""The life of a specific market. What only time changes (open, closed) is computed, not stored."""

from datetime import datetime
from enum import StrEnum


class MarketState(StrEnum):
    """What people have done with it, as stored (P1)."""

    DRAFT = "draft"
    APPROVAL = "approval"  # sent to the officers, who approve it, launch it or send it back
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
    S.DECIDED: {S.RANKED, S.SIGNED} | ENDINGS,
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
    if state is MarketState.LAUNCHED and deadline_at is not None:
        return MarketPhase.OPEN if now <= deadline_at else MarketPhase.CLOSED
    return MarketPhase(state.value)


class Section(StrEnum):
    """The parts of a preparation, in the order of its pages."""

    NEED = "need"
    LINES = "lines"
    CRITERIA = "criteria"
    CONDITIONS = "conditions"
    DELIVERY = "delivery"
    AWARD = "award"
    DEADLINE = "deadline"
    CREDITS = "credits"


class AwardMode(StrEnum):
    """How the market is given: whole, lot by lot, or line by line (P3).

    LINES: each line, and each slice of a line cut in slices, is a lot of its own (L2113-10).
    """

    SINGLE = "single"
    LOTS = "lots"
    LINES = "lines"


class MarketAction(StrEnum):
    """What may be done with a market; pages make buttons of them, in this order."""

    PREPARE = "prepare"
    LAUNCH = "launch"
    SEND_FOR_APPROVAL = "send_for_approval"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    TAKE_BACK = "take_back"
    ANSWER = "answer"
    AMEND = "amend"
    REMIND = "remind"
    OPEN = "open"
    EVALUATE = "evaluate"
    PROPOSE = "propose"
    DECIDE = "decide"
    SIGN = "sign"
    NOTIFY = "notify"
    PERFORM = "perform"
    END = "end"
    COPY = "copy"


P, A = MarketPhase, MarketAction
_ACTIONS: dict[MarketPhase, tuple[MarketAction, ...]] = {
    P.DRAFT: (A.PREPARE, A.LAUNCH, A.SEND_FOR_APPROVAL),
    P.APPROVAL: (A.APPROVE, A.LAUNCH, A.SEND_BACK, A.TAKE_BACK),
    P.OPEN: (A.ANSWER, A.AMEND, A.REMIND, A.END),
    P.CLOSED: (A.OPEN, A.END),
    P.OPENED: (A.EVALUATE, A.END),
    P.RANKED: (A.PROPOSE, A.END),
    P.PROPOSED: (A.DECIDE, A.END),
    P.DECIDED: (A.SIGN, A.END),
    P.SIGNED: (A.NOTIFY,),
    P.TRANSMITTED: (A.NOTIFY,),
    P.NOTIFIED: (A.PERFORM,),
    P.PERFORMED: (A.PERFORM,),
}


def actions(
    phase: MarketPhase, now: datetime, opening_from: datetime | None
) -> tuple[MarketAction, ...]:
    """What the market itself allows now; who may do it is asked apart. Copying always is."""
    possible = _ACTIONS.get(phase, ())
    if opening_from is not None and now < opening_from:
        possible = tuple(action for action in possible if action is not A.OPEN)
    return (*possible, A.COPY)
