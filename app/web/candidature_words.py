"""States of a candidature and its clock in sentences, for the supplier and for agents."""

from app.rendering.french import long_date
from sad.candidatures.schemas import CandidatureView, ClockView, ListItem
from sad.candidatures.states import PENDING, CandidatureState

S = CandidatureState
TAGS = {
    S.DRAFT: ("Brouillon", "neutral"),
    S.SUBMITTED: ("À l’examen", "info"),
    S.COMPLETING: ("À compléter", "accent"),
    S.ADMITTED: ("Admise", "success"),
    S.REFUSED: ("Refusée", "danger"),
    S.WITHDRAWN: ("Retirée", "neutral"),
    S.ADMISSION_WITHDRAWN: ("Admission retirée", "danger"),
}


def tag(state: CandidatureState) -> tuple[str, str]:
    """(word, colour) of a state; the word is always there."""
    return TAGS[state]


def for_supplier(one: CandidatureView) -> str:
    """What is going on, and what happens next."""
    if one.state is S.DRAFT:
        said = "Pas encore envoyée : personne d’autre que votre structure ne la voit."
        return f"Préparée pour vous au téléphone. {said}" if one.dictated else said
    if one.state is S.COMPLETING and one.completion_due_on is not None:
        return f"Des compléments sont attendus jusqu’au {long_date(one.completion_due_on)} inclus."
    if one.state is S.ADMITTED:
        return "Vous recevez toutes les demandes de prix de cette catégorie."
    if one.state is S.REFUSED:
        return "Vous pouvez lire les raisons, et candidater de nouveau quand vous voulez."
    if one.state is S.ADMISSION_WITHDRAWN:
        return "Vous ne recevez plus les demandes de prix. Une nouvelle candidature reste possible."
    if one.state is S.WITHDRAWN:
        return "Vous l’avez retirée avant la décision."
    return _awaited(one.clock)


def for_member(one: CandidatureView) -> str:
    """The same for a member of the group, who has nothing to do."""
    if one.state is S.COMPLETING:
        return "Des compléments sont demandés au chef de file."
    if one.state is S.ADMITTED:
        return "Le groupement reçoit toutes les demandes de prix de cette catégorie."
    if one.state is S.REFUSED:
        return "Les raisons sont ci-dessous ; une nouvelle candidature reste possible."
    if one.state is S.ADMISSION_WITHDRAWN:
        return "Le groupement ne reçoit plus les demandes de prix de cette catégorie."
    if one.state is S.WITHDRAWN:
        return "Le chef de file l’a retirée avant la décision."
    return _awaited(one.clock)


def for_agent(state: CandidatureState, clock: ClockView | None) -> str:
    """The officer's clock in words."""
    if clock is None:
        return ""
    limit = long_date(clock.decide_by)
    if state not in PENDING:
        return "Décidée après la limite." if clock.late else "Décidée dans le délai."
    if clock.late:
        return f"En retard : la limite était le {limit}."
    if clock.days_left == 0:
        return f"À décider aujourd’hui, {limit}."
    days = "jour ouvrable" if clock.days_left == 1 else "jours ouvrables"
    return f"Reste {clock.days_left} {days}, jusqu’au {limit}."


def urgency(state: CandidatureState, clock: ClockView) -> str:
    """The colour of the clock."""
    if state not in PENDING:
        return "danger" if clock.late else "neutral"
    return "danger" if clock.late else "warning" if clock.soon else "info"


def listed(items: list[ListItem]) -> list[tuple[ListItem, str, str]]:
    """Each line with its clock in words and its colour."""
    return [(i, for_agent(i.state, i.clock), urgency(i.state, i.clock)) for i in items]


def _awaited(clock: ClockView | None) -> str:
    if clock is None:
        return ""
    limit = long_date(clock.decide_by)
    if clock.late:
        return f"La réponse devait venir le {limit} : elle reste due. N’hésitez pas à appeler."
    return f"Une réponse vous est donnée au plus tard le {limit}."
