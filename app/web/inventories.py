"""Needs inventories: a file taken in, what was understood of it, then what it adds up to."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData, UploadFile

from app import inventory_job
from app.deps import reading, redirect, wiring_of, writing
from app.guard.limits import LIMITS, MEBIBYTE
from app.guard.refusals import FileTooLarge
from app.rendering.inventory_xlsx import inventory_xlsx
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import htmx
from app.web import inventory_words as says
from app.web.downloads import sheet_file
from app.web.forms import answerable, parse, text, texts, typed
from app.web.market_words import KINDS
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission, may, require
from sad.db.work import Work
from sad.inventories import queries, service, sums
from sad.inventories.scenarios import of_inventory
from sad.inventories.schemas import InventoryView, KeepInput
from sad.inventories.states import InventoryState
from sad.kernel.errors import Invalid, Refusal
from sad.markets.picking import markets_of, picked
from sad.systems import queries as systems

router = page_router("/inventaires")
MOST = LIMITS["inventory"].upload


class FileMissing(Invalid):
    """No file was chosen."""

    code = "inventories.file_missing"


@router.get("")
def listed(request: Request) -> Response:
    """Every inventory, and the way to bring one."""
    with reading(request) as work:
        context = _listed(work)
    return render(request, "inventories/index.html", **context)


@router.post("")
def upload(request: Request, form: FormBody) -> Response:
    """Takes a file in: it is read apart, and its page says how far the reading is."""
    sent = form.get("file")
    try:
        with reading(request) as work:
            require(work, Permission.PREPARE_MARKET)
        name, data = _file(sent)
        with writing(request) as work:
            inventory_id = service.start(work, _system(work, form), name).id
            actor = work.actor
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _listed(work)
        context |= {"errors": errors_of(refusal), "values": typed(form)}
        return render(request, "inventories/index.html", status=refusal.status, **context)
    finally:
        if isinstance(sent, UploadFile):
            sent.file.close()  # what spools to disk must not stay there
    inventory_job.start(wiring_of(request), actor, inventory_id, name, data)
    return redirect(f"/inventaires/{inventory_id}")


@router.get("/{inventory_id}")
def show(request: Request, inventory_id: UUID) -> Response:
    """What it is: being read, refused, to be checked, or kept."""
    with reading(request) as work:
        context = context_of(work, inventory_id)
    view: InventoryView = context["view"]
    if view.state is InventoryState.READING:
        block = "progress" if htmx.is_fragment(request) else None
        return render(request, "inventories/reading.html", block=block, **context)
    if htmx.is_fragment(request):  # the reading is over: the whole page takes its place
        return htmx.go(Response(), f"/inventaires/{inventory_id}")
    if view.state is InventoryState.REFUSED:
        return render(request, "inventories/refused.html", **context)
    template = "understood" if view.state is InventoryState.READ else "show"
    return render(request, f"inventories/{template}.html", **context)


@router.post("/{inventory_id}/enregistrer")
def keep(request: Request, inventory_id: UUID, form: FormBody) -> Response:
    """Keeps what was understood, under a name, with the routes bought through the system."""
    try:
        with writing(request) as work:
            given = parse(KeepInput, form, routes=texts(form, "routes"), labels=_labels(form))
            scenario_id = service.keep(work, inventory_id, given).id
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = context_of(work, inventory_id)
        context |= {"errors": errors_of(refusal), "values": typed(form)}
        return render(request, "inventories/understood.html", status=refusal.status, **context)
    return redirect(f"/inventaires/{inventory_id}/scenarios/{scenario_id}")


@router.post("/{inventory_id}/ecarter")
def discard(request: Request, inventory_id: UUID) -> Response:
    """Puts the file aside."""
    with writing(request) as work:
        service.discard(work, inventory_id)
    return redirect("/inventaires")


@router.get("/{inventory_id}/scenarios/{scenario_id}/tableur")
def export(request: Request, inventory_id: UUID, scenario_id: UUID) -> Response:
    """The scenario as a coloured spreadsheet, with its legend."""
    with reading(request) as work:
        view = queries.one(work, inventory_id)
        scenario = of_inventory(work, inventory_id, scenario_id)
        lines = queries.lines(work, inventory_id, scenario_id, picked(work, inventory_id))
        name = f"{view.name} – {scenario.name}"
    return sheet_file(inventory_xlsx(view, name, lines), f"{name}.xlsx")


def context_of(work: Work, inventory_id: UUID) -> dict[str, Any]:
    """What every page of one inventory shows, as its file says it."""
    view = queries.one(work, inventory_id)
    lines = queries.lines(work, inventory_id)
    gone = picked(work, inventory_id)
    return {
        "view": view,
        "lines": lines,
        "totals": says.totals(view, lines, says.plans(work, view)),
        "picked": len(gone),
        "asked": sums.total(line for line in lines if line.id in gone).amount,
        "markets": [(one, KINDS[one.phase]) for one in markets_of(work, inventory_id)],
        "editable": may(work, Permission.PREPARE_MARKET),
        "steps": says.STEPS,
    }


def _listed(work: Work) -> dict[str, Any]:
    found = queries.listed(work)
    return {
        "inventories": found,
        "systems": [(str(row.id), row.title) for row in systems.of_organisation(work)],
        "editable": may(work, Permission.PREPARE_MARKET),
        "most": MOST // MEBIBYTE,
    }


def _system(work: Work, form: FormData) -> UUID:
    """The system named, or the only one there is."""
    rows = systems.of_organisation(work)
    named = text(form, "system_id")
    found = [row.id for row in rows if str(row.id) == named or (not named and len(rows) == 1)]
    if not found:
        raise SystemMissing(where="system_id")
    return found[0]


class SystemMissing(Invalid):
    """An inventory is that of a system."""

    code = "field.choice"


def _labels(form: FormData) -> dict[str, str]:
    """The routes worded otherwise: fields `label.<id>`."""
    given = {name.partition(".")[2]: text(form, name) for name in form if name.startswith("label.")}
    return {route: label for route, label in given.items() if label}


def _file(sent: object) -> tuple[str, bytes]:
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise FileMissing(where="file")
    data = sent.file.read(MOST + 1)
    if len(data) > MOST:
        raise FileTooLarge(where="file", most=MOST // MEBIBYTE)
    return sent.filename, data
