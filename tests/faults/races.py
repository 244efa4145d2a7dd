"""Ten markets due at the same instant, and answers whose last byte leaves around it."""

import http.client
import json
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlmodel import select

from sad.audit.chains import offer_chain
from sad.audit.service import open_chains
from sad.db.work import Work
from sad.frames.tables import ResponseFrame
from sad.markets.tables import Invitation, SpecificMarket
from sad.offers.sealing import Place, make_market_keys, market_public_key, write_slot
from sad.offers.tables import OfferSlot
from tests.faults.yard import Answered, Process, Yard
from tests.offers.scene import Scene, _grid

COPIED = {"id", "frame_id", "number", "public_key", "private_key", "key_fingerprint"}


def another(work: Work, scene: Scene, number: int) -> Scene:
    """A second market like the first: same suppliers, its own grid, keys, slots and chains."""
    org, first = scene.cast.organisation_id, work.locate(SpecificMarket, scene.market_id)
    frame = work.add(ResponseFrame(organisation_id=org, content_sha256="ab" * 32))
    lines = _grid(work, org, frame.id, len(scene.lines))
    values = first.model_dump(exclude=COPIED)
    market = SpecificMarket(**values, frame_id=frame.id, number=f"2026S01-001-{number:02d}")
    assert market.deadline_at
    keys = make_market_keys(work.rings, market.id, market.deadline_at)
    market.public_key, market.private_key = keys.public, keys.private
    market.key_fingerprint = keys.fingerprint
    work.add(market)
    public = market_public_key(work.rings, market.id, keys.public)
    chains = []
    invited = work.session.exec(
        select(Invitation).where(Invitation.market_id == scene.market_id)
    ).all()
    for row in invited:
        place = Place(org, market.id, row.applicant_id)
        sealed = write_slot(work.rings, place, {}, None, public)
        slot = {"organisation_id": org, "market_id": market.id, "applicant_id": row.applicant_id}
        work.add(Invitation(**slot, supplier_id=row.supplier_id, sent_at=work.now))
        work.add(OfferSlot(**slot, mine=sealed.mine, pli=sealed.pli))
        ids = (scene.system_id, scene.category_id, market.id, row.applicant_id)
        chains.append(offer_chain(org, *ids))
    work.before_commit.append(lambda: open_chains(work, chains))
    return replace(scene, market_id=market.id, frame_id=frame.id, lines=lines)


@dataclass
class Press:
    """One sending, held back at its last byte."""

    scene: Scene
    part: str
    connection: http.client.HTTPConnection
    last: bytes = b""
    key: UUID = field(default_factory=uuid4)

    @classmethod
    def begun(cls, yard: Yard, server: Process, scene: Scene, part: str, digest: str) -> "Press":
        """Everything but the last byte has left."""
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=90)
        press = cls(scene, part, connection)
        body = json.dumps({"digest": digest}).encode()
        connection.putrequest("POST", f"/api/v1/markets/{scene.market_id}/offer/submit")
        for name, value in {
            "Authorization": f"Bearer {yard.tokens[part]}",
            "Idempotency-Key": str(press.key),
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(body[:-1])
        press.last = body[-1:]
        return press

    def end(self) -> None:
        """The last byte leaves."""
        self.connection.send(self.last)

    def answer(self) -> Answered:
        """What came back."""
        try:
            answer = self.connection.getresponse()
            said = answer.read().decode()
        finally:
            self.connection.close()
        return Answered(answer.status, json.loads(said), said)


def until(moment: datetime) -> None:
    """Sleeps until an instant of the host's clock."""
    left = (moment - datetime.now(UTC)).total_seconds()
    if left > 0:
        time.sleep(left)


def spread(presses: list[Press], first: datetime, last: datetime) -> None:
    """The last bytes leave one after the other, evenly, from an instant to another."""
    gap: timedelta = (last - first) / max(1, len(presses) - 1)
    for rank, press in enumerate(presses):
        until(first + rank * gap)
        press.end()


def stamps(receipts: list[dict[str, Any]]) -> list[datetime]:
    """The instants that receipts say."""
    return [datetime.fromisoformat(receipt["received_at"]) for receipt in receipts]
