"""What has happened to a market, an award or a candidature, as far as its papers tell it."""

from sad.awards.states import AwardState
from sad.candidatures.states import CandidatureState
from sad.markets.states import MarketState
from sad.papers.rules import Stage

S = Stage

_RANKED = {
    *(MarketState.RANKED, MarketState.PROPOSED, MarketState.DECIDED, MarketState.SIGNED),
    *(MarketState.TRANSMITTED, MarketState.NOTIFIED, MarketState.PERFORMED, MarketState.SETTLED),
}
_DECIDED = _RANKED - {MarketState.RANKED, MarketState.PROPOSED}
_AWARD_DECIDED = set(AwardState) - {AwardState.PROPOSED, AwardState.CANCELLED}


def reached_by_market(state: MarketState, *, launched: bool, opened: bool) -> frozenset[Stage]:
    """What has happened in a market; one ended without award keeps its opening."""
    found = {S.LAUNCHED} if launched else set()
    found |= {S.OPENED} if opened else set()
    found |= {S.RANKED} if state in _RANKED else set()
    return frozenset(found | ({S.DECIDED} if state in _DECIDED else set()))


def reached_by_award(state: AwardState) -> frozenset[Stage]:
    """What has happened to an award."""
    return frozenset({S.DECIDED} if state in _AWARD_DECIDED else set())


def reached_by_candidature(state: CandidatureState) -> frozenset[Stage]:
    """What has happened to a candidature; an admission withdrawn is no longer told."""
    found = set() if state is CandidatureState.DRAFT else {S.SUBMITTED}
    ends = {CandidatureState.ADMITTED: S.ADMITTED, CandidatureState.REFUSED: S.REFUSED}
    return frozenset(found | ({ends[state]} if state in ends else set()))
