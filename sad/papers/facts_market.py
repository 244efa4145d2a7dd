"""The facts of a market's papers: invitation, then register and minutes once opened (OFF-10)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from sad.accounts.permissions import Permission, require
from sad.attachments.tables import Attachment
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames import queries as frames
from sad.frames.queries import FrameView, LineView
from sad.funding.tables import FundingLine
from sad.kernel.vat import VatRecovery
from sad.markets import queries as markets
from sad.markets import visits
from sad.markets.rows import criteria_of, lots_of
from sad.markets.states import AwardMode
from sad.markets.suppliers import OWNER
from sad.markets.tables import Criterion, Invitation, SpecificMarket
from sad.offers.queries import opened_market
from sad.offers.states import OfferState
from sad.papers.heading import heading
from sad.papers.rules import NotYet, Stage
from sad.papers.schemas_market import (
    ActKind,
    AskedLine,
    Change,
    ClosedAct,
    DepositsRegisterFacts,
    DocumentItem,
    InvitationFacts,
    MarketCriterion,
    MarketLot,
    OpenedAnswer,
    OpeningMinutesFacts,
    Operator,
)
from sad.papers.states import PaperKind
from sad.systems.queries import view as system_view
from sad.systems.rules import Regime
from sad.systems.tables import PurchasingSystem


def invitation(work: Work, market_id: UUID, site: str) -> InvitationFacts:
    """The invitation with what has changed since (MS-03, R2144-9). Raises NotYet."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    if market.launched_at is None or market.deadline_at is None:
        raise NotYet(paper=PaperKind.INVITATION, stage=Stage.LAUNCHED)
    frame = frames.frame(work, market.organisation_id, market.frame_id)
    criteria = criteria_of(work, market)
    lots = lots_of(work, market)
    kept = (
        *("description", "deadline_at", "questions_until", "partial_allowed", "variants_allowed"),
        *("delivery_place", "delivery_from", "delivery_until", "storage", "access"),
        *("buyer_supplies", "warranty", "advance_percent", "validity_days"),
    )
    return InvitationFacts(
        **market_heading(work, market),
        **notice(work, market),
        **{name: getattr(market, name) for name in kept},
        sent_at=market.launched_at,
        award_mode=AwardMode(market.award_mode),
        lots=[MarketLot(number=lot.number, title=lot.title) for lot in lots],
        lines=asked(frame),
        columns=[view.label for view in frame.supplier],
        questions=[view.label for view in frame.questions],
        criteria=criteria_said(criteria),
        visit=visits.visit_words(
            {name: getattr(market, name) for name in visits.FIELDS},
            {row.code: row.label for row in criteria},
        ),
        tie_break=tie_break(market, criteria),
        compares_paid=not _recovered(work, [lot.funding_line_id for lot in lots]),
        conditions=market.condition_of_performance,
        social=market.social_condition,
        documents=_documents(work, market),
        changes=changes(work, market),
        address=f"{site}/reponse/{market.id}" if site else "",
    )


def deposits_register(work: Work, market_id: UUID, site: str) -> DepositsRegisterFacts:
    """The register of deposits. Raises NotOpened before the opening: nothing is told then."""
    market = opened_market(work, market_id)
    return DepositsRegisterFacts(**market_heading(work, market), **opening(work, market))


def opening_minutes(work: Work, market_id: UUID, site: str) -> OpeningMinutesFacts:
    """The minutes as the opening wrote them. Raises NotOpened."""
    market = opened_market(work, market_id)
    return OpeningMinutesFacts(**market_heading(work, market), **opening(work, market))


def market_heading(work: Work, market: SpecificMarket) -> dict[str, Any]:
    """The fields of `MarketFacts`."""
    system = work.get_in(PurchasingSystem, market.organisation_id, market.system_id)
    category = work.get_in(Category, market.organisation_id, market.category_id)
    return {
        **heading(work, market.organisation_id, market.number or "", market.title, system),
        "system_number": system.number,
        "system_title": system.title,
        "category": category.name,
        "regime": Regime(system_view(work, system).regime),
    }


