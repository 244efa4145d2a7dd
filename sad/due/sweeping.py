"""Which stored objects something still names: the others, once old, are rubbish.

An upload cut after its object appeared, a process killed before its row: nothing names what is
left, and nobody can read it, since its key was never kept.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import SQLModel

from sad.attachments.copies import objects_of
from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.offers.files import kept_objects

COLUMN = "object_name"
"""What every table calls the column that names an object: a new one is known by itself."""

_attachment: Any = Attachment.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


def named_objects(work: Work) -> set[str]:
    """Every object named by a slot or by a row, without dashes.

    Raises SlotUnreadable: then sweep nothing.
    """
    named = chain(kept_objects(work), _rows(work), _copies(work))
    return {name.replace("-", "") for name in named}


def tables_naming_objects() -> list[Table]:
    """Tables whose rows name an object of the store."""
    return [table for table in SQLModel.metadata.sorted_tables if COLUMN in table.c]


def _rows(work: Work) -> Iterator[str]:
    for table in tables_naming_objects():
        column = table.c[COLUMN]
        yield from work.connection.execute(select(column).where(column.is_not(None))).scalars()


def _copies(work: Work) -> Iterator[str]:
    column = _attachment.c.copies
    for copies in work.connection.execute(select(column).where(column.is_not(None))).scalars():
        yield from objects_of(copies)
