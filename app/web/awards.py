"""The award of a market as a list of steps, each with its page to confirm in figures."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading, redirect, writing
from app.rendering.french import long_date
from app.rendering.sentences import label
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import evaluation_words as says
from app.web.award_files import Upload, uploaded
from app.web.award_words import steps
from app.web.forms import answerable, parse, text, texts, typed
from app.web.pages import errors_of, render
from sad.accounts.permissions import Permission
from sad.accounts.tables import Delegation
from sad.awards import contracts, queries, service
from sad.awards.relaunching import free_lines
from sad.awards.schemas import (
    DecisionInput,
    NotificationInput,
    PaperInput,
    ProposalInput,
    SignatureInput,
    TransmissionInput,
)
from sad.awards.shares import Ties
from sad.awards.states import Cause, Paper
from sad.db.work import Work
from sad.kernel.errors import Incomplete, NotFound, Refusal

router = page_router("/marches/{market_id}/attribution")


@router.get("")
def overview(request: Request, market_id: UUID) -> Response:
    """The steps, what each lacks, the money, the letters."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "awards/overview.html", **context)


@router.get("/proposer")
def proposal(request: Request, market_id: UUID) -> Response:
    """Who would be proposed, for how much."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "awards/propose.html", **context)


@router.post("/proposer")
def propose(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Proposes, once."""

    def do(work: Work) -> str:
        service.propose(work, market_id, _proposal(form))
        return _home(market_id)

    return _once(request, market_id, form, do, "awards/propose.html")


@router.get("/{award_id}/pieces")
def papers(request: Request, market_id: UUID, award_id: UUID) -> Response:
    """The papers of one winner among several, to record one that came."""
    with reading(request) as work:
        context = _award_context(work, market_id, award_id)
    return render(request, "awards/papers.html", **context)


@router.post("/{award_id}/pieces")
def paper(request: Request, market_id: UUID, award_id: UUID, form: FormBody) -> Response:
    """A winner's paper received and checked."""

    def do(upload: Upload, work: Work) -> None:
        _own(work, market_id, award_id)
        service.record_paper(work, award_id, parse(PaperInput, form), upload.take())

    return _done(request, market_id, form, do, Permission.PROPOSE_AWARD, award_id)


@router.get("/{award_id}/suivant")
def leaving(request: Request, market_id: UUID, award_id: UUID) -> Response:
    """Why the proposed winner is left, and what it does."""
    with reading(request) as work:
        context = _award_context(work, market_id, award_id)
    return render(request, "awards/next.html", **context)


@router.post("/{award_id}/suivant")
def replace(request: Request, market_id: UUID, award_id: UUID, form: FormBody) -> Response:
    """The next ranked, with the reason."""

    def do(work: Work) -> str:
        _own(work, market_id, award_id)
        cause = Cause(said) if (said := text(form, "cause")) in set(Cause) else Cause.PAPERS
        service.replace(work, award_id, text(form, "reason"), _proposal(form), cause)
        return _home(market_id)

    return _once(request, market_id, form, do, "awards/next.html", award_id)


@router.get("/decider")
def decision(request: Request, market_id: UUID) -> Response:
    """The decision to confirm: its amount, its signatory, the letters it sends."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "awards/decide.html", **context)


@router.post("/decider")
def decide(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Decides, once."""

    def do(work: Work) -> str:
        service.decide(work, market_id, parse(DecisionInput, form))
        return _home(market_id)

    return _once(request, market_id, form, do, "awards/decide.html")


@router.get("/annuler")
def undoing(request: Request, market_id: UUID) -> Response:
    """What undoing the proposal or the decision does."""
    with reading(request) as work:
        context = _context(work, market_id)
    return render(request, "awards/cancel.html", **context)


