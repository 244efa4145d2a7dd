"""Scenarios of an inventory: lines changed in bulk, two compared, some drafted as a market."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData, QueryParams

from app.deps import once, reading, redirect, writing
from app.market_defaults import proposal
from app.rendering.french import counted
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import htmx
from app.web import inventory_words as says
from app.web.forms import answerable, parse, text, texts, typed
from app.web.market_forms import Reader
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, may, require
from sad.categories.tables import Category
from sad.db.work import Work
from sad.inventories import queries, scenarios, steps, sums
from sad.inventories.scenarios import of_inventory
from sad.inventories.schemas import (
    ChangeInput,
    InventoryView,
    LineView,
    Narrowing,
    ScenarioInput,
)
from sad.kernel.errors import Invalid, NotFound, Refusal
from sad.kernel.french import parse_money, parse_quantity
from sad.markets.picking import (
    Picking,
    Proposal,
    check_pickable,
    chosen_lines,
    draft_from_lines,
    grid_lines,
    picked,
)

router = page_router("/inventaires/{inventory_id}")
SHOWN = 100  # lines of one page
FILTERS = {
    "niveau": "level",
    "espace": "room",
    "type": "kind",
    "categorie": "category",
    "filiere": "route",
    "demande": "market",
    "texte": "text",
}


class TitleMissing(Invalid):
    """A market is drafted with its object."""

    code = "field.missing"


class CategoryMissing(Invalid):
    """A market is drafted in a category."""

    code = "field.choice"


@router.get("/scenarios/{scenario_id}")
def show(request: Request, inventory_id: UUID, scenario_id: UUID) -> Response:
    """The scenario: its totals, its lines through a filter, what can be done with them."""
    with reading(request) as work:
        context = _context(work, inventory_id, scenario_id, request.query_params)
    return render(request, "inventories/scenario.html", **context)


@router.post("/scenarios")
def create(request: Request, inventory_id: UUID, form: FormBody) -> Response:
    """One more scenario, a copy of the one looked at."""
    try:
        with writing(request) as work:
            given = parse(ScenarioInput, form)
            scenario_id = scenarios.create(work, inventory_id, given).id
    except Refusal as refusal:
        return _again(request, inventory_id, text(form, "copied_from"), form, refusal)
    return redirect(f"/inventaires/{inventory_id}/scenarios/{scenario_id}")


@router.post("/scenarios/{scenario_id}/renommer")
def rename(request: Request, inventory_id: UUID, scenario_id: UUID, form: FormBody) -> Response:
    """Calls it otherwise."""
    try:
        with writing(request) as work:
            given = parse(ScenarioInput, form, name=text(form, "new_name"))
            scenarios.rename(work, inventory_id, scenario_id, given.name)
    except Refusal as refusal:
        return _again(request, inventory_id, str(scenario_id), form, refusal)
    return redirect(f"/inventaires/{inventory_id}/scenarios/{scenario_id}")


@router.post("/scenarios/{scenario_id}/retirer")
def remove(request: Request, inventory_id: UUID, scenario_id: UUID) -> Response:
    """Takes it away."""
    with writing(request) as work:
        scenarios.remove(work, inventory_id, scenario_id)
    return redirect(f"/inventaires/{inventory_id}")


@router.post("/scenarios/{scenario_id}/changer")
def change(request: Request, inventory_id: UUID, scenario_id: UUID, form: FormBody) -> Response:
    """Says the ticked lines otherwise; the totals come back at once."""
    try:
        with writing(request) as work:
            chosen = _chosen(work, inventory_id, scenario_id, form)
            count = scenarios.change(work, inventory_id, scenario_id, _change(form, chosen))
    except Refusal as refusal:
        return _again(request, inventory_id, str(scenario_id), form, refusal)
    done = f"{counted(count, 'ligne')} : c'est fait, les totaux sont à jour."
    return _worked(request, inventory_id, scenario_id, form, done)


@router.post("/scenarios/{scenario_id}/annuler")
def undo(request: Request, inventory_id: UUID, scenario_id: UUID, form: FormBody) -> Response:
    """Puts back what the last change replaced; the totals come back at once."""
    try:
        with writing(request) as work:
            step = (_ids([text(form, "step")]) or [scenario_id])[0]  # no step has a scenario's id
            count = scenarios.undo(work, inventory_id, scenario_id, step)
    except Refusal as refusal:
        return _again(request, inventory_id, str(scenario_id), form, refusal)
    done = f"{counted(count, 'ligne')} : le changement est annulé, les totaux sont à jour."
    return _worked(request, inventory_id, scenario_id, form, done)


@router.post("/scenarios/{scenario_id}/preparer")
def prepare(request: Request, inventory_id: UUID, scenario_id: UUID, form: FormBody) -> Response:
    """Shows the market the ticked lines would make: its category, its object, its grid."""
    try:
        with reading(request) as work:
            require(work, Permission.PREPARE_MARKET)
            chosen = _chosen(work, inventory_id, scenario_id, form)
            lines = chosen_lines(work, inventory_id, scenario_id, chosen)
            check_pickable(lines, again=True)
            context = _picking(work, inventory_id, scenario_id, lines)
    except Refusal as refusal:
        return _again(request, inventory_id, str(scenario_id), form, refusal)
    return render(request, "inventories/pick.html", **context)


@router.post("/scenarios/{scenario_id}/marche")
def draft(request: Request, inventory_id: UUID, scenario_id: UUID, form: FormBody) -> Response:
    """Makes the draft, once."""
    chosen = _ids(text(form, "chosen").split(","))

    def do(work: Work) -> str:
        category = work.get(Category, _category(form))
        if not text(form, "title"):
            raise TitleMissing(where="title")
        given = Picking(
            inventory_id,
            scenario_id,
            chosen,
            category.id,
            text(form, "title"),
            grouped=bool(text(form, "grouped")),
            again=bool(text(form, "again")),
        )
        market = draft_from_lines(work, given, Proposal(*proposal(category.code)))
        return f"/marches/{market.id}/grille"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            lines = chosen_lines(work, inventory_id, scenario_id, chosen)
            context = _picking(work, inventory_id, scenario_id, lines)
        context |= {"errors": errors_of(refusal), "values": typed(form)}
        return render(request, "inventories/pick.html", status=refusal.status, **context)


@router.get("/comparer")
def compare(request: Request, inventory_id: UUID, un: str = "", deux: str = "") -> Response:
    """Two scenarios side by side: their totals, then the lines they do not say alike."""
    with reading(request) as work:
        view = queries.one(work, inventory_id)
        sides = [_side(work, view, named, place) for place, named in enumerate((un, deux))]
    first, second = sides
    ours, theirs = first["totals"], second["totals"]
    context: dict[str, Any] = {
        "view": view,
        "sides": sides,
        "routes": says.routes_beside(ours, theirs),
        "categories": says.categories_beside(ours, theirs),
        "different": sums.differences(first["lines"], second["lines"]),
    }
    return render(request, "inventories/compare.html", **context)


def _side(work: Work, view: InventoryView, named: str, place: int) -> dict[str, Any]:
    """A scenario with its lines and totals; the first and the last when none is named."""
    listed = view.scenarios
    if not listed:
        raise NotFound()
    chosen = [one for one in listed if str(one.id) == named]
    scenario = chosen[0] if chosen else listed[-place]
    lines = queries.lines(work, view.id, scenario.id)
    totals = says.totals(view, lines, says.plans(work, view))
    return {"scenario": scenario, "lines": lines, "totals": totals}


def _context(
    work: Work, inventory_id: UUID, scenario_id: UUID, asked: QueryParams | FormData
) -> dict[str, Any]:
    view = queries.one(work, inventory_id)
    scenario = next((one for one in view.scenarios if one.id == scenario_id), None)
    if scenario is None:
        raise NotFound()
    lines = queries.lines(work, inventory_id, scenario_id, picked(work, inventory_id))
    narrowing = _narrowing(asked)
    found = sums.narrowed(lines, narrowing)
    page = _page(asked, len(found))
    return {
        "view": view,
        "scenario": scenario,
        "totals": says.totals(view, lines, says.plans(work, view)),
        "lines": found[(page - 1) * SHOWN : page * SHOWN],
        "found": len(found),
        "page": page,
        "pages": -(-len(found) // SHOWN),
        "narrowed_at": _address(inventory_id, scenario_id, asked),
        "sum": sums.total(found),
        "filters": {name: getattr(narrowing, said) for name, said in FILTERS.items()},
        "narrowed": any(asdict(narrowing).values()),
        "choices": says.choices(view, lines),
        "editable": may(work, Permission.PREPARE_MARKET),
        "done": "",
        "undo": says.step(view, steps.last(work, of_inventory(work, inventory_id, scenario_id))),
        "ticked": set(),
        "values": {},
    }


def _picking(
    work: Work, inventory_id: UUID, scenario_id: UUID, lines: list[LineView]
) -> dict[str, Any]:
    view = queries.one(work, inventory_id)
    counts: dict[str, int] = {}
    for line in lines:
        if line.category_id:
            key = str(line.category_id)
            counts[key] = counts.get(key, 0) + 1
    columns = Proposal().columns
    category = max(counts, key=lambda key: counts[key]) if counts else ""
    return {
        "view": view,
        "fit": says.fit(view, says.plans(work, view), category, sums.total(lines).amount),
        "scenario_id": scenario_id,
        "chosen": ",".join(str(line.id) for line in lines),
        "lines": lines,
        "grouped": grid_lines(lines, columns, grouped=True),
        "sum": sums.total(lines),
        "gone": [line for line in lines if line.markets],
        "categories": len(counts),
        "values": {
            "category_id": category,
            "grouped": "oui",
            "title": lines[0].designation if len({line.kind for line in lines}) == 1 else "",
        },
    }


def _again(
    request: Request, inventory_id: UUID, scenario_id: str, form: FormData, refusal: Refusal
) -> Response:
    """The scenario's page with what was refused; a fragment when htmx asks for one."""
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        named = _ids([scenario_id]) or [queries.one(work, inventory_id).scenarios[0].id]
        context = _context(work, inventory_id, named[0], form)
    context |= {"errors": errors_of(refusal), "values": typed(form)}
    context["ticked"] = set(texts(form, "lines"))
    block = "work" if htmx.is_fragment(request) else None
    return render(
        request, "inventories/scenario.html", block=block, status=refusal.status, **context
    )


