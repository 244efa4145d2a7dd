"""Tables of moves: what people may change, as one constant per concept.

`MOVES = {State.DRAFT: {State.PUBLISHED}, …}` feeds the guard below, the buttons and the
diagrams of the docs.
"""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar

from sad.kernel.errors import Refusal

S = TypeVar("S", bound=StrEnum)


class MoveRefused(Refusal):
    """The thing is not in a state that allows this move."""

    code = "move_refused"


def move(moves: Mapping[S, Set[S]], current: S, target: S) -> S:
    """The target state if the table allows it from the current one; MoveRefused otherwise."""
    if target not in moves.get(current, frozenset()):
        raise MoveRefused(current=current, target=target)
    return target
