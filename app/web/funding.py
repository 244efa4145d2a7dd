"""Credits at a glance, line by line, as an account; what may be changed is in `funding_acts`."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from app.deps import once, reading
from app.rendering.tabular import csv_bytes
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import funding_words as says
from app.web.days import end_of_day, start_of_day
from app.web.forms import answerable, parse
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, may, require
from sad.db.work import Work
from sad.funding import queries
from sad.funding.account import Narrowing
from sad.funding.journal import agrees
from sad.funding.schemas import Balance, EnvelopeView, LineView, MovementPage
from sad.funding.states import MovementKind
from sad.kernel.errors import Refusal
from sad.markets import carrying
from sad.markets.schemas import CarryInput

router = page_router("/credits")
WHOLE = 100_000  # movements in one export
Typed = Annotated[str, Query(max_length=60)]
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Year = Annotated[int, Query(ge=1900, le=2200)]


@router.get("")
def overview(request: Request) -> Response:
    """Every line with its envelopes."""
    with reading(request) as work:
        lines = queries.overview(work)
        context: dict[str, Any] = {"lines": lines, "manage": _manage(work)}
        context["alerts"] = queries.alerts(lines)
        year = work.today.year
    return render(request, "funding/overview.html", says=says, year=year, **context)


@router.get("/cloture")
def year_end(request: Request, annee: Year | None = None) -> Response:
    """What a year leaves open."""
    with reading(request) as work:
        context = _year_end(work, work.today.year if annee is None else annee)
    return render(request, "funding/year_end.html", **context)


@router.post("/cloture")
def carry_over(request: Request, form: FormBody, annee: Year | None = None) -> Response:
    """Reserves a market's credits again on a later year, once (P5)."""

    def do(work: Work) -> str:
        require(work, Permission.MANAGE_FUNDING)
        carrying.carry(work, parse(CarryInput, form))
        return f"/credits/cloture?annee={annee or work.today.year}"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _year_end(work, annee or work.today.year)
        errors = errors_of(refusal)
        return render(
            request, "funding/year_end.html", status=refusal.status, errors=errors, **context
        )


@router.get("/cloture.csv")
def year_end_file(request: Request, annee: Year | None = None) -> Response:
    """The same as a spreadsheet."""
    with reading(request) as work:
        year = work.today.year if annee is None else annee
        end = queries.year_end(work, year)
    return _csv(f"cloture-{year}", says.YEAR_END_HEAD, says.year_end_rows(end))


@router.get("/lignes/{line_id:uuid}")
def line(
    request: Request,
    line_id: UUID,
    nature: Typed = "",
    enveloppe: Typed = "",
    du: Typed = "",
    jusquau: Typed = "",
    au: Typed = "",
    avant: Before = None,
) -> Response:
    """The account of a line."""
    asked = {"nature": nature, "enveloppe": enveloppe, "du": du, "jusquau": jusquau, "au": au}
    with reading(request) as work:
        view = queries.line(work, line_id)
        then = end_of_day(au, "au")
        context: dict[str, Any] = {
            "line": view,
            "page": queries.movements(work, line_id, _narrowing(asked), before=avant),
            "then": _then(work, view, view.envelopes, then) if then else None,
            "agrees": agrees(work, line_id) if may(work, Permission.READ_JOURNAL) else None,
            "manage": _manage(work),
        }
    return render(
        request, "funding/line.html", says=says, asked=asked, first=avant is None, **context
    )


@router.get("/lignes/{line_id:uuid}/mouvements.csv")
def line_file(request: Request, line_id: UUID) -> Response:
    """The whole account of a line."""
    with reading(request) as work:
        view = queries.line(work, line_id)
        page = queries.movements(work, line_id, limit=WHOLE)
    return _account_file(f"ligne-{view.year}-{view.label}", page)


@router.get("/enveloppes/{envelope_id:uuid}")
def envelope(
    request: Request,
    envelope_id: UUID,
    nature: Typed = "",
    du: Typed = "",
    jusquau: Typed = "",
    au: Typed = "",
    avant: Before = None,
) -> Response:
    """The account of an envelope."""
    asked = {"nature": nature, "enveloppe": str(envelope_id), "du": du, "jusquau": jusquau}
    with reading(request) as work:
        view, mine = queries.envelope(work, envelope_id)
        then = end_of_day(au, "au")
        context: dict[str, Any] = {
            "line": view,
            "envelope": mine,
            "page": queries.movements(work, view.id, _narrowing(asked), before=avant),
            "then": _then(work, None, [mine], then) if then else None,
            "manage": _manage(work),
        }
    asked["au"] = au
    return render(
        request, "funding/envelope.html", says=says, asked=asked, first=avant is None, **context
    )


@router.get("/enveloppes/{envelope_id:uuid}/mouvements.csv")
def envelope_file(request: Request, envelope_id: UUID) -> Response:
    """The whole account of an envelope."""
    with reading(request) as work:
        view, mine = queries.envelope(work, envelope_id)
        page = queries.movements(work, view.id, Narrowing(envelope_id=envelope_id), limit=WHOLE)
    return _account_file(f"enveloppe-{mine.label}", page)


def _year_end(work: Work, year: int) -> dict[str, Any]:
    """What the year leaves open, and for the officer the envelopes it may go on with."""
    return {
        "says": says,
        "end": queries.year_end(work, year),
        "years": sorted({line.year for line in queries.overview(work)} | {year}, reverse=True),
        "manage": _manage(work),
        "destinations": carrying.destinations(work, year) if _manage(work) else {},
    }


def _manage(work: Work) -> bool:
    return may(work, Permission.MANAGE_FUNDING)


def _then(
    work: Work, line: LineView | None, envelopes: list[EnvelopeView], instant: datetime
) -> dict[str, Any]:
    """What was left at the end of a past day, on the line and in each envelope."""
    found: list[tuple[str, Balance]] = []
    if line is not None:
        found.append((line.label, queries.line_as_of(work, line.id, instant)))
    for one in envelopes:
        found.append((one.label, queries.envelope_as_of(work, one.id, instant)))
    return {"at": instant, "balances": found}


def _narrowing(asked: dict[str, str]) -> Narrowing:
    """The filters typed; those that mean nothing are ignored, dates must be dates."""
    kind = asked["nature"] if asked["nature"] in set(MovementKind) else None
    envelope_id: UUID | None = None
    if asked["enveloppe"]:
        try:
            envelope_id = UUID(asked["enveloppe"])
        except ValueError:
            envelope_id = UUID(int=0)  # no such envelope: an empty account
    until = end_of_day(asked["jusquau"], "jusquau")
    return Narrowing(
        envelope_id=envelope_id,
        kind=MovementKind(kind) if kind else None,
        since=start_of_day(asked["du"], "du"),
        until=until + timedelta(microseconds=1) if until else None,
    )


def _account_file(name: str, page: MovementPage) -> Response:
    return _csv(name, says.HEAD, says.account_rows(page.movements))


def _csv(name: str, head: Any, rows: Any) -> Response:
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name).strip("-")
    return Response(
        csv_bytes(head, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="credits-{plain}.csv"'},
    )
