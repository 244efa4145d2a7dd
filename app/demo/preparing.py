"""A market of the story prepared by a buyer, section by section, until its launch."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.demo.plans import Line, Need
from app.demo.stage import Stage
from app.guard.client import parse_grid
from app.market_defaults import proposal
from sad.frames.schemas import LineInput
from sad.frames.sheet import read_frame
from sad.kernel.money import Money
from sad.markets import grid, sections, service
from sad.markets.launching import launch
from sad.markets.schemas import (
    AwardInput,
    CreditsInput,
    DeadlineInput,
    DeliveryInput,
    LotInput,
    NeedInput,
)
from sad.markets.states import AwardMode
from sad.markets.tables import SpecificMarket
from sad.papers import service as papers
from sad.papers.states import PaperKind

DELIVERY_FROM, DELIVERY_UNTIL = timedelta(days=21), timedelta(days=56)


def draft(stage: Stage, who: str, name: str, need: Need) -> UUID:
    """A draft with its grid and nothing else: title, lines, what the category proposes."""
    columns, hints, defaults = proposal(need.category)
    with stage.act(who) as work:
        market = service.create_draft(
            work,
            stage.categories[need.category],
            need.title,
            columns=columns,
            hints=hints,
            defaults=defaults,
        )
        stage.markets[name] = market.id
        if need.grid is not None:
            read = read_frame(parse_grid(need.grid.read_bytes(), need.grid.name))
            grid.import_grid(work, market.id, read, need.grid.name)
        for line in need.lines:
            grid.add_line(work, market.id, _line(line))
    return stage.markets[name]


def complete(stage: Stage, who: str, name: str, need: Need, deadline: datetime) -> None:
    """Fills every section: the market can be launched as it is."""
    with stage.act(who) as work:
        market = stage.market(work, name)
        said = NeedInput(title=need.title, description=need.description, need_confirmed=True)
        sections.update_need(work, market.id, said, market.version)
        sections.update_delivery(work, market.id, _delivery(need, market, deadline), market.version)
        mode = AwardMode.SINGLE if need.whole else AwardMode.LINES
        given = AwardInput(award_mode=mode, variants_allowed=False, partial_allowed=not need.whole)
        sections.update_award(work, market.id, given, market.version)
        due = DeadlineInput(deadline_at=deadline)
        sections.update_deadline(work, market.id, due, market.version)
        sections.update_credits(work, market.id, _credits(stage, need), market.version)


def launched(stage: Stage, who: str, name: str) -> None:
    """Launches a completed draft, its credits signed by the first signatory (P6)."""
    with stage.act(who) as work:
        launch(work, stage.markets[name], stage.delegations["vice_president"])
        papers.issue(work, PaperKind.INVITATION, stage.markets[name])


def _line(line: Line) -> LineInput:
    values = {"dimensions": line.dimensions, "requirements": line.requirements} | dict(line.more)
    return LineInput(
        code=line.code,
        designation=line.designation,
        quantity=Decimal(line.quantity),
        unit="pièce",
        slice_size=None if line.slice is None else Decimal(line.slice),
        values={key: text for key, text in values.items() if text},
    )


def _delivery(need: Need, market: SpecificMarket, deadline: datetime) -> DeliveryInput:
    first: date = (deadline + DELIVERY_FROM).date()
    return DeliveryInput(
        delivery_place=need.place,
        delivery_from=first,
        delivery_until=(deadline + DELIVERY_UNTIL).date(),
        storage=need.storage,
        access=need.access,
        visit_checklist=market.visit_checklist,
        warranty=market.warranty,
        validity_days=need.validity,
    )


def _credits(stage: Stage, need: Need) -> CreditsInput:
    lot = LotInput(
        title=need.title,
        estimate=Money.parse(need.estimate),
        credits=Money.parse(need.credits),
        funding_line_id=stage.lines[need.category],
        envelope_id=stage.envelopes[need.category],
    )
    return CreditsInput(lots=[lot])
