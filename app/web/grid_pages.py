"""What every page of the grid designer knows."""

from typing import Any
from uuid import UUID

from app.market_defaults import extra_columns
from app.web.markets import context_of
from sad.accounts.permissions import Permission, require
from sad.db.work import Work
from sad.frames.columns import ColumnType
from sad.frames.usual import lacking
from sad.markets.checks import findings
from sad.markets.states import Section

USUAL = 6  # supplier's columns by default (P17)


class Fields(dict[str, Any]):
    """Values of fields; one that was not typed is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def grid_context(work: Work, market_id: UUID) -> dict[str, Any]:
    """The grid, what blocks it, the columns one may add."""
    require(work, Permission.READ_FILE)
    context = context_of(work, market_id)
    frame = context["view"].frame
    found = findings(work, market_id) if context["phase"] == "draft" else []
    return context | {
        "frame": frame,
        "editable": "prepare" in context["actions"],
        "problems": [f for f in found if f.section is Section.LINES],
        "extras": _extras(context),
        "usual": lacking(tuple(view.column for view in frame.buyer)),
        "many": len(frame.supplier) - USUAL,
        "types": list(ColumnType),
        "conflict": None,
        "kept": False,
    }


def _extras(context: dict[str, Any]) -> list[tuple[str, str]]:
    """The family's extra columns not yet in the grid: (name, hint)."""
    taken = {view.label for view in context["view"].frame.supplier}
    code = context["view"].category_code
    return [(col.name, hint) for col, hint in extra_columns(code) if col.name not in taken]
