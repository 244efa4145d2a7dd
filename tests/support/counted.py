"""Counting rows, for tests that only care how many there are."""

from typing import Any

from sqlalchemy import func
from sqlmodel import select

from sad.db.work import Work


def count(work: Work, table: Any, *conditions: Any) -> int:
    """How many rows of a table satisfy the conditions."""
    work.session.flush()
    query = select(func.count()).select_from(table).where(*conditions)
    return int(work.session.exec(query).one())
