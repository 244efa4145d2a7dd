"""Preparing a market: a list of tasks with their states, one section a page."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import Request, Response
from sqlmodel import col, select

from app.deps import reading, redirect, writing
from app.rendering.criteria import by_family, how_scored
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import market_forms as forms
from app.web.forms import answerable, text, typed, whole
from app.web.market_checks import described, page_of
from app.web.markets import context_of
from app.web.pages import errors_of, render
from app.web.section_words import section_sentence
from sad.accounts.permissions import Permission, require
from sad.accounts.tables import Person
from sad.categories.service import ranges_of
from sad.categories.tables import Category, CategoryCriterion
from sad.db.work import Work
from sad.funding import service as funding
from sad.funding.tables import Envelope, FundingLine
from sad.kernel.calendar import Calendar, paris_date
from sad.kernel.dates import earliest_offers, last_question_day, suggested_deadline
from sad.kernel.errors import Conflict, Invalid, NotFound, Refusal
from sad.kernel.french import parse_percent
from sad.kernel.money import Money
from sad.markets import reasons, sections
from sad.markets.checks import committed, findings
from sad.markets.facts import Finding
from sad.markets.launch_rules import CHECKS
from sad.markets.measuring import measurable
from sad.markets.queries import MarketView
from sad.markets.rows import calendar_of
from sad.markets.states import Section
from sad.systems.rules import Regime, regime
from sad.systems.tables import PurchasingSystem

router = page_router("/marches/{market_id}/preparation")


class Page(NamedTuple):
    """A section's page: its template, how its form is read, what writes it."""

    template: str
    read: Callable[..., Any]
    write: Callable[..., Any]


PAGES = {
    Section.NEED: Page("markets/section_need.html", forms.need, sections.update_need),
    Section.CRITERIA: Page(
        "markets/section_criteria.html", forms.criteria, sections.update_criteria
    ),
    Section.CONDITIONS: Page(
        "markets/section_conditions.html", forms.conditions, sections.update_conditions
    ),
    Section.DELIVERY: Page(
        "markets/section_delivery.html", forms.delivery, sections.update_delivery
    ),
    Section.AWARD: Page("markets/section_award.html", forms.award, sections.update_award),
    Section.DEADLINE: Page(
        "markets/section_deadline.html", forms.deadline, sections.update_deadline
    ),
    Section.CREDITS: Page(
        "markets/section_credits.html", forms.credits_of, sections.update_credits
    ),
}
ADD_ROW = "add"
MOST_DAYS = 120  # beyond, the holidays on the way help nobody


@router.get("")
def tasks(request: Request, market_id: UUID) -> Response:
    """Every section with its state and what is missing in it."""
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
        context = context_of(work, market_id)
        found, given = findings(work, market_id), reasons.given(work, market_id)
        ranges = ranges_of(work, work.get(Category, context["market"]["category_id"]))
    context["weighed"] = by_family(ranges, [dict(row) for row in context["view"].criteria])
    listed = [_task(market_id, section, found, context) for section in Section]
    shown = [item for item in found if item.section is None or not item.blocking]
    done = sum(task["state"] == "done" for task in listed)
    return render(
        request,
        "markets/tasks.html",
        tasks=listed,
        checks=described(market_id, shown, given),
        counted=_counted(found),
        done=done,
        blocked=any(item.blocking for item in found),
        **context,
    )


@router.get("/{section}")
def section(request: Request, market_id: UUID, section: str) -> Response:
    """One section."""
    chosen = _section(section)
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
        context = _context(work, market_id, chosen)
    values = forms.section_fields(context["view"], chosen)
    return _page(request, chosen, 200, context, values)


@router.post("/{section}")
def save(request: Request, market_id: UUID, section: str, form: FormBody) -> Response:
    """Saves a section; what a colleague changed meanwhile is shown beside what was typed."""
    chosen = _section(section)
    if text(form, ADD_ROW):
        return _one_more_row(request, market_id, chosen, form)
    page = PAGES[chosen]
    try:
        with writing(request) as work:
            version = whole(form, "version")
            page.write(work, market_id, page.read(form), version)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _context(work, market_id, chosen)
            context |= _conflict(work, refusal)
        context["errors"] = {} if isinstance(refusal, Conflict) else errors_of(refusal)
        return _page(request, chosen, refusal.status, context, typed(form))
    return redirect(f"/marches/{market_id}/preparation")


def _one_more_row(request: Request, market_id: UUID, chosen: Section, form: Any) -> Response:
    """The same page with an empty row more: nothing typed is lost, nothing is saved."""
    with reading(request) as work:
        require(work, Permission.PREPARE_MARKET)
        context = _context(work, market_id, chosen)
    return _page(request, chosen, 200, context, typed(form), spare=1)


def _page(
    request: Request,
    chosen: Section,
    status: int,
    context: dict[str, Any],
    values: dict[str, Any],
    spare: int = 0,
) -> Response:
    prefix = {Section.CRITERIA: "criteria", Section.CREDITS: "lots"}.get(chosen, "")
    indexes = forms.rows_of(values, prefix, spare=spare) if prefix else []
    known: dict[str, Any] = {"values": _Fields(values), "indexes": indexes, "section": chosen.value}
    if chosen is Section.CRITERIA:
        known["total"] = _total(values, indexes)
    return render(request, PAGES[chosen].template, status=status, **context | known)


def _total(values: Mapping[str, Any], indexes: Sequence[int]) -> Decimal:
    """The points as typed; what cannot be read counts for nothing, and is told beside its field."""
    found = Decimal(0)
    for index in indexes:
        with suppress(Invalid):
            found += parse_percent(str(values.get(f"criteria.{index}.weight") or "0"))
    return found


