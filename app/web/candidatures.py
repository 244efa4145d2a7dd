"""Candidatures read: by their supplier, its own; by agents, those received, late ones first."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import once, reading, redirect, wiring_of, writing
from app.rendering.french import short_date
from app.rendering.receipts import receipt_pdf
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import candidature_words as words
from app.web.downloads import json_file, kept_file, pdf_file
from app.web.forms import answerable, text, typed
from app.web.pages import errors_of, render
from app.web.supplier_contact import buyer
from sad.accounts.permissions import Permission, may, require_supplier
from sad.candidatures import drafts, service, views
from sad.candidatures.states import PENDING, CandidatureState
from sad.categories import queries as categories
from sad.db.work import Work
from sad.kernel.errors import NotFound, Refusal
from sad.papers import queries as issued
from sad.suppliers import papers
from sad.systems import queries as systems
from sad.systems.states import SystemState

router = page_router()

MINE, MINE_ONE = "candidatures/mine.html", "candidatures/mine_one.html"
MEMBER = "candidatures/group_one.html"
LIST, ONE = "candidatures/list.html", "candidatures/one.html"
ANSWERS: dict[str, Callable[[Work, UUID, str], object]] = {
    "completer": service.complete,
    "mettre-a-jour": service.update,
    "repondre": service.answer_hearing,
}


@router.get("/mes-candidatures")
def mine(request: Request) -> Response:
    """The supplier's candidatures, each with what happens next; and what it could join."""
    with reading(request) as work:
        require_supplier(work)
        found = views.mine(work)
        groups = views.of_groups(work)
        joined = {one.system_id for one in found if one.state is not CandidatureState.DRAFT}
        opened = [view for view in systems.published(work) if view.state == SystemState.OPEN]
    return render(
        request,
        MINE,
        candidatures=[(one, words.tag(one.state), words.for_supplier(one)) for one in found],
        groups=[(one, words.tag(one.state), words.for_member(one)) for one in groups],
        opened=opened,
        joined=joined,
    )


@router.get("/mes-candidatures/{candidature_id}")
def mine_one(request: Request, candidature_id: UUID) -> Response:
    """One of them: what was sent, what was decided and why, what may be done.

    A member of the group reads its own page of it.
    """
    with reading(request) as work:
        require_supplier(work)
        try:
            context = _mine_one(work, candidature_id)
        except NotFound:
            context = _as_member(work, candidature_id)
    return render(request, MEMBER if "leader" in context else MINE_ONE, **context)


@router.post("/mes-candidatures/{candidature_id}/retirer")
def withdraw(request: Request, candidature_id: UUID, form: FormBody) -> Response:
    """Takes it back before the decision, once."""

    def do(work: Work) -> str:
        service.withdraw(work, candidature_id)
        return f"/mes-candidatures/{candidature_id}"

    return once(request, form, do)


@router.post("/mes-candidatures/{candidature_id}/supprimer")
def delete(request: Request, candidature_id: UUID) -> Response:
    """Deletes a draft."""
    with writing(request) as work:
        drafts.remove(work, candidature_id)
    return redirect("/mes-candidatures")


@router.post("/mes-candidatures/{candidature_id}/{answer}")
def reply(request: Request, candidature_id: UUID, answer: str, form: FormBody) -> Response:
    """Complements, an update, or the answer to a letter; once."""
    if answer not in ANSWERS:
        raise NotFound()
    command = ANSWERS[answer]

    def do(work: Work) -> str:
        command(work, candidature_id, text(form, "answer"))
        return f"/mes-candidatures/{candidature_id}"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _mine_one(work, candidature_id)
        context |= {"values": typed(form), "errors": errors_of(refusal)}
        return render(request, MINE_ONE, status=refusal.status, **context)


