"""The life of an award: different acts, days and people, each whole or not at all (P1)."""

from enum import StrEnum


class AwardState(StrEnum):
    """Where an award is. It is not the contract, which takes effect at NOTIFIED (END-08)."""

    PROPOSED = "proposed"
    """The winner's papers are asked (P8)."""
    DECIDED = "decided"
    """Décision d'attribution; the rejection letters leave (END-01)."""
    SIGNED = "signed"
    """Acte d'engagement signed by both, with the finance engagement number."""
    TRANSMITTED = "transmitted"
    """Sent to the prefecture, where the contrôle de légalité is due (P2)."""
    NOTIFIED = "notified"
    PERFORMED = "performed"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    """Sans suite, or papers not given so that the next ranked is asked (R2144-7)."""


MOVES: dict[AwardState, frozenset[AwardState]] = {
    AwardState.PROPOSED: frozenset({AwardState.DECIDED, AwardState.CANCELLED}),
    AwardState.DECIDED: frozenset({AwardState.SIGNED, AwardState.CANCELLED}),
    AwardState.SIGNED: frozenset({AwardState.TRANSMITTED, AwardState.NOTIFIED}),
    AwardState.TRANSMITTED: frozenset({AwardState.NOTIFIED}),
    AwardState.NOTIFIED: frozenset({AwardState.PERFORMED}),
    AwardState.PERFORMED: frozenset({AwardState.SETTLED}),
    AwardState.SETTLED: frozenset(),
    AwardState.CANCELLED: frozenset(),
}
"""Sans suite stays possible until signature (P1, END-16); after it only performance goes on."""


class Paper(StrEnum):
    """What is asked of the proposed winner only (P8, CAND-16)."""

    TAX_CERTIFICATE = "tax_certificate"
    VIGILANCE_CERTIFICATE = "vigilance_certificate"
    REGISTRATION = "registration"
    BANK_DETAILS = "bank_details"
    SIGNATORY_POWER = "signatory_power"
    INSURANCE = "insurance"
    FOREIGN_WORKERS = "foreign_workers"


class Cause(StrEnum):
    """Why the best ranked is left and the next one asked."""

    PAPERS = "papers"
    """Its papers did not come in their delay (R2144-7)."""
    UNABLE = "unable"
    """A chance event or force majeure keeps it from performing (END-07 R2181-7)."""
    DECLINED = "declined"
    """Its offer no longer binds it, and it does not extend it in writing (P16)."""
