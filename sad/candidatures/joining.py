"""What somebody types on the joining screens, kept from the first field; sealed, theirs alone.

The sworn boxes are never kept: nothing is ever ticked beforehand (CAND-12).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from sad.accounts.permissions import SignInNeeded
from sad.accounts.tables import Person
from sad.candidatures.drafts import check_open
from sad.candidatures.rules import keepable
from sad.candidatures.states import Screen
from sad.candidatures.tables import JoiningDraft
from sad.db.work import Work
from sad.kernel.ids import uuid7
from sad.kernel.vault import VaultUnreadable, open_json, seal_json
from sad.systems.tables import PurchasingSystem

CONTEXT = "joining_draft"
KEPT = timedelta(days=180)


def keep(work: Work, system_id: UUID, screen: Screen, typed: Mapping[str, Any]) -> None:
    """Keeps what a screen shows now. Raises SignInNeeded, TooLong, NotOpen, Closed, NotFound."""
    person_id = _me(work)
    system = work.locate(PurchasingSystem, system_id)
    check_open(work, system.organisation_id, system_id)
    fields = keepable(typed)
    work.shared(Person, person_id, lock=True)  # two windows write one after the other
    row = _row(work, person_id, system_id)
    screens = _screens(work, row) | {screen.value: fields}
    if row is None:
        row = JoiningDraft(
            id=uuid7(), person_id=person_id, system_id=system_id, sealed=b"", saved_at=work.now
        )
    row.sealed = seal_json(work.rings, f"{CONTEXT}:{row.id}", screens)
    row.saved_at = work.now
    work.add(row)


def kept(work: Work, system_id: UUID, screen: Screen) -> dict[str, Any] | None:
    """What was typed on a screen and not sent yet; None when there is nothing."""
    if work.actor.person_id is None:
        return None
    found: dict[str, Any] | None = _screens(work, _row(work, work.actor.person_id, system_id)).get(
        screen.value
    )
    return found


def forget(work: Work, system_id: UUID, screen: Screen | None = None) -> None:
    """A screen that was sent needs no copy any more; without `screen`, none of them does."""
    person_id = _me(work)
    row = _row(work, person_id, system_id)
    if row is None:
        return
    screens = _screens(work, row)
    left = {} if screen is None else {k: v for k, v in screens.items() if k != screen.value}
    if left:
        row.sealed = seal_json(work.rings, f"{CONTEXT}:{row.id}", left)
        work.add(row)
        return
    work.session.expunge(row)
    work.session.connection().execute(delete(JoiningDraft).where(col(JoiningDraft.id) == row.id))


def forget_old(work: Work) -> None:
    """Deletes what nobody came back to in six months."""
    old = col(JoiningDraft.saved_at) < work.now - KEPT
    work.session.connection().execute(delete(JoiningDraft).where(old))


def _me(work: Work) -> UUID:
    if work.actor.person_id is None:
        raise SignInNeeded()
    return work.actor.person_id


def _row(work: Work, person_id: UUID, system_id: UUID) -> JoiningDraft | None:
    query = select(JoiningDraft).where(
        col(JoiningDraft.person_id) == person_id, col(JoiningDraft.system_id) == system_id
    )
    return work.session.exec(query).one_or_none()


def _screens(work: Work, row: JoiningDraft | None) -> dict[str, Any]:
    """A draft whose key is lost is as if nothing had been typed."""
    if row is None:
        return {}
    try:
        return open_json(work.rings, f"{CONTEXT}:{row.id}", row.sealed)
    except VaultUnreadable:
        return {}
