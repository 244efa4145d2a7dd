"""The reference picture of a line: what the buyer has in mind, seen by all the invited.

Kept in clear beside the market's documents; like them it changes only while the market is a draft.
"""

from uuid import UUID

from sad.attachments.tables import Attachment
from sad.db.work import Work
from sad.frames import service as frames
from sad.frames.tables import FrameLine
from sad.kernel.errors import Invalid, NotFound
from sad.kernel.ids import random_id
from sad.markets.documents import KeptDocument
from sad.markets.rows import record_prepared
from sad.markets.sections import claim
from sad.markets.tables import SpecificMarket

OWNER = "frame_line"


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
    row = work.add(
        Attachment(
            organisation_id=market.organisation_id,
            id=random_id(),
            owner_kind=OWNER,
            owner_id=line.id,
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
    line.picture_id = row.id
    work.add(line)
    record_prepared(work, market, "market.picture_added", line.id, row.sha256)
    return replaced


def remove(work: Work, market_id: UUID, line_id: UUID) -> str | None:
    """Takes the picture of a line out of a draft; the name of its object, as `put`."""
    market, line = _line(work, market_id, line_id)
    return _forget(work, market, line)


def remove_all(work: Work, market_id: UUID) -> list[str]:
    """Takes out every picture of a draft, before its lines are replaced; names as `put`."""
    market = claim(work, market_id)
    lines = frames.lines_of(work, market.organisation_id, market.frame_id)
    return [name for line in lines if (name := _forget(work, market, line)) is not None]


def shown(work: Work, organisation_id: UUID, picture_id: UUID) -> Attachment:
    """A picture, for who was shown the line that has it. Raises NotFound."""
    row = work.get_in(Attachment, organisation_id, picture_id)
    if row.owner_kind != OWNER:
        raise NotFound(kind="attachment")
    return row


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
