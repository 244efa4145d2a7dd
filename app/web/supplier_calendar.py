"""« Mes dates dans mon agenda »: the supplier's own deadlines, in a file its calendar reads."""

from datetime import date

from fastapi import Request, Response

from app.deps import reading, wiring_of
from app.rendering.agenda import Dated, agenda
from app.rendering.french import moment
from app.rendering.sentences import label
from app.routing import page_router
from app.web.downloads import calendar_file
from sad.candidatures import views
from sad.candidatures.schemas import CandidatureView
from sad.candidatures.states import CandidatureAction as A
from sad.markets.states import MarketPhase
from sad.markets.suppliers import PublicMarket, invitations_of
from sad.suppliers import papers, queries
from sad.suppliers.schemas import PaperView
from sad.suppliers.states import PaperKind

router = page_router("/bureau")


@router.get("/calendrier.ics")
def calendar(request: Request) -> Response:
    """Price requests to answer, what was asked of a candidature, papers that end.

    The same whether something was answered or not: the file may be shown to anybody.
    """
    site = wiring_of(request).settings.public_url
    with reading(request) as work:
        mine = queries.mine(work)
        invited = {market.id: market for _, market in invitations_of(work)}.values()
        dates = [
            *(_deadline(m, site) for m in invited if m.phase is MarketPhase.OPEN),
            *(found for one in views.mine(work) for found in _asked(one, site)),
            *(_ending(p, p.expires_on, site) for p in papers.kept(work, mine.id) if p.expires_on),
        ]
        content = agenda(f"Demandes de prix – {mine.name}", dates, work.now)
    return calendar_file(content, "mes-dates.ics")


def _deadline(market: PublicMarket, site: str) -> Dated:
    until = f"Dernier instant : {moment(market.deadline_at)}, heure de Paris."
    return Dated(
        f"demande-{market.id}",
        market.deadline_at,
        f"Dernier instant pour répondre : {market.title}",
        f"Demande de prix n° {market.number}, {market.category}. {until}",
        f"{site}/reponse/{market.id}",
    )


def _asked(one: CandidatureView, site: str) -> list[Dated]:
    """The last days given to a candidature, while something is still expected."""
    asked = (
        (A.COMPLETE, one.completion_due_on, "Compléter la candidature", one.completion_text),
        (A.UPDATE, one.update_due_on, "Mettre le dossier à jour", one.update_text),
        (A.ANSWER_HEARING, one.hearing_due_on, "Répondre à la lettre", one.hearing_text),
    )
    return [
        Dated(
            f"{action.value}-{one.id}",
            last,
            f"Dernier jour : {what} ({one.category_name})",
            said,
            f"{site}/mes-candidatures/{one.id}",
        )
        for action, last, what, said in asked
        if last is not None and action in one.actions
    ]


def _ending(paper: PaperView, last: date, site: str) -> Dated:
    name = paper.name if paper.kind is PaperKind.OTHER else label(paper.kind)
    return Dated(
        f"piece-{paper.id}",
        last,
        f"Dernier jour de validité : {name}",
        "Rien n’est exigé d’avance ; une pièce à jour fait gagner du temps.",
        f"{site}/mon-dossier#pieces",
    )