def _worked(
    request: Request, inventory_id: UUID, scenario_id: UUID, form: FormData, done: str
) -> Response:
    """The scenario once changed, its lines narrowed as they were."""
    if not htmx.is_fragment(request):
        return redirect(_address(inventory_id, scenario_id, form))
    with reading(request) as work:
        context = _context(work, inventory_id, scenario_id, form) | {"done": done}
    return render(request, "inventories/scenario.html", block="work", **context)


def _chosen(work: Work, inventory_id: UUID, scenario_id: UUID, form: FormData) -> list[UUID]:
    """The lines ticked, or all those of the filter."""
    if not text(form, "toutes"):
        return _ids(texts(form, "lines"))
    lines = queries.lines(work, inventory_id, scenario_id, picked(work, inventory_id))
    return [line.id for line in sums.narrowed(lines, _narrowing(form))]


def _change(form: FormData, chosen: list[UUID]) -> ChangeInput:
    reader = Reader(form)
    return reader.build(
        ChangeInput,
        {
            "lines": chosen,
            "route_id": text(form, "route_id") or None,
            "category_id": text(form, "category_id") or None,
            "quantity": reader.read("quantity", parse_quantity),
            "unit_price": reader.read("unit_price", parse_money),
            "as_in_file": bool(text(form, "as_in_file")),
        },
    )


def _narrowing(asked: QueryParams | FormData) -> Narrowing:
    given = {said: str(asked.get(name, ""))[:500] for name, said in FILTERS.items()}
    return Narrowing(**given)


def _page(asked: QueryParams | FormData, found: int) -> int:
    """The page asked, the last one at most."""
    named = str(asked.get("page", ""))
    wanted = int(named) if named.isascii() and named.isdigit() and len(named) < 6 else 1
    return max(1, min(wanted, -(-found // SHOWN)))


def _address(inventory_id: UUID, scenario_id: UUID, asked: QueryParams | FormData) -> str:
    """The scenario's page, its lines narrowed as they were."""
    kept = {name: str(asked.get(name, "")) for name in FILTERS if asked.get(name)}
    return f"/inventaires/{inventory_id}/scenarios/{scenario_id}?{QueryParams(kept)}".rstrip("?")


def _category(form: FormData) -> UUID:
    found = _ids([text(form, "category_id")])
    if not found:
        raise CategoryMissing(where="category_id")
    return found[0]


def _ids(named: list[str]) -> list[UUID]:
    """The ids among these texts; anything else is left out."""
    found = []
    for each in named:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found
