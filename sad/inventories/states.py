"""States of an inventory: from the file being read to the need one works on."""

from enum import StrEnum


class InventoryState(StrEnum):
    """`read`: understood and shown, nothing is worked on before it is kept."""

    READING = "reading"
    READ = "read"
    REFUSED = "refused"
    KEPT = "kept"
    DISCARDED = "discarded"


S = InventoryState
MOVES: dict[InventoryState, set[InventoryState]] = {
    S.READING: {S.READ, S.REFUSED},
    S.READ: {S.KEPT, S.DISCARDED},
    S.REFUSED: {S.DISCARDED},
    S.KEPT: set(),
    S.DISCARDED: set(),
}