def notice(work: Work, market: SpecificMarket) -> dict[str, Any]:
    """Where the notice of the system was published (R2144-9 1°)."""
    system = work.get_in(PurchasingSystem, market.organisation_id, market.system_id)
    names = ("notice_support", "notice_reference", "notice_sent_on")
    return {name: getattr(system, name) for name in names}


def opening(work: Work, market: SpecificMarket) -> dict[str, Any]:
    """The fields of `OpeningFacts`, from the minutes that the opening froze."""
    kept: dict[str, Any] = dict(market.minutes or {})
    closed = [
        ClosedAct(act=act, received_at=one["received_at"], sha256=one["receipt"])
        for act in ActKind
        for one in kept[act.value]
    ]
    return {
        "deadline_at": kept["deadline_at"],
        "opened_at": kept["opened_at"],
        "operators": [
            # An agent of several roles is kept as « buyer+evaluator »: the first opens.
            Operator(name=one["name"], role=one["role"].split("+")[0] or None)
            for one in kept["operators"]
        ],
        "invited": invited(work, market),
        "answers": [
            OpenedAnswer(
                supplier=one["name"],
                received_at=one["received_at"],
                receipt=one["number"],
                files=one["files"],
                readable=one["state"] == OfferState.OPENED,
                sha256=one["receipt"],
            )
            for one in kept["offers"]
        ],
        "closed": sorted(closed, key=lambda one: (one.received_at, one.sha256)),
        "anomalies": [one["code"] for one in kept["anomalies"]],
    }


def invited(work: Work, market: SpecificMarket) -> int:
    """How many applicants were invited."""
    query = select(func.count()).where(
        col(Invitation.organisation_id) == market.organisation_id,
        col(Invitation.market_id) == market.id,
    )
    return int(work.session.exec(query).one())


def asked(frame: FrameView) -> list[AskedLine]:
    """The lines of the grid."""
    return [_asked(line) for line in frame.lines]


def criteria_said(rows: Sequence[Criterion]) -> list[MarketCriterion]:
    """The criteria with what their formula needs to be written."""
    names = set(MarketCriterion.model_fields)
    return [MarketCriterion.model_validate(row.model_dump(include=names)) for row in rows]


def tie_break(market: SpecificMarket, rows: Sequence[Criterion]) -> list[str]:
    """The criteria that part equals, by their labels, in order (EX-15)."""
    labels = {row.code: row.label for row in rows}
    return [labels[code] for code in market.tie_break if code in labels]


def changes(work: Work, market: SpecificMarket) -> list[Change]:
    """The addenda, in order."""
    return [
        Change(
            number=one.number,
            made_at=one.made_at,
            text=one.text,
            new_deadline_at=one.new_deadline_at,
        )
        for one in markets.addenda(work, market.organisation_id, market.id)
    ]


def _asked(line: LineView) -> AskedLine:
    return AskedLine(
        lot=line.lot_number,
        label=line.label,
        designation=line.designation,
        quantity=line.quantity,
        unit=line.unit,
        slice_size=line.slice_size,
        slices=line.slices,
        mandatory=line.mandatory,
    )


def _recovered(work: Work, ids: Sequence[UUID | None]) -> bool:
    """Whether the VAT is recovered on every lot: only then is the price compared HT (P10)."""
    lines = [work.get(FundingLine, id_) for id_ in ids if id_ is not None]
    return bool(lines) and all(line.vat_recovery == VatRecovery.FULL for line in lines)


def _documents(work: Work, market: SpecificMarket) -> list[DocumentItem]:
    query = (
        select(Attachment)
        .where(
            col(Attachment.organisation_id) == market.organisation_id,
            col(Attachment.owner_kind) == OWNER,
            col(Attachment.owner_id) == market.id,
        )
        .order_by(col(Attachment.name), col(Attachment.id))
    )
    return [DocumentItem(name=row.name, sha256=row.sha256) for row in work.session.exec(query)]
