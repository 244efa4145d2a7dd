"""The states of pieces (P17) as an organisation usually says them, proposed to each new grid.

A picture joined is shared between the grids that show it: each has its own row of one object.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.frames.columns import DRAWINGS, Column, ColumnType, Meaning
from sad.frames.tables import FrameColumn, UsualGrade
from sad.frames.vocabulary import Role, Side
from sad.kernel.errors import Refusal
from sad.kernel.ids import random_id, uuid7


class NotStates(Refusal):
    """Only the choices of the supplier's column of states can be the organisation's usual ones."""

    code = "frames.not_states"
    status = 422


def usual(work: Work) -> Sequence[UsualGrade]:
    """The organisation's states, from the best; none until it keeps some."""
    query = (
        select(UsualGrade)
        .where(col(UsualGrade.organisation_id) == work.organisation_id)
        .order_by(col(UsualGrade.rank))
    )
    return work.session.exec(query).all()


def keep_usual(work: Work, column: FrameColumn) -> list[Attachment]:
    """The choices of a column become the usual states; gives the pictures these no longer show."""
    if column.role != Role.CONDITION or column.side != Side.SUPPLIER or not column.choices:
        raise NotStates(where="column")
    gone = [work.get(Attachment, UUID(row.picture)) for row in usual(work) if joined(row.picture)]
    work.session.connection().execute(
        delete(UsualGrade).where(col(UsualGrade.organisation_id) == work.organisation_id)
    )
    work.session.expire_all()
    said = column.meanings or [["", ""] for _ in column.choices]
    for rank, (label, (words, picture)) in enumerate(zip(column.choices, said, strict=True)):
        work.add(
            UsualGrade(
                organisation_id=work.organisation_id,
                id=uuid7(),
                rank=rank,
                label=label,
                words=words,
                picture=shared(work, picture, work.organisation_id),
            )
        )
    return gone


def proposed(work: Work, columns: Sequence[Column], frame_id: UUID) -> list[Column]:
    """The columns of a new grid, its states said as the organisation usually says them."""
    rows = usual(work)
    return [_said(work, column, rows, frame_id) for column in columns]


def _said(work: Work, column: Column, rows: Sequence[UsualGrade], frame_id: UUID) -> Column:
    states = column.role is Role.CONDITION and column.side is Side.SUPPLIER
    if not rows or not states or column.type is not ColumnType.CHOICE:
        return column
    return replace(
        column,
        choices=tuple(row.label for row in rows),
        meanings=tuple(Meaning(row.words, shared(work, row.picture, frame_id)) for row in rows),
    )


def joined(picture: str) -> bool:
    """Whether a choice's picture is one that people joined."""
    return bool(picture) and picture not in DRAWINGS


def shared(work: Work, picture: str, owner_id: UUID) -> str:
    """The same picture under another owner's row, its object shared; a drawing is nobody's."""
    if not joined(picture):
        return picture
    row = work.get(Attachment, UUID(picture))
    copied = row.model_dump() | {"id": random_id(), "owner_id": owner_id}
    return str(work.add(Attachment(**copied)).id)
