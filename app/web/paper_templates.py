"""« Modèles de pièces »: the organisation's own word-processor templates, taken and sent back."""

from itertools import pairwise
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from app.deps import reading, redirect, wiring_of, writing
from app.guard.limits import LIMITS, MEBIBYTE, TEMPLATE
from app.guard.refusals import FileTooLarge, NotADocument
from app.papers import template_of, tried
from app.rendering.docx_ours import our_template
from app.rendering.paper_fields import FieldRow, example, important, rows
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.downloads import docx_file
from app.web.forms import answerable
from app.web.market_documents import DocumentMissing
from app.web.pages import errors_of, render
from app.web.paper_words import file_name
from app.web.papers import kind_of
from sad.accounts.permissions import require
from sad.attachments.names import extension
from sad.db.work import Work
from sad.kernel.errors import Refusal
from sad.papers import organisation_templates as kept
from sad.papers.rights import TEMPLATES_KEPT_BY
from sad.papers.states import PaperKind
from sad.suppliers.papers import keep_file

router = page_router("/parametres/modeles")
MOST = LIMITS[TEMPLATE].upload
PAGE = "issued/template.html"


@router.get("")
def overview(request: Request) -> Response:
    """Every paper, with the template that serves."""
    with reading(request) as work:
        require(work, TEMPLATES_KEPT_BY)
        live = kept.live_templates(work)
    listed = [(kind, live.get(kind)) for kind in PaperKind]
    return render(request, "issued/templates.html", listed=listed)


@router.get("/{paper_kind}")
def one(request: Request, paper_kind: str) -> Response:
    """One paper: its template, the fields it may name, how to send another."""
    with reading(request) as work:
        context = _context(work, kind_of(paper_kind))
    return render(request, PAGE, **context)


@router.post("/{paper_kind}")
def put(request: Request, paper_kind: str, form: FormBody) -> Response:
    """A template sent back: tried in the guard, kept when it can be filled."""
    upload = form.get("file")
    try:
        kind = _put(request, paper_kind, upload)
    except Refusal as refusal:
        if not answerable(refusal) and refusal.status != 503:
            raise
        with reading(request) as work:
            context = _context(work, kind_of(paper_kind))
        context["errors"] = errors_of(refusal)
        return render(request, PAGE, status=refusal.status, **context)
    finally:
        if isinstance(upload, UploadFile):
            upload.file.close()
    return redirect(f"/parametres/modeles/{kind.value}")


@router.post("/{paper_kind}/retirer")
def withdraw(request: Request, paper_kind: str) -> Response:
    """Goes back to the template we give."""
    with writing(request) as work:
        require(work, TEMPLATES_KEPT_BY)
        kept.withdraw_template(work, kind_of(paper_kind))
    return redirect(f"/parametres/modeles/{paper_kind}")


@router.get("/{paper_kind}/modele.docx")
def download(request: Request, paper_kind: str) -> Response:
    """The template that serves, to be reworked."""
    kind = kind_of(paper_kind)
    with reading(request) as work:
        require(work, TEMPLATES_KEPT_BY)
        content = template_of(work, wiring_of(request).store, kind)
    return docx_file(content, f"modele-{file_name(kind, '')}.docx")


@router.get("/{paper_kind}/fourni.docx")
def ours(request: Request, paper_kind: str) -> Response:
    """The template we give, even where another serves."""
    kind = kind_of(paper_kind)
    with reading(request) as work:
        require(work, TEMPLATES_KEPT_BY)
    return docx_file(our_template(kind), f"modele-fourni-{file_name(kind, '')}.docx")


@router.get("/{paper_kind}/essai.docx")
def trial(request: Request, paper_kind: str) -> Response:
    """The template that serves, filled with an example."""
    kind = kind_of(paper_kind)
    with reading(request) as work:
        require(work, TEMPLATES_KEPT_BY)
        template = template_of(work, wiring_of(request).store, kind)
    content = tried(kind, template, example(kind)).content
    return docx_file(content, f"essai-{file_name(kind, '')}.docx")


def _put(request: Request, paper_kind: str, upload: Any) -> PaperKind:
    """Who may is asked before a byte is read; what was kept goes when its row is refused."""
    with reading(request) as work:
        require(work, TEMPLATES_KEPT_BY)
    kind = kind_of(paper_kind)
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise DocumentMissing(where="file")
    template = upload.file.read(MOST + 1)
    if len(template) > MOST:
        raise FileTooLarge(where="file", most=MOST // MEBIBYTE)
    if extension(upload.filename) != "docx":
        raise NotADocument(where="file")
    used = tried(kind, template, example(kind)).used
    missing = [name for name in important(kind) if name not in used]
    wiring = wiring_of(request)
    file = keep_file(wiring.store, upload.filename, len(template), iter([template]), wiring.scanner)
    try:
        with writing(request) as work:
            kept.put_template(work, kind, file, missing)
    except BaseException:
        wiring.store.delete(file.object_name)
        raise
    return kind


def _first_list(fields: list[FieldRow]) -> tuple[str, str] | None:
    """A list of parts and a field of its parts, to show how one goes through it."""
    for row, after in pairwise(fields):
        if row.several and after.path.startswith(f"{row.path}."):
            return row.path, after.path.removeprefix(f"{row.path}.")
    return None


def _context(work: Work, kind: PaperKind) -> dict[str, Any]:
    require(work, TEMPLATES_KEPT_BY)
    row = kept.live_template(work, kind)
    meanings, fields = important(kind), rows(kind)
    return {
        "kind": kind,
        "own": row,
        "missing": [meanings[name] for name in (row.missing if row else []) if name in meanings],
        "fields": fields,
        "through": _first_list(fields),
        "most": MOST // MEBIBYTE,
        "errors": {},
    }