class _Fields(dict[str, Any]):
    """Values of fields; one that was not typed is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _conflict(work: Work, refusal: Refusal) -> dict[str, Any]:
    """What a colleague saved meanwhile; the version read now lets the person decide."""
    if not isinstance(refusal, Conflict):
        return {}
    by = refusal.facts.get("by")
    name = work.session.exec(select(Person.name).where(col(Person.id) == by)).first()
    return {"conflict": refusal.facts | {"name": name or "Une autre personne"}}


def _context(work: Work, market_id: UUID, chosen: Section) -> dict[str, Any]:
    context = context_of(work, market_id)
    market = context["market"]
    context |= {"conflict": None, "errors": {}, "version": market["version"]}
    context["checks"] = _checks(work, market_id, chosen, market)
    category = work.get(Category, market["category_id"])
    if chosen is Section.CRITERIA:
        ranges = ranges_of(work, category)
        context |= _scoring(context["view"], ranges) | {"ranges": ranges}
    if chosen is Section.DELIVERY:
        context["criteria_choices"] = [
            (row["code"], row["label"]) for row in context["view"].criteria
        ]
    if chosen is Section.DEADLINE:
        context |= _dates(work, context)
    if chosen is Section.CREDITS:
        context["envelopes"] = _envelopes(work, category)
        context |= _need(work, context)
    return context


def _checks(
    work: Work, market_id: UUID, chosen: Section, market: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What the checks find on this page as it was saved; a page never saved is not scolded."""
    if market["launched_at"] is not None:
        return []
    touched = chosen.value in market["section_versions"]
    found = [
        item
        for item in findings(work, market_id)
        if item.section is chosen and (touched or not item.blocking)
    ]
    here = described(market_id, found, reasons.given(work, market_id))
    return [item | {"href": ""} for item in here]


def _scoring(view: MarketView, ranges: Sequence[CategoryCriterion]) -> dict[str, Any]:
    """How each criterion is scored as saved, and what a computed one may read."""
    return {
        "weighed": by_family(ranges, [dict(row) for row in view.criteria]),
        "scored": {row["code"]: how_scored(dict(row), view.frame) for row in view.criteria},
        "measurable": [(found.key, found.label) for found in measurable(view.frame)],
        "partings": max(1, len(view.row["tie_break"])),
    }


def _dates(work: Work, context: dict[str, Any]) -> dict[str, Any]:
    """The earliest day, the day proposed, the holidays on the way, the last day for questions."""
    calendar = calendar_of(work)
    system = work.get(PurchasingSystem, context["market"]["system_id"])
    formal = regime(Money(system.maximum_cents), Money(system.outside_cents)) is Regime.FORMAL
    deadline = context["market"]["deadline_at"]
    proposed = suggested_deadline(work.today, calendar)
    until = max(paris_date(moment) for moment in (proposed, deadline) if moment is not None)
    return {
        "today": work.today,
        "earliest": earliest_offers(work.today, calendar),
        "proposed": proposed,
        "proposed_question": last_question_day(proposed, formal),
        "last_question": last_question_day(deadline, formal) if deadline else None,
        "holidays": _holidays(work.today, until, calendar),
    }


def _holidays(first: date, last: date, calendar: Calendar) -> list[date]:
    """The public holidays while suppliers prepare their answers."""
    days = (first + timedelta(days=n) for n in range(1, min((last - first).days, MOST_DAYS) + 1))
    return [day for day in days if calendar.is_holiday(day)]


def _envelopes(work: Work, category: Category) -> list[dict[str, Any]]:
    """The category's envelopes with what is left on each and on its line."""
    query = (
        select(Envelope)
        .where(
            col(Envelope.organisation_id) == work.organisation_id,
            col(Envelope.category_id) == category.id,
        )
        .order_by(col(Envelope.year), col(Envelope.label))
    )
    found = []
    for row in work.session.exec(query).all():
        line = work.get(FundingLine, row.funding_line_id)
        left = funding.availability(work, line.id, row.id)
        found.append(
            {
                "id": row.id,
                "label": f"{row.label} – {line.label} ({line.year})",
                "left": left.envelope,
                "line_left": left.line,
                "basis": line.basis.upper(),
            }
        )
    return found


def _need(work: Work, context: dict[str, Any]) -> dict[str, Any]:
    system = work.get(PurchasingSystem, context["market"]["system_id"])
    return {
        "maximum": Money(system.maximum_cents),
        "committed": committed(work, system, but=context["view"].id) + Money(system.outside_cents),
    }


def _section(name: str) -> Section:
    if name not in {chosen.value for chosen in PAGES}:
        raise NotFound()
    return Section(name)


def _task(
    market_id: UUID, section: Section, found: list[Finding], context: dict[str, Any]
) -> dict[str, Any]:
    """A section of the list: done, or what keeps it from being."""
    mine = [item for item in found if item.section is section]
    blocking = [item.problem for item in mine if item.blocking]
    touched = section.value in context["market"]["section_versions"]
    state = "done" if not blocking else "missing" if touched else "todo"
    return {
        "title": section,
        "href": page_of(market_id, section),
        "state": state,
        "sentence": section_sentence(section, context),
        "problems": blocking,
    }


def _counted(found: Sequence[Finding]) -> str:
    """How many checks were made, and what they found."""
    checks = {check.id: check.blocking for check in CHECKS}
    met = {item.check for item in found}
    blocking = sum(checks[one] for one in met)
    look = len(met) - blocking
    said = [f"{len(CHECKS)} contrôles faits"]
    said += [f"{blocking} bloque{'nt' if blocking > 1 else ''} le lancement"] if blocking else []
    said += [f"{look} à regarder"] if look else []
    return " ; ".join(said) + "."
