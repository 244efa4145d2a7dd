"""The officer makes a category their own: its words, then the ranges its notice announces."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.catalogue import ranges_of
from app.deps import reading, redirect, writing
from app.rendering.french import number
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import answerable, parse, text, typed, whole
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, require
from sad.categories import queries, service
from sad.categories.schemas import CategoryChange, CategoryView, RangeInput
from sad.db.work import Work
from sad.kernel.errors import Incomplete, Invalid, NotFound, Problem, Refusal
from sad.kernel.french import parse_decimal
from sad.systems import queries as systems
from sad.systems.schemas import SystemView

router = page_router("/systemes")

WORDS = "systems/category.html"
RANGES = "systems/category_ranges.html"
WEIGHTS = ("weight_minimum", "weight_default", "weight_maximum")


@router.get("/{system_id}/categories/{category_id}")
def words(request: Request, system_id: UUID, category_id: UUID) -> Response:
    """What candidates read of the category; once published, its description alone may change."""
    with reading(request) as work:
        context = _context(work, system_id, category_id)
    view = context["category"]
    values = view.model_dump() | {"required_documents": "\n".join(view.required_documents)}
    return render(request, WORDS, values=values, **context)


@router.post("/{system_id}/categories/{category_id}")
def save_words(request: Request, system_id: UUID, category_id: UUID, form: FormBody) -> Response:
    """Saves them; somebody else's change meanwhile is told, nothing typed is lost."""
    try:
        with writing(request) as work:
            context = _context(work, system_id, category_id)
            data = parse(CategoryChange, form, **_said(form, context["system"]))
            service.change(work, category_id, data)
    except Refusal as refusal:
        return _again(request, refusal, WORDS, form, system_id, category_id)
    return redirect(f"/systemes/{system_id}/categories")


@router.get("/{system_id}/categories/{category_id}/criteres")
def ranges(request: Request, system_id: UUID, category_id: UUID) -> Response:
    """The ranges the notice will announce, a line a family (P9)."""
    with reading(request) as work:
        context = _context(work, system_id, category_id)
    values = {
        f"{weight}.{row.family}": number(getattr(row, weight))
        for row in context["category"].ranges
        for weight in WEIGHTS
    }
    return render(request, RANGES, values=values, **context)


@router.post("/{system_id}/categories/{category_id}/criteres")
def save_ranges(request: Request, system_id: UUID, category_id: UUID, form: FormBody) -> Response:
    """Saves them whole; a family left empty is not announced."""
    try:
        with writing(request) as work:
            context = _context(work, system_id, category_id)
            typed_ranges = _typed(form, context["families"])
            service.set_ranges(work, category_id, whole(form, "version"), typed_ranges)
    except Refusal as refusal:
        return _again(request, refusal, RANGES, form, system_id, category_id)
    return redirect(f"/systemes/{system_id}/categories")


def _context(work: Work, system_id: UUID, category_id: UUID) -> dict[str, Any]:
    require(work, Permission.MANAGE_SYSTEM)
    system = systems.one(work, system_id)
    for view in queries.of_system(work, system.organisation_id, system_id):
        if view.id == category_id:
            return {"system": system, "category": view, "families": _families(view)}
    raise NotFound()


def _families(view: CategoryView) -> list[RangeInput]:
    """The families announced, then those of the catalogue that are not."""
    announced = [RangeInput.model_validate(row.model_dump()) for row in view.ranges]
    known = {row.family for row in announced}
    return announced + [row for row in ranges_of(view.code) if row.family not in known]


def _typed(form: FormData, families: Sequence[RangeInput]) -> list[RangeInput]:
    """A range a family with at least one weight typed; Incomplete names every unreadable cell."""
    found: list[RangeInput] = []
    problems: list[Problem] = []
    for row in families:
        cells = {weight: text(form, f"{weight}.{row.family}") for weight in WEIGHTS}
        if any(cells.values()):
            weights, wrong = _weights(row.family, cells)
            problems += wrong
            found.append(row.model_copy(update=weights))
    if problems:
        raise Incomplete(problems)
    return found


def _weights(family: str, cells: Mapping[str, str]) -> tuple[dict[str, Decimal], list[Problem]]:
    """The three weights of a family, an empty one being zero."""
    weights: dict[str, Decimal] = {}
    problems: list[Problem] = []
    for weight, cell in cells.items():
        where = f"{weight}.{family}"
        try:
            weights[weight] = parse_decimal(cell or "0", 2, where=where)
        except Invalid as wrong:
            problems.append(Problem(wrong.code, where, wrong.facts))
            continue
        if not 0 <= weights[weight] <= 100:
            problems.append(Problem("categories.weight_out_of_bounds", where, {}))
    return weights, problems


def _said(form: FormData, system: SystemView) -> dict[str, Any]:
    """What is not plain text; a text emptied is emptied, where it may still change."""
    if system.published_at is not None:
        return {"version": whole(form, "version"), "description": text(form, "description")}
    lines = text(form, "required_documents").splitlines()
    return {
        "version": whole(form, "version"),
        "required_documents": [line.strip() for line in lines if line.strip()],
        "group_exclusive": text(form, "group_exclusive") == "oui",
        **{
            name: text(form, name) for name in ("description", "selection_criteria", "ordinary_use")
        },
    }


def _again(
    request: Request,
    refusal: Refusal,
    template: str,
    form: FormData,
    system_id: UUID,
    category_id: UUID,
) -> Response:
    """The page again, with what was typed and what is wrong."""
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = _context(work, system_id, category_id)
    context |= {"values": typed(form), "errors": errors_of(refusal)}
    return render(request, template, status=refusal.status, **context)
