"""An installation full enough to be measured: 100 open markets of 10 lines, two suppliers."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from app.security.rings import create_rings, open_rings
from app.security.sessions import digest
from app.wiring import LegalClock
from sad.accounts.tables import ApiToken, SessionRow
from sad.db.engine import make_engine
from sad.db.work import Work, writing
from sad.frames.columns import Column
from sad.frames.queries import frame
from sad.frames.schemas import LineInput
from sad.frames.vocabulary import Role
from sad.kernel.calendar import Calendar
from sad.kernel.dates import suggested_deadline
from sad.markets import grid
from sad.markets.launching import launch
from sad.markets.tables import SpecificMarket
from tests.support.cast import Cast, make_cast
from tests.support.markets import Ready, draft, ready

MARKETS = 100
LINES = 10


@dataclass
class Scene:
    """What the load needs: tokens by part, markets, and one whole answer ready to be put.

    `session`: the cookie of alder's browser.
    """

    tokens: dict[str, str]
    session: str
    markets: list[UUID]
    answer: dict[str, object]


def build(url: str, keys: Path) -> Scene:
    """Writes the scene in a migrated database, through the services."""
    engine = make_engine(url)
    create_rings(keys)
    rings, clock = open_rings(keys, create=False), LegalClock(engine)
    with writing(engine, clock, rings) as work:
        cast = make_cast(work)
        place = ready(work, cast, voted=90_000_00)
        tokens = {part: _token(work, cast, part) for part in ("buyer", "alder", "birch")}
        session = _session(work, cast, "alder")
    markets = []
    for number in range(MARKETS):
        with writing(engine, clock, rings) as work:
            markets.append(_launched(work, cast, place, number))
    with writing(engine, clock, rings, cast.actor("buyer")) as work:
        answer = _answer(work, cast.organisation_id, markets[0])
    engine.dispose()
    return Scene(tokens, session, markets, answer)


def _launched(work: Work, cast: Cast, place: Ready, number: int) -> UUID:
    deadline = suggested_deadline(work.now, Calendar())
    market = draft(
        work,
        cast,
        place,
        credits=200_00,
        estimate=150_00,
        deadline=deadline,
        title=f"Demande {number}",
        delivery_until=(deadline + timedelta(days=45)).date(),
    )
    work.actor = cast.actor("buyer")
    for rank in range(LINES - 3):
        line = LineInput(code=f"X-{rank:02d}", designation="Chaise empilable", quantity=Decimal(6))
        grid.add_line(work, market.id, line)
    launch(work, market.id)
    return market.id


def _answer(work: Work, organisation_id: UUID, market_id: UUID) -> dict[str, object]:
    """An answer to every line, the same for each market: their grids are alike."""
    market = work.get_in(SpecificMarket, organisation_id, market_id)
    view = frame(work, organisation_id, market.frame_id)
    columns = [view.column for view in view.supplier]
    lines = []
    for line in view.lines:
        cells = {column.key: _cell(column, line.quantity) for column in columns}
        lines.append({"position": line.position, "values": {k: v for k, v in cells.items() if v}})
    return {"lines": lines}


def _cell(column: Column, quantity: Decimal) -> str:
    """Something lawful in a supplier's cell; nothing where it is not needed."""
    typed = {
        Role.AVAILABLE: str(quantity),
        Role.UNIT_PRICE: "19,90",
    }
    if column.role in typed:
        return typed[column.role]
    return column.choices[0] if column.required and column.choices else ""


def _session(work: Work, cast: Cast, part: str) -> str:
    token = secrets.token_hex(32)
    actor = cast.actor(part)
    work.add(
        SessionRow(
            token_sha256=digest(token),
            person_id=actor.person_id,
            organisation_id=actor.organisation_id,
            supplier_id=actor.supplier_id,
            created_at=work.real,
            seen_at=work.real,
            expires_at=work.real + timedelta(hours=12),
        )
    )
    return token


def _token(work: Work, cast: Cast, part: str) -> str:
    token = secrets.token_hex(32)
    actor = cast.actor(part)
    scopes = ["answer"] if part in cast.suppliers else ["read_file", "prepare_market"]
    work.add(
        ApiToken(
            token_sha256=digest(token),
            person_id=actor.person_id,
            organisation_id=actor.organisation_id,
            supplier_id=actor.supplier_id,
            label="mesure",
            scopes=scopes,
            created_at=work.real,
            expires_at=work.real + timedelta(days=1),
        )
    )
    return token
