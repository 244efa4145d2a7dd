"""The kinds of movements of money (P5)."""

from enum import StrEnum


class MovementKind(StrEnum):
    """What a movement is. Effects on what is available, line then envelope:

    vote + / 0 · allocation 0 / + · transfer 0 / ± (between lines ± / 0) · reservation − / − ·
    release + / + · engagement − / − · liquidation 0 / 0 · solde + / + · reversal: the opposite.
    """

    VOTE = "vote"  # credits voted on the line (an allocation without envelope)
    ALLOCATION = "allocation"
    TRANSFER = "transfer"
    RESERVATION = "reservation"
    RELEASE = "release"
    ENGAGEMENT = "engagement"
    LIQUIDATION = "liquidation"
    SOLDE = "solde"
    REVERSAL = "reversal"


# What an officer may undo by hand. Markets undo their reservations by a release, which is final;
# an engagement is undone with its award.
REVERSIBLE = {
    MovementKind.VOTE,
    MovementKind.ALLOCATION,
    MovementKind.TRANSFER,
    MovementKind.LIQUIDATION,
    MovementKind.SOLDE,
}
