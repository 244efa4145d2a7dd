"""The award as a list of steps: what is done, what comes now, what it lacks."""

from collections.abc import Sequence
from typing import Any

from app.rendering.french import euros, long_date, moment
from app.rendering.sentences import sentence
from sad.awards.queries import AwardPage, AwardView
from sad.awards.states import AwardState
from sad.kernel.errors import Problem
from sad.markets.states import MarketState

S, A = MarketState, AwardState
ORDER = (
    S.OPENED,
    S.RANKED,
    S.PROPOSED,
    S.DECIDED,
    S.SIGNED,
    S.TRANSMITTED,
    S.NOTIFIED,
    S.PERFORMED,
    S.SETTLED,
)


def steps(page: AwardPage, base: str) -> list[dict[str, Any]]:
    """The steps in their order, for `tasks.list`."""
    if page.state not in ORDER:
        return []
    found = [_propose(page, base), _papers(page, base), _decide(page, base)]
    several = len(page.awards) > 1
    awards: Sequence[AwardView | None] = page.awards or (None,)
    for award in awards:
        named = f" – {award.supplier}" if award is not None and several else ""
        found.append(_sign(award, base, named))
        if page.subject:
            found.append(_transmit(award, base, named))
        found.append(_notify(award, base, named, page.subject))
    return found


def _at_least(page: AwardPage, state: MarketState) -> bool:
    return ORDER.index(page.state) >= ORDER.index(state)


def _propose(page: AwardPage, base: str) -> dict[str, Any]:
    task: dict[str, Any] = {"title": "Proposer l’attribution"}
    if _at_least(page, S.PROPOSED):
        names = ", ".join(award.supplier for award in page.awards)
        return task | {"state": "done", "sentence": f"{names}, {euros(page.total_ht)} HT"}
    if page.state is S.OPENED:
        link = f"/marches/{page.market.id}/analyse/classement"
        missing = [("Le classement n’est pas figé.", link)]
        return task | {"state": "missing", "missing": missing}
    return task | {"state": "todo", "href": f"{base}/proposer"}


def _papers(page: AwardPage, base: str) -> dict[str, Any]:
    task: dict[str, Any] = {"title": "Pièces du fournisseur retenu"}
    if not page.awards:
        return task | {"state": "blocked"}
    missing = [
        (f"{award.supplier} : {sentence(view.problem.code, view.problem.facts)}", "#pieces")
        for award in page.awards
        for view in award.papers
        if view.problem is not None
    ]
    if not missing:
        return task | {"state": "done", "sentence": "Toutes les pièces sont valables."}
    due = next((a.row.papers_due_on for a in page.awards if a.row.papers_due_on), None)
    said = f"À recevoir au plus tard le {long_date(due)}." if due else ""
    return task | {"state": "missing", "sentence": said, "missing": missing, "href": "#pieces"}


def _decide(page: AwardPage, base: str) -> dict[str, Any]:
    task: dict[str, Any] = {"title": "Décider l’attribution"}
    if _at_least(page, S.DECIDED) and page.awards:
        at = page.awards[0].row.decided_at
        said = f"Décidée le {moment(at)}" if at else ""
        return task | {"state": "done", "sentence": f"{said}, les lettres sont parties."}
    if page.state is not S.PROPOSED:
        return task | {"state": "blocked"}
    missing = _listed(page.to_decide)
    state = "missing" if missing else "todo"
    return task | {"state": state, "href": f"{base}/decider", "missing": missing}


def _sign(award: AwardView | None, base: str, named: str) -> dict[str, Any]:
    task: dict[str, Any] = {"title": f"Signer l’acte d’engagement{named}"}
    if award is None or award.state is A.PROPOSED:
        return task | {"state": "blocked"}
    if award.state is not A.DECIDED:
        number, at = award.row.engagement_number, award.row.signed_at
        said = f"Signé le {moment(at)}, engagement n° {number}." if at else ""
        return task | {"state": "done", "sentence": said}
    typed = {"supplier_signed_on", "contract", "engagement_number"}
    missing = _listed([problem for problem in award.to_sign if problem.where not in typed])
    state = "missing" if missing else "todo"
    return task | {"state": state, "href": f"{base}/{award.id}/signer", "missing": missing}


def _transmit(award: AwardView | None, base: str, named: str) -> dict[str, Any]:
    task: dict[str, Any] = {"title": f"Transmettre à la préfecture{named}"}
    if award is None or award.state in (A.PROPOSED, A.DECIDED):
        return task | {"state": "blocked"}
    receipt = award.row.prefecture_receipt_on
    if receipt is not None and award.state is not A.SIGNED:
        return task | {"state": "done", "sentence": f"Accusé de réception du {long_date(receipt)}."}
    said = "Transmis ; son accusé de réception est attendu." if award.state is A.TRANSMITTED else ""
    return task | {"state": "todo", "href": "#prefecture", "sentence": said}


def _notify(award: AwardView | None, base: str, named: str, subject: bool) -> dict[str, Any]:
    task: dict[str, Any] = {"title": f"Notifier le contrat{named}"}
    if award is None or award.state in (A.PROPOSED, A.DECIDED):
        return task | {"state": "blocked"}
    if award.row.notified_at is not None:
        said = f"Notifié le {moment(award.row.notified_at)}."
        return task | {"state": "done", "sentence": said}
    if subject and award.state is A.SIGNED:
        return task | {"state": "blocked", "sentence": "Après la transmission à la préfecture."}
    return task | {"state": "todo", "href": f"{base}/{award.id}/notifier"}


def _listed(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(sentence(problem.code, problem.facts), "") for problem in problems]
