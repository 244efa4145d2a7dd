"""The pictures of a grid: the reference of a line, what a choice looks like; seen by the invited.

Kept in clear beside the market's documents; like them it changes only while the market is a draft.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select

from sad.attachments.tables import Attachment
from sad.audit.chains import organisation_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.frames import grades
from sad.frames import service as frames
from sad.frames.columns import drawn
from sad.frames.tables import FrameColumn, FrameLine
from sad.frames.vocabulary import Role
from sad.kernel.errors import Invalid, NotFound
from sad.kernel.ids import random_id
from sad.markets.documents import KeptDocument
from sad.markets.rows import record_prepared
from sad.markets.sections import claim
from sad.markets.tables import SpecificMarket

OWNER, CHOICE_OWNER = "frame_line", "frame_column"
"""Whose picture it is: a line, by its id; a choice of a column, by the id of its grid."""


class NotAPicture(Invalid):
    """A line shows a JPEG, PNG or WebP image, nothing else. Fact: `name`."""

    code = "markets.not_a_picture"


def put(work: Work, market_id: UUID, line_id: UUID, kept: KeptDocument) -> str | None:
    """The picture of a line of a draft, in place of another.

    Gives the name of the object it replaces, to delete once committed. Raises NotAPicture.
    """
    market, line = _line(work, market_id, line_id)
    received = kept.received
    if not received.type.is_image:
        raise NotAPicture(where="picture", name=received.name)
    replaced = _forget(work, market, line)
    row = _attach(work, market, OWNER, line.id, kept)
    line.picture_id = row.id
    work.add(line)
    record_prepared(work, market, "market.picture_added", line.id, row.sha256)
    return replaced


def remove(work: Work, market_id: UUID, line_id: UUID) -> str | None:
    """Takes the picture of a line out of a draft; the name of its object, as `put`."""
    market, line = _line(work, market_id, line_id)
    return _forget(work, market, line)


def remove_all(work: Work, market_id: UUID, ids: Collection[UUID] | None = None) -> list[str]:
    """Takes out the pictures of these lines of a draft, else of all of them; names as `put`."""
    market = claim(work, market_id)
    lines = frames.lines_of(work, market.organisation_id, market.frame_id)
    chosen = [line for line in lines if ids is None or line.id in ids]
    return [name for line in chosen if (name := _forget(work, market, line)) is not None]


def put_choice(work: Work, market_id: UUID, column_id: UUID, rank: int, kept: KeptDocument) -> None:
    """The picture of a choice of a draft's column; `sweep` takes out the one it replaces.

    Raises NotAPicture, NotFound.
    """
    market, column, meanings = _choice(work, market_id, column_id, rank)
    if not kept.received.type.is_image:
        raise NotAPicture(where="picture", name=kept.received.name)
    row = _attach(work, market, CHOICE_OWNER, market.frame_id, kept)
    meanings[rank][1] = str(row.id)
    column.meanings = meanings
    work.add(column)
    record_prepared(work, market, "market.picture_added", column.id, row.sha256)


def clear_choice(work: Work, market_id: UUID, column_id: UUID, rank: int) -> None:
    """Our drawing, or none, in place of the picture of a choice of a draft. Raises NotFound."""
    _, column, meanings = _choice(work, market_id, column_id, rank)
    role = Role(column.role) if column.role else None
    meanings[rank][1] = drawn(role, column.choices)[rank]
    column.meanings = meanings
    work.add(column)


def sweep(work: Work, market_id: UUID) -> list[str]:
    """Takes out the pictures of choices that no column shows any more; names as `put`."""
    market = claim(work, market_id)
    work.session.flush()
    rows = frames.columns_of(work, market.organisation_id, market.frame_id)
    used = {picture for row in rows for _, picture in row.meanings or ()}
    kept = _attached(work, market, CHOICE_OWNER, [market.frame_id])
    return _drop(work, market, [row for row in kept if str(row.id) not in used])


def carried(work: Work, market_id: UUID, before: Collection[UUID]) -> list[str]:
    """After an import: the pictures of lines follow those that kept theirs, the others go.

    `before`: the ids the lines had. Names as `put`.
    """
    market = claim(work, market_id)
    rows = frames.lines_of(work, market.organisation_id, market.frame_id)
    lines = {row.picture_id: row.id for row in rows if row.picture_id is not None}
    kept = _attached(work, market, OWNER, before)
    for row in kept:
        if row.id in lines:
            row.owner_id = lines[row.id]
            work.add(row)
    return _drop(work, market, [row for row in kept if row.id not in lines])


def _attached(
    work: Work, market: SpecificMarket, kind: str, owners: Collection[UUID]
) -> Sequence[Attachment]:
    query = (
        select(Attachment)
        .where(
            col(Attachment.organisation_id) == market.organisation_id,
            col(Attachment.owner_kind) == kind,
            col(Attachment.owner_id).in_(owners),
        )
        .order_by(col(Attachment.id))
    )
    return work.session.exec(query).all()


def _drop(work: Work, market: SpecificMarket, gone: Sequence[Attachment]) -> list[str]:
    """Gives the objects to delete: one that a copied market still shows stays."""
    names = [row.object_name for row in gone]
    for row in gone:
        record_prepared(work, market, "market.picture_removed", row.id, row.sha256)
        work.session.delete(row)
    work.session.flush()
    query = select(Attachment.object_name).where(
        col(Attachment.organisation_id) == market.organisation_id,
        col(Attachment.object_name).in_(names),
    )
    shared = set(work.session.exec(query).all()) if names else set()
    return [name for name in names if name not in shared]


def keep_states(work: Work, market_id: UUID, column_id: UUID) -> list[str]:
    """The states of a draft become the organisation's usual ones; names as `put`.

    Raises NotStates, NotFound.
    """
    market = claim(work, market_id)
    column = work.get(FrameColumn, column_id)
    if column.frame_id != market.frame_id:
        raise NotFound(kind="frame_column")
    gone = grades.keep_usual(work, column)
    names = _drop(work, market, gone)
    record(
        work,
        organisation_chain(market.organisation_id),
        "organisation.states_kept",
        market.organisation_id,
        after={"states": len(column.choices)},
        details={"states": list(column.choices)},
    )
    return names


def shown(work: Work, organisation_id: UUID, picture_id: UUID) -> Attachment:
    """A picture, for who was shown the line that has it. Raises NotFound."""
    row = work.get_in(Attachment, organisation_id, picture_id)
    if row.owner_kind not in {OWNER, CHOICE_OWNER}:
        raise NotFound(kind="attachment")
    return row


def _attach(
    work: Work, market: SpecificMarket, kind: str, owner_id: UUID, kept: KeptDocument
) -> Attachment:
    received = kept.received
    return work.add(
        Attachment(
            organisation_id=market.organisation_id,
            id=random_id(),
            owner_kind=kind,
            owner_id=owner_id,
            purpose="picture",
            name=received.name,
            media_type=received.type.media_type,
            size=received.size,
            sha256=received.sha256,
            object_name=kept.object_name,
            scan=received.scan.verdict,
            created_at=work.now,
            created_by=work.actor.person_id,
        )
    )


def _choice(
    work: Work, market_id: UUID, column_id: UUID, rank: int
) -> tuple[SpecificMarket, FrameColumn, list[list[str]]]:
    """A choice of a draft's column, and what all the choices of the column mean, to change."""
    market = claim(work, market_id)
    column = work.get(FrameColumn, column_id)
    if column.frame_id != market.frame_id or not 0 <= rank < len(column.choices):
        raise NotFound(kind="frame_column")
    said = column.meanings or [["", ""] for _ in column.choices]
    return market, column, [list(each) for each in said]


def _line(work: Work, market_id: UUID, line_id: UUID) -> tuple[SpecificMarket, FrameLine]:
    market = claim(work, market_id)
    return market, frames.line(work, market.frame_id, line_id)


def _forget(work: Work, market: SpecificMarket, line: FrameLine) -> str | None:
    if line.picture_id is None:
        return None
    row = work.get(Attachment, line.picture_id)
    record_prepared(work, market, "market.picture_removed", line.id, row.sha256)
    name = row.object_name
    line.picture_id = None
    work.add(line)
    work.session.delete(row)
    work.session.flush()
    return name
