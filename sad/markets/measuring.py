"""The columns and questions a computed criterion reads its values in (SC-01, R2152-11).

Never what is scored as the price, nor the quantity one can supply (P3).
"""

from collections.abc import Iterator, Mapping, Sequence

from sad.frames.columns import ColumnType
from sad.frames.queries import ColumnView, FrameView
from sad.frames.vocabulary import Role

NUMBERS = frozenset(
    {
        ColumnType.INTEGER,
        ColumnType.DECIMAL,
        ColumnType.PERCENT,
        ColumnType.MONEY,
        ColumnType.DATE,
        ColumnType.YES_NO,
    }
)
NEVER = frozenset(
    {
        Role.UNIT_PRICE,
        Role.UNIT_PRICE_TTC,
        Role.DELIVERY_PRICE,
        Role.ECO_CONTRIBUTION,
        Role.LINE_TOTAL,
        Role.VAT_RATE,
        Role.AVAILABLE,
        Role.SLICES,
        Role.PROPOSED,
    }
)
_ROLES: Mapping[str, tuple[Role, ...]] = {
    "delay": (Role.DELAY, Role.DELIVERY_DATE),
    "delivery": (Role.DELAY, Role.DELIVERY_DATE),
    "delivery_date": (Role.DELIVERY_DATE,),
    "warranty": (Role.WARRANTY,),
    "reuse_share": (Role.REUSE_SHARE,),
    "reuse": (Role.REUSE_SHARE,),
}


def measurable(frame: FrameView) -> Iterator[ColumnView]:
    """What a criterion may be computed on: the supplier's columns, then the questions."""
    for view in (*frame.supplier, *frame.questions):
        if view.column.type in NUMBERS and view.column.role not in NEVER:
            yield view


def column_for(
    frame: FrameView, code: str, family: str, evidence: Sequence[str] = ()
) -> ColumnView | None:
    """The column a computed criterion reads: the one it names, the one of its code, or the one
    whose role goes with its words. None: evaluators type the value.
    """
    known = {view.key: view for view in measurable(frame)}
    for key in (*evidence, code):
        if key in known:
            return known[key]
    roles = {view.column.role: view for view in known.values() if view.column.role is not None}
    for word in (code, family):
        for role in _ROLES.get(word, ()):
            if role in roles:
                return roles[role]
    return None
