"""The supplier's file: what it is, its papers kept ready, its people."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from app.deps import reading, redirect, wiring_of, writing
from app.multipart import FileTooBig, multipart_of
from app.routing import page_router, replayed
from app.security.csrf import FormBody
from app.web.downloads import kept_file
from app.web.forms import answerable, parse, text, texts, typed
from app.web.pages import errors_of, render
from sad.accounts.permissions import require_supplier
from sad.accounts.rules import local_path
from sad.db.work import Work
from sad.kernel.errors import Invalid, Refusal
from sad.suppliers import papers, queries, service
from sad.suppliers.papers import KeptFile
from sad.suppliers.schemas import PaperInput, PersonInput, SupplierChange
from sad.suppliers.states import PaperKind, SupplierKind, SupplierLabel

router = page_router("/mon-dossier")

FILE, EDIT, PAPER, PERSON = (
    "suppliers/file.html",
    "suppliers/edit.html",
    "suppliers/paper.html",
    "suppliers/person.html",
)
MOST, DRAINED = 20 * 1024 * 1024, 200 * 1024 * 1024  # bytes of a paper; of a refused form


class FileMissing(Invalid):
    """A paper came without its file."""

    code = "suppliers.file_missing"


@router.get("")
def show(request: Request) -> Response:
    """The whole file."""
    with reading(request) as work:
        mine = queries.mine(work)
        context: dict[str, Any] = {
            "supplier": mine,
            "members": queries.members(work),
            "papers": (kept := papers.kept(work, mine.id)),
            "missing_papers": papers.not_ready(kept),
            "kinds": [SupplierKind(kind) for kind in mine.kinds],
            "labels": [SupplierLabel(label) for label in mine.labels],
        }
    return render(request, FILE, **context)


@router.get("/modifier")
def edit(request: Request) -> Response:
    """What the structure says of itself."""
    with reading(request) as work:
        context = _edit(work)
    return render(request, EDIT, **context)


@router.post("/modifier")
def save(request: Request, form: FormBody) -> Response:
    """Saves it; VAT was asked once and is changed here only (P17)."""
    try:
        with writing(request) as work:
            change = parse(
                SupplierChange,
                form,
                kinds=texts(form, "kinds"),
                labels=texts(form, "labels"),
                agreements=_agreements(form),
            )
            emptied = {name: "" for name in ("area", "capacity", "address") if name in form}
            given = emptied | change.model_dump(exclude_unset=True)
            service.change(work, SupplierChange.model_validate(given))
    except Refusal as refusal:
        return _again(request, refusal, EDIT, form, _edit)
    return redirect("/mon-dossier")


@router.get("/pieces")
def new_paper(request: Request, genre: str = "", intitule: str = "", suite: str = "") -> Response:
    """A paper to keep ready; from a candidature, the one it asks for."""
    with reading(request) as work:
        context = _paper(work)
    values = {"kind": genre, "title": intitule, "suite": local_path(suite) or ""}
    return render(request, PAPER, **context | {"values": values})


@router.post("/pieces")
async def add_paper(request: Request, form: FormBody) -> Response:
    """Keeps it, encrypted; goes back where it was asked. It never lies in clear on a disk."""
    await run_in_threadpool(_suppliers_only, request)  # before anything is read
    content, name = b"", ""
    body = multipart_of(request)
    try:
        if (part := await body.next_file()) is not None:
            name, content = part.filename, await body.whole(MOST)
    except FileTooBig as refusal:
        await body.drain(DRAINED)
        return await run_in_threadpool(_again, request, refusal, PAPER, form, _paper)
    return await run_in_threadpool(replayed(_add_paper), request, form, name, content)


def _suppliers_only(request: Request) -> None:
    with reading(request) as work:
        require_supplier(work)


def _add_paper(request: Request, form: FormData, name: str, content: bytes) -> Response:
    following = local_path(text(form, "suite")) or "/mon-dossier#pieces"
    wiring = wiring_of(request)
    kept: KeptFile | None = None
    try:
        data = parse(PaperInput, form)
        if not name:
            raise FileMissing(where="file")
        kept = papers.keep_file(wiring.store, name, len(content), iter([content]), wiring.scanner)
        with writing(request) as work:
            papers.add_paper(work, data, kept)
    except Refusal as refusal:
        if kept is not None:
            wiring.store.delete(kept.object_name)
        return _again(request, refusal, PAPER, form, _paper)
    return redirect(following)


@router.get("/pieces/{paper_id}")
def read_paper(request: Request, paper_id: UUID) -> Response:
    """One of one's own papers."""
    with reading(request) as work:
        row = papers.own_paper(work, paper_id)
        blocks = papers.content(work, row, wiring_of(request).store)
    return kept_file(blocks, row.name, row.media_type)


@router.post("/pieces/{paper_id}/retirer")
def remove_paper(request: Request, paper_id: UUID) -> Response:
    """Takes it out of the file."""
    with writing(request) as work:
        papers.remove_paper(work, paper_id)
    return redirect("/mon-dossier#pieces")


@router.get("/personnes")
def new_person(request: Request) -> Response:
    """A colleague to invite."""
    with reading(request) as work:
        context = _nothing(work)
    return render(request, PERSON, **context)


@router.post("/personnes")
def invite(request: Request, form: FormBody) -> Response:
    """Mails the invitation."""
    try:
        with writing(request) as work:
            service.invite(work, parse(PersonInput, form))
    except Refusal as refusal:
        return _again(request, refusal, PERSON, form, _nothing)
    return redirect("/mon-dossier#personnes")


@router.post("/personnes/{person_id}/fin")
def end_person(request: Request, person_id: UUID) -> Response:
    """Ends a colleague's access."""
    with writing(request) as work:
        service.end_person(work, person_id)
    return redirect("/mon-dossier#personnes")


def _edit(work: Work) -> dict[str, Any]:
    mine = queries.mine(work)
    values = mine.model_dump(exclude_none=True)
    if mine.vat_rate is not None:
        values["vat_rate"] = f"{mine.vat_rate:f}".replace(".", ",")
    for row, agreement in enumerate(mine.agreements):
        values |= {f"agreements.{row}.{name}": value for name, value in agreement.items()}
    return {
        "supplier": mine,
        "values": values,
        "kinds": list(SupplierKind),
        "labels": list(SupplierLabel),
        "rows": range(len(mine.agreements) + 1),
    }


def _paper(work: Work) -> dict[str, Any]:
    require_supplier(work)
    return {"kinds": list(PaperKind)}


def _nothing(work: Work) -> dict[str, Any]:
    return {"supplier": queries.mine(work)}


def _agreements(form: FormData) -> list[dict[str, str]]:
    """The rows typed; those without a type are left out."""
    found, row = [], 0
    while f"agreements.{row}.type" in form:
        line = {
            name: text(form, f"agreements.{row}.{name}")
            for name in ("type", "number", "valid_until")
        }
        if line["type"]:
            found.append({name: value for name, value in line.items() if value})
        row += 1
    return found


def _again(
    request: Request, refusal: Refusal, template: str, form: FormData, known: Any
) -> Response:
    """The page again, with what was typed and what is wrong."""
    if not answerable(refusal) and not isinstance(refusal, FileTooBig):
        raise refusal
    with reading(request) as work:
        context = known(work)
    values = typed(form)
    values |= {name: texts(form, name) for name in ("kinds", "labels")}
    context |= {"values": context.get("values", {}) | values, "errors": errors_of(refusal)}
    return render(request, template, status=refusal.status, **context)
