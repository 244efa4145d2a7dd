"""The supplier's desk: what waits for it, the price requests it may answer, where things stand."""

from typing import Any

from fastapi import Request, Response

from app.deps import reading, redirect, writing
from app.rendering.french import moment, time_left
from app.routing import page_router
from app.web import candidature_words as words
from app.web.pages import render
from sad.candidatures import views
from sad.candidatures.schemas import CandidatureView
from sad.candidatures.states import CandidatureAction, CandidatureState
from sad.db.work import Work
from sad.kernel.errors import Refusal
from sad.markets.states import MarketPhase
from sad.markets.suppliers import PublicMarket, invitations_of
from sad.notifications import queries as messages
from sad.offers.queries import own_answer
from sad.offers.states import Standing
from sad.suppliers import papers, queries, service

router = page_router()

A = CandidatureAction
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
    MarketPhase.DECIDED: "Décidé : votre lettre est dans vos messages.",
    MarketPhase.SIGNED: "Décidé : votre lettre est dans vos messages.",
    MarketPhase.TRANSMITTED: "Décidé : votre lettre est dans vos messages.",
}


@router.get("/bureau")
def desk(request: Request) -> Response:
    """Everything that concerns the supplier, what it must do first."""
    with reading(request) as work:
        mine = queries.mine(work)
        candidatures = views.mine(work)
        markets = [market for _, market in invitations_of(work)]
        context: dict[str, Any] = {
            "supplier": mine,
            "todo": _todo(work, candidatures),
            "open": [_open(work, market) for market in markets if _is_open(market)],
            "waiting": [(m, WAITING[m.phase]) for m in markets if m.phase in WAITING],
            "over": [m for m in markets if not _is_open(m) and m.phase not in WAITING],
            "candidatures": [
                (one, words.tag(one.state), words.for_supplier(one)) for one in candidatures
            ],
            "unread": messages.unread(work),
        }
    return render(request, "suppliers/desk.html", **context)


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


def _is_open(market: PublicMarket) -> bool:
    return market.phase is MarketPhase.OPEN


def _open(work: Work, market: PublicMarket) -> dict[str, Any]:
    """An open request with one's own answer, which nobody else can see."""
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
        "sent": standing in {Standing.SENT, Standing.CHANGED},
    }


def _todo(work: Work, candidatures: list[CandidatureView]) -> list[tuple[str, str]]:
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
    found += [
        (f"Relire et envoyer la candidature préparée pour vous · {one.category_name}",
         f"/rejoindre/{one.system_id}/declaration")
        for one in candidatures
        if one.state is CandidatureState.DRAFT and one.dictated
    ]  # fmt: skip
    late = [paper for paper in papers.kept(work, work.supplier_id) if paper.expired]
    if late:
        found.append(
            (f"Renouveler {len(late)} pièce(s) périmée(s) de votre dossier", "/mon-dossier#pieces")
        )
    return found
