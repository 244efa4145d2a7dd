"""« Pièces »: what a market, a system or a candidature gives rise to, issued and taken away."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import once, reading, wiring_of
from app.paper_pictures import pictures_of
from app.papers import docx, draw, drawn_when_asked, template_of
from app.rendering.papers import paper_pdf
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.downloads import docx_file, kept_file, pdf_file
from app.web.forms import answerable, text, typed
from app.web.pages import errors_of, render
from app.web.paper_words import PHASES, file_name, home_of
from sad.candidatures import views
from sad.db.work import Work
from sad.kernel.errors import NotFound, Refusal
from sad.markets import queries as markets
from sad.papers import files, queries, service
from sad.papers.organisation_templates import live_template
from sad.papers.schemas import PaperFacts
from sad.papers.states import READERS, PaperFormat, PaperKind
from sad.systems import queries as systems

router = page_router()


@router.get("/marches/{market_id}/pieces")
def of_market(request: Request, market_id: UUID) -> Response:
    """Every paper and letter of a market, due or not."""
    with reading(request) as work:
        market = markets.one(work, market_id)
        found = queries.of_market(work, market_id)
    context: dict[str, Any] = {
        "market": market,
        "papers": found.papers,
        "letters": found.letters,
    }
    return render(request, "issued/market.html", phases=PHASES, **context)


@router.get("/systemes/{system_id}/pieces")
def of_system(request: Request, system_id: UUID) -> Response:
    """The papers of a system: notice, règlement, CCP."""
    with reading(request) as work:
        system = systems.one(work, system_id)
        lines = queries.of_system(work, system_id)
    return render(request, "issued/system.html", system=system, lines=lines)


@router.get("/candidatures/{candidature_id}/pieces")
def of_candidature(request: Request, candidature_id: UUID) -> Response:
    """The papers of a candidature: its declaration, the letter of its decision."""
    with reading(request) as work:
        one = views.one(work, candidature_id)
        lines = queries.of_candidature(work, candidature_id)
    return render(request, "issued/candidature.html", one=one, lines=lines)


@router.get("/pieces/{paper_kind}/{about_id}")
def one(request: Request, paper_kind: str, about_id: UUID) -> Response:
    """One paper: its versions, what issuing it does, a look beforehand."""
    with reading(request) as work:
        context = _context(work, kind_of(paper_kind), about_id)
    return render(request, "issued/paper.html", **context)


@router.post("/pieces/{paper_kind}/{about_id}")
def issue(request: Request, paper_kind: str, about_id: UUID, form: FormBody) -> Response:
    """Issues it, once; its files are drawn when the act is kept."""
    kind = kind_of(paper_kind)
    issued: list[tuple[UUID, UUID]] = []
    wiring = wiring_of(request)

    def do(work: Work) -> str:
        site, reason = wiring.settings.public_url, text(form, "reason")
        paper = service.issue(work, kind, about_id, site=site, reason=reason)
        issued.append((paper.organisation_id, paper.id))
        return f"/pieces/{kind.value}/{about_id}"

    try:
        answer = once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _context(work, kind, about_id)
        context |= {"values": typed(form), "errors": errors_of(refusal)}
        return render(request, "issued/paper.html", status=refusal.status, **context)
    for organisation_id, paper_id in issued:
        draw(wiring, organisation_id, paper_id)
    return answer


@router.get("/pieces/{paper_kind}/{about_id}/apercu.pdf")
def preview_pdf(request: Request, paper_kind: str, about_id: UUID) -> Response:
    """How the paper would look, marked as a project."""
    with reading(request) as work:
        facts = _drafted(request, work, paper_kind, about_id)
        pictures = pictures_of(work, wiring_of(request).store, work.organisation_id, facts)
    return pdf_file(
        paper_pdf(facts, pictures, draft=True), f"projet-{file_name(facts.kind, facts.number)}.pdf"
    )


@router.get("/pieces/{paper_kind}/{about_id}/apercu.docx")
def preview_docx(request: Request, paper_kind: str, about_id: UUID) -> Response:
    """The same in a word processor's form, by the template that would serve."""
    with reading(request) as work:
        facts = _drafted(request, work, paper_kind, about_id)
        template = template_of(work, wiring_of(request).store, facts.kind)
    name = f"projet-{file_name(facts.kind, facts.number)}.docx"
    return docx_file(docx(facts, template), name)


@router.get("/pieces/emises/{paper_id}/{paper_format}")
def download(request: Request, paper_id: UUID, paper_format: str) -> Response:
    """A file of an issued paper, as it was drawn, for whoever may read it."""
    if paper_format not in set(PaperFormat):
        raise NotFound()
    with reading(request) as work:
        paper = queries.paper(work, paper_id)
    drawn_when_asked(wiring_of(request), paper.organisation_id, paper.id)
    with reading(request) as work:
        row = files.file_of(work, paper, PaperFormat(paper_format))
        blocks = files.content(work, row, wiring_of(request).store)
    name = file_name(PaperKind(paper.kind), paper.number, paper.version)
    return kept_file(blocks, f"{name}.{paper_format}", files.MEDIA_TYPES[PaperFormat(paper_format)])


def kind_of(value: str) -> PaperKind:
    """The kind an address names. Raises NotFound."""
    try:
        return PaperKind(value)
    except ValueError as error:
        raise NotFound() from error


def _drafted(request: Request, work: Work, paper_kind: str, about_id: UUID) -> PaperFacts:
    site = wiring_of(request).settings.public_url
    return service.preview(work, kind_of(paper_kind), about_id, site=site)


def _context(work: Work, kind: PaperKind, about_id: UUID) -> dict[str, Any]:
    line, about = queries.one_line(work, kind, about_id)
    return {
        "kind": kind,
        "line": line,
        "about": about,
        "home": home_of(kind, about),
        "readers": READERS[kind],
        "own": live_template(work, kind),
        "values": {},
        "errors": {},
    }