@router.get("/candidatures")
def index(request: Request, voir: str = "") -> Response:
    """Those to decide, by urgency; the decided ones; those that broke their limit."""
    with reading(request) as work:
        items = views.listing(work)
        decides = may(work, Permission.DECIDE_CANDIDATURE)
        dictated = views.dictated(work) if decides else []
        opened = [v for v in systems.of_organisation(work) if v.state == SystemState.OPEN]
    pending = [item for item in items if item.state in PENDING]
    late = [item for item in items if item.clock.late]
    shown = {"decidees": [i for i in items if i not in pending], "retard": late}.get(voir, pending)
    return render(
        request,
        LIST,
        rows=[
            (item, words.tag(item.state), said, kind) for item, said, kind in words.listed(shown)
        ],
        shown=voir if voir in {"decidees", "retard"} else "",
        counts=(len(pending), len(items) - len(pending), len(late)),
        dictated=dictated,
        dictated_rows=[
            [d.applicant_name, d.category_name, short_date(d.created_at)] for d in dictated
        ],
        opened=opened if decides else [],
    )


@router.get("/candidatures/{candidature_id}")
def one(request: Request, candidature_id: UUID) -> Response:
    """The file as it was submitted, its story, and the acts it allows."""
    with reading(request) as work:
        found = views.one(work, candidature_id)
        older = views.history(work, found)
        category = categories.public_one(work, found.category_id)
    return render(
        request,
        ONE,
        one=found,
        category=category,
        tag=words.tag(found.state),
        clock=words.for_agent(found.state, found.clock),
        urgency=words.urgency(found.state, found.clock) if found.clock else "neutral",
        older=[(other, words.tag(other.state)) for other in older],
    )


@router.get("/candidatures/{candidature_id}/accuse.json")
@router.get("/mes-candidatures/{candidature_id}/accuse.json")
def receipt(request: Request, candidature_id: UUID) -> Response:
    """The signed receipt and its proof, that anybody can check without this site."""
    with reading(request) as work:
        content = views.receipt_file(work, candidature_id)
    return json_file(content, f"accuse-{candidature_id}.json")


@router.get("/candidatures/{candidature_id}/accuse.pdf")
@router.get("/mes-candidatures/{candidature_id}/accuse.pdf")
def receipt_paper(request: Request, candidature_id: UUID) -> Response:
    """The receipt as a paper that carries that file."""
    with reading(request) as work:
        content = views.receipt_file(work, candidature_id)
    return pdf_file(receipt_pdf(content.encode()), f"accuse-{candidature_id}.pdf")


@router.get("/candidatures/{candidature_id}/dossier.json")
@router.get("/mes-candidatures/{candidature_id}/dossier.json")
def payload(request: Request, candidature_id: UUID) -> Response:
    """The exact bytes the receipt attests."""
    with reading(request) as work:
        content = views.payload_file(work, candidature_id)
    return json_file(content, "candidature.json")


@router.get("/candidatures/{candidature_id}/pieces/{paper_id}")
@router.get("/mes-candidatures/{candidature_id}/pieces/{paper_id}")
def paper(request: Request, candidature_id: UUID, paper_id: UUID) -> Response:
    """A paper sent with the candidature."""
    with reading(request) as work:
        row = views.submitted_paper(work, candidature_id, paper_id)
        blocks = papers.content(work, row, wiring_of(request).store)
    return kept_file(blocks, row.name, row.media_type)


def _mine_one(work: Work, candidature_id: UUID) -> dict[str, Any]:
    found = views.mine_one(work, candidature_id)
    view = systems.public_one(work, found.system_id)
    return {
        "one": found,
        "tag": words.tag(found.state),
        "sentence": words.for_supplier(found),
        "organisation": buyer(work, view),
        "issued": issued.for_candidate(work, candidature_id),
    }


def _as_member(work: Work, candidature_id: UUID) -> dict[str, Any]:
    """What a member of the group reads; NotFound for anybody else."""
    found = views.group_one(work, candidature_id)
    return {
        "one": found,
        "leader": next(member.name for member in found.members if member.mandataire),
        "tag": words.tag(found.state),
        "sentence": words.for_member(found),
        "issued": issued.for_candidate(work, candidature_id),
        "organisation": buyer(work, systems.public_one(work, found.system_id)),
    }
