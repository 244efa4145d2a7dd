"""Acts done once: the first row of the transaction says whether this key was already used."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select

from sad.db.tables import Act
from sad.db.work import Work
from sad.kernel.errors import Refusal

KEPT = timedelta(days=7)


class ActReused(Refusal):
    """The key of this confirmation was used for something else, or by somebody else."""

    code = "acts.reused"


def begin(work: Work, key: UUID, route: str, body: bytes) -> dict[str, Any] | None:
    """Claims the key. None: do it, then `finish`. Otherwise the outcome of the first time.

    A second press waits on the first one's row, then reads its outcome. Raises ActReused when the
    actor or the body differ.
    """
    scope, actor = _scope(work), work.actor.label
    digest = hashlib.sha256(body).hexdigest()
    insert = sqlite_insert if _sqlite(work) else postgresql_insert
    row = {
        "scope": scope,
        "key": key,
        "actor": actor,
        "route": route,
        "body_sha256": digest,
        "created_at": work.real,
    }
    # The row is asked back: drivers do not count the rows of an INSERT alike.
    claimed = work.connection.execute(
        insert(Act)
        .values(row)
        .on_conflict_do_nothing(index_elements=["scope", "key"])
        .returning(Act.__table__.c.key)  # type: ignore[attr-defined]  # SQLModel does not declare it
    )
    if claimed.first() is not None:
        return None
    stored = work.session.exec(select(Act).where(Act.scope == scope, Act.key == key)).one()
    if (stored.actor, stored.route, stored.body_sha256) != (actor, route, digest):
        raise ActReused()
    return stored.outcome or {}


def finish(work: Work, key: UUID, outcome: dict[str, Any]) -> None:
    """Writes what the act gave, for a second press to read."""
    work.connection.execute(
        update(Act)
        .where(col(Act.scope) == _scope(work), col(Act.key) == key)
        .values(outcome=outcome)
    )


def forget_old(work: Work) -> None:
    """Deletes the keys older than a week."""
    work.connection.execute(delete(Act).where(col(Act.created_at) < work.real - KEPT))


def _scope(work: Work) -> str:
    return str(work.actor.organisation_id or work.actor.supplier_id or "shared")


def _sqlite(work: Work) -> bool:
    return work.connection.dialect.name == "sqlite"