@router.post("/annuler")
def cancel(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Undoes it, once."""

    def do(work: Work) -> str:
        service.cancel(work, market_id, text(form, "reason"))
        return _home(market_id)

    return _once(request, market_id, form, do, "awards/cancel.html")


@router.get("/{award_id}/signer")
def signature(request: Request, market_id: UUID, award_id: UUID) -> Response:
    """The signature to confirm: what becomes of the credits."""
    with reading(request) as work:
        context = _award_context(work, market_id, award_id)
    return render(request, "awards/sign.html", **context)


@router.post("/{award_id}/signer")
def sign(request: Request, market_id: UUID, award_id: UUID, form: FormBody) -> Response:
    """Signs, once."""

    def do(upload: Upload, work: Work) -> str:
        _own(work, market_id, award_id)
        file = upload.take()
        row = contracts.attach(work, award_id, file) if file else None
        given = {"attachment_id": row.id} if row else {}
        service.sign(work, award_id, parse(SignatureInput, form, **given))
        return _home(market_id)

    try:
        with uploaded(request, form, Permission.SIGN_AWARD) as upload:
            return once(request, form, partial(do, upload))
    except Refusal as refusal:
        return _again(request, market_id, form, refusal, "awards/sign.html", award_id)


@router.post("/{award_id}/transmettre")
def transmit(request: Request, market_id: UUID, award_id: UUID, form: FormBody) -> Response:
    """Sent to the prefecture, or its receipt."""

    def do(_: Upload, work: Work) -> None:
        _own(work, market_id, award_id)
        service.transmit(work, award_id, parse(TransmissionInput, form))

    return _done(request, market_id, form, do, Permission.NOTIFY_AWARD)


@router.get("/{award_id}/notifier")
def notification(request: Request, market_id: UUID, award_id: UUID) -> Response:
    """The notification to confirm, and the essential data it captures."""
    with reading(request) as work:
        context = _award_context(work, market_id, award_id)
    return render(request, "awards/notify.html", **context)


@router.post("/{award_id}/notifier")
def notify(request: Request, market_id: UUID, award_id: UUID, form: FormBody) -> Response:
    """Notifies, once."""

    def do(work: Work) -> str:
        _own(work, market_id, award_id)
        service.notify(work, award_id, parse(NotificationInput, form))
        return _home(market_id)

    return _once(request, market_id, form, do, "awards/notify.html", award_id)


def _home(market_id: UUID) -> str:
    return f"/marches/{market_id}/attribution"


def _own(work: Work, market_id: UUID, award_id: UUID) -> None:
    """The award is of the market in the address."""
    if queries.market_of(work, award_id) != market_id:
        raise NotFound()


def _context(work: Work, market_id: UUID) -> dict[str, Any]:
    page = queries.page(work, market_id)
    return {
        "page": page,
        "market": page.market,
        "base": _home(market_id),
        "steps": steps(page, _home(market_id)),
        "says": says,
        "may": {permission.value for permission in page.may},
        "undoable": page.state.value in {"proposed", "decided"}
        and Permission.DECIDE_AWARD in page.may,
        "signatories": {act: _choices(rows) for act, rows in page.signatories.items()},
        "names": {str(offer.id): offer.supplier_name for offer in page.file.offers},
        "tied": page.tied,
        "by_line": page.file.by_line,
        "leavable": [
            (line.id, f"{line.label} – {line.designation}") for line in page.file.frame.lines
        ],
        "papers": [(paper.value, label(paper)) for paper in Paper],
        "relaunchable": Permission.PREPARE_MARKET in page.may and bool(free_lines(work, market_id)),
        "place": queries.place_of_delivery(work, page.market),
        "long_date": long_date,
    }


def _award_context(work: Work, market_id: UUID, award_id: UUID) -> dict[str, Any]:
    page, award = queries.one(work, market_id, award_id)
    return _context(work, page.market.id) | {"award": award}


def _choices(rows: Any) -> list[tuple[UUID, str]]:
    delegations: list[Delegation] = list(rows)
    return [(row.id, f"{row.person_name}, {row.quality}") for row in delegations]


def _proposal(form: FormData) -> ProposalInput:
    """What is proposed beside the ranking: the lines left, the equals parted by their own field."""
    orders: dict[str, list[str]] = {}
    for name in sorted(form):
        start, _, rest = name.partition(":")
        if start == "order" and text(form, name):
            orders.setdefault(rest.partition(":")[0], []).append(text(form, name))
    many = {name: texts(form, name) for name in ("leave", "declined")}
    return parse(ProposalInput, form, orders=orders, **many)


def _done(
    request: Request,
    market_id: UUID,
    form: FormData,
    do: Callable[[Upload, Work], None],
    permission: Permission,
    award_id: UUID | None = None,
) -> Response:
    """Done with its file, then the steps; `award_id`: refused, the page of its papers."""
    try:
        with uploaded(request, form, permission) as upload, writing(request) as work:
            do(upload, work)
    except Refusal as refusal:
        page = "awards/overview.html" if award_id is None else "awards/papers.html"
        return _again(request, market_id, form, refusal, page, award_id)
    return redirect(_home(market_id))


def _once(
    request: Request,
    market_id: UUID,
    form: FormData,
    do: Callable[[Work], str],
    template: str,
    award_id: UUID | None = None,
) -> Response:
    try:
        return once(request, form, do)
    except Refusal as refusal:
        return _again(request, market_id, form, refusal, template, award_id)


def _again(
    request: Request,
    market_id: UUID,
    form: FormData,
    refusal: Refusal,
    template: str,
    award_id: UUID | None,
) -> Response:
    """The page with what was typed and all that is missing, each beside its field if it has one."""
    if not answerable(refusal):
        raise refusal
    with reading(request) as work:
        context = (
            _context(work, market_id)
            if award_id is None
            else _award_context(work, market_id, award_id)
        )
    errors = errors_of(refusal)
    if isinstance(refusal, Incomplete):
        errors = {FIELDS.get(name, name): said for name, said in errors.items()}
    if isinstance(refusal, Ties):
        context["tied"] = refusal.tied
    context |= {"values": _retyped(form), "errors": errors}
    return render(request, template, status=refusal.status, **context)


def _retyped(form: FormData) -> dict[str, Any]:
    """What was typed, without the file: it is chosen again."""
    values = typed(form) | {name: texts(form, name) for name in ("leave", "declined")}
    return {name: value for name, value in values.items() if name != "file"}


FIELDS = {
    "delegation": "delegation_id",
    "contract": "paper_kept",
    "prefecture_receipt_on": "receipt_on",
    "offer": "agreed_on",
}
"""Where a missing thing is put right on its page."""
