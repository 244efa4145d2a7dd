"""The supplier's desk: what waits for it, its price requests by what they need, where it stands."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading, redirect, writing
from app.rendering.french import moment, time_left
from app.routing import page_router
from app.security.cookies import browser_of, keep_session
from app.web import candidature_words as words
from app.web.evaluation_words import letter as letter_words
from app.web.pages import render
from app.web.supplier_contact import buyer
from sad.accounts import sessions
from sad.accounts.permissions import require_supplier
from sad.awards import exchanges
from sad.candidatures import views
from sad.candidatures.schemas import CandidatureView
from sad.candidatures.states import CandidatureAction, CandidatureState
from sad.candidatures.tables import Applicant
from sad.db.work import Work
from sad.evaluation import group_letters, letters
from sad.evaluation.states import LetterKind
from sad.kernel.errors import NotFound, Refusal
from sad.markets import following
from sad.markets.states import MarketPhase
from sad.markets.suppliers import PublicMarket, invitations_of
from sad.notifications import queries as messages
from sad.offers.queries import own_answer
from sad.offers.states import Standing
from sad.suppliers import papers, queries, service
from sad.suppliers.schemas import PaperView
from sad.systems import queries as systems

router = page_router()

A = CandidatureAction
ANSWERED = {Standing.SENT, Standing.CHANGED}
ANSWER_WORDS = {
    Standing.NOTHING: ("À répondre", "accent"),
    Standing.DRAFT: ("Brouillon commencé", "accent"),
    Standing.SENT: ("Réponse envoyée", "success"),
    Standing.CHANGED: ("Envoyée, modifiée depuis", "warning"),
    Standing.WITHDRAWN: ("Réponse retirée", "neutral"),
}
WAITING = {
    MarketPhase.CLOSED: "Les réponses ne sont pas encore ouvertes.",
    MarketPhase.OPENED: "Les réponses sont ouvertes : elles sont à l’examen.",
    MarketPhase.RANKED: "Les réponses sont à l’examen.",
    MarketPhase.PROPOSED: "Les réponses sont à l’examen.",
}
RESULTS = 8  # the newest; the others are on the list of messages
QUESTIONS = 5


@router.get("/bureau")
def desk(request: Request) -> Response:
    """Everything that concerns the supplier, what it must do first."""
    with reading(request) as work:
        mine = queries.mine(work)
        candidatures = views.mine(work)
        kept = papers.kept(work, mine.id)
        context: dict[str, Any] = {
            "supplier": mine,
            "todo": _todo(candidatures, kept),
            "candidatures": [
                (one, words.tag(one.state), words.for_supplier(one)) for one in candidatures
            ],
            "unread": messages.unread(work),
            "papers": [paper for paper in kept if not paper.expired],
            "people": len(queries.members(work)),
            "asked": following.my_questions(work)[:QUESTIONS],
            "letters": letters.results(work),
            "letter_words": letter_words,
            "exchanges": {one.market_id: one for one in exchanges.mine(work)},
            "before": following.before_admission(work),
            "groups": [(name, m, group_words(m)) for name, m in following.group_markets(work)],
        } | _markets(work)
    return render(request, "suppliers/desk.html", **context)


@router.get("/bureau/groupement/{market_id}")
def group_request(request: Request, market_id: UUID) -> Response:
    """A price request sent to a group one is a member of: read here, answered by its leader."""
    with reading(request) as work:
        found = following.group_market(work, market_id)
        organisation = buyer(work, systems.public_one(work, found.public.system_id))
        left = time_left(work.now, found.public.deadline_at)
        issued = [(LetterKind(one.kind), one) for one in group_letters.of_market(work, market_id)]
    return render(
        request,
        "suppliers/group_request.html",
        found=found,
        organisation=organisation,
        left=left,
        letters=issued,
        said=group_words(found.public),
    )


@router.post("/bureau/repondre-pour/{applicant_id}/{market_id}")
def answer_for(request: Request, applicant_id: UUID, market_id: UUID) -> Response:
    """Invited alone and for its group: says for whom one answers now, then opens that answer.

    The session changes its secret: a page opened for the other one can write nothing any more.
    """
    with writing(request) as work:
        supplier_id = require_supplier(work)
        mine = {(who, market.id) for who, market in invitations_of(work)}
        if (applicant_id, market_id) not in mine or request.state.viewer.session_id is None:
            raise NotFound()
        made = sessions.wear(
            work,
            request.state.viewer.session_id,
            f"supplier:{supplier_id}",
            applicant_id=applicant_id,
        )
    response = redirect(f"/reponse/{market_id}")
    keep_session(request, response, made.token, made.expires_at, browser_of(request).device)
    return response


@router.post("/bureau/pause")
def pause(request: Request) -> Response:
    """No mails from now on, still invited (P11)."""
    with writing(request) as work:
        service.pause(work)
    return redirect("/bureau#pause")


@router.post("/bureau/reprendre")
def resume(request: Request) -> Response:
    """Mails leave again."""
    with writing(request) as work:
        service.resume(work)
    return redirect("/bureau#pause")


def group_words(market: PublicMarket) -> str:
    """Where a request stands, for a member of the group: never whether the group answered."""
    if market.phase is MarketPhase.OPEN:
        return f"Réponses attendues avant le {moment(market.deadline_at)}, par le chef de file."
    if market.ended_at is not None:
        return "Terminée sans attribution."
    return WAITING.get(market.phase, "Décidée : le chef de file a reçu la lettre.")


def _markets(work: Work) -> dict[str, Any]:
    """The invitations in four groups: to answer, answered, closed, over."""
    invited = invitations_of(work)
    times = Counter(market.id for _, market in invited)
    opened = [
        _open(work, market, applicant_id if times[market.id] > 1 else None)
        for applicant_id, market in invited
        if market.phase is MarketPhase.OPEN
    ]
    opened.sort(key=lambda row: row["market"].deadline_at)
    markets = list({market.id: market for _, market in invited}.values())
    over = [m for m in markets if m.phase is not MarketPhase.OPEN and m.phase not in WAITING]
    return {
        "to_answer": [row for row in opened if not row["sent"]],
        "answered": [row for row in opened if row["sent"]],
        "waiting": [(m, WAITING[m.phase]) for m in markets if m.phase in WAITING],
        "over": over[:RESULTS],
    }


def _open(work: Work, market: PublicMarket, applicant_id: UUID | None) -> dict[str, Any]:
    """An open request with one's own answer, which nobody else can see.

    `applicant_id` where the supplier is invited twice: each of the two answers is shown.
    """
    who = None
    if applicant_id is not None:
        work.actor = replace(work.actor, applicant_id=applicant_id)
        who = work.get_in(Applicant, market.organisation_id, applicant_id)
    try:
        standing = own_answer(work, market.id).standing
    except Refusal:
        standing = Standing.NOTHING
    label, kind = ANSWER_WORDS[standing]
    return {
        "market": market,
        "label": label,
        "kind": kind,
        "until": f"Répondre avant le {moment(market.deadline_at)}, heure de Paris",
        "left": time_left(work.now, market.deadline_at),
        "sent": standing in ANSWERED,
        "begun": standing is Standing.DRAFT,
        "applicant": applicant_id,
        "for": f"Pour le {who.name[0].lower()}{who.name[1:]}, dont vous êtes chef de file"
        if who is not None and who.kind == "group"
        else "Pour votre structure seule",
    }


def _todo(candidatures: list[CandidatureView], kept: Sequence[PaperView]) -> list[tuple[str, str]]:
    """(sentence, address) of what somebody waits for."""
    asked = {
        A.COMPLETE: "Compléter votre candidature",
        A.UPDATE: "Mettre votre dossier à jour",
        A.ANSWER_HEARING: "Répondre à la lettre sur votre admission",
    }
    found = [
        (f"{asked[action]} · {one.category_name}", f"/mes-candidatures/{one.id}")
        for one in candidatures
        for action in one.actions
        if action in asked and not (action is A.ANSWER_HEARING and one.hearing_answer)
    ]
    drafts = [one for one in candidatures if one.state is CandidatureState.DRAFT]
    found += [
        (f"Relire et envoyer la candidature préparée pour vous · {one.category_name}",
         f"/rejoindre/{one.system_id}/declaration")
        for one in drafts
        if one.dictated
    ]  # fmt: skip
    begun = {one.system_id: one.system_title for one in drafts if not one.dictated}
    found += [
        (f"Terminer la candidature commencée · {title}", f"/rejoindre/{system_id}/categories")
        for system_id, title in begun.items()
    ]
    late = [paper for paper in kept if paper.expired]
    ending = [paper for paper in kept if paper.ending]
    for rows, verb in ((late, "périmée"), (ending, "bientôt périmée")):
        if rows:
            count = f"une pièce {verb}" if len(rows) == 1 else f"{len(rows)} pièces {verb}s"
            found.append((f"Renouveler {count} de votre dossier", "/mon-dossier#pieces"))
    return found
