"""What a market's state says to an agent: a tag, a sentence, what comes next."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.rendering.french import long_date, moment, time_left
from app.rendering.sentences import label
from sad.markets.states import MarketAction, MarketPhase

P, A = MarketPhase, MarketAction
KINDS = {
    P.DRAFT: "neutral",
    P.APPROVAL: "accent",
    P.OPEN: "info",
    P.CLOSED: "accent",
    P.OPENED: "accent",
    P.RANKED: "accent",
    P.PROPOSED: "info",
    P.DECIDED: "info",
    P.SIGNED: "info",
    P.TRANSMITTED: "info",
    P.NOTIFIED: "success",
    P.PERFORMED: "success",
    P.SETTLED: "neutral",
    P.UNSUCCESSFUL: "neutral",
    P.WITHDRAWN: "neutral",
}
SENTENCES = {
    P.DRAFT: "En préparation : personne d’autre que vos collègues ne le voit.",
    P.APPROVAL: "Le service de la commande publique le relit avant le lancement.",
    P.OPENED: "Les plis sont ouverts : vérifiez les offres, puis notez-les.",
    P.RANKED: "Les offres sont classées : proposez l’attribution.",
    P.PROPOSED: "L’attribution est proposée ; les pièces du gagnant sont demandées.",
    P.DECIDED: "L’attribution est décidée ; les lettres sont parties. Il reste à signer.",
    P.SIGNED: "Signé, à notifier : le marché prend effet à sa notification.",
    P.TRANSMITTED: "Transmis au contrôle de légalité.",
    P.NOTIFIED: "Notifié : le marché est en cours d’exécution.",
    P.PERFORMED: "Livré et admis ; il reste à solder.",
    P.SETTLED: "Terminé et soldé.",
}
NEXT = {
    A.PREPARE: ("Continuer la préparation", "preparation"),
    A.LAUNCH: ("Vérifier et lancer", "lancer"),
    A.ANSWER: ("Répondre aux questions", "questions"),
    A.OPEN: ("Ouvrir les plis", "ouverture"),
    A.EVALUATE: ("Examiner et noter les offres", "analyse"),
    A.PROPOSE: ("Proposer l’attribution", "attribution"),
    A.DECIDE: ("Décider l’attribution", "attribution"),
    A.SIGN: ("Signer", "attribution"),
    A.NOTIFY: ("Notifier", "attribution"),
    A.PERFORM: ("Suivre l’exécution", "execution"),
}
COLUMNS = (
    ("À préparer", (P.DRAFT, P.APPROVAL), "Commencez par « Préparer un marché »."),
    ("Ouverts aux réponses", (P.OPEN,), "Un marché lancé apparaît ici jusqu’à sa date limite."),
    ("Plis à ouvrir", (P.CLOSED,), "Après la date limite, les plis attendent ici."),
    ("À noter", (P.OPENED,), "Les offres ouvertes attendent leurs notes ici."),
    ("À attribuer", (P.RANKED, P.PROPOSED, P.DECIDED), "Les marchés classés attendent ici."),
    (
        "Signés et en cours",
        (P.SIGNED, P.TRANSMITTED, P.NOTIFIED, P.PERFORMED),
        "Les marchés signés et en cours d’exécution.",
    ),
    ("Terminés", (P.SETTLED, P.UNSUCCESSFUL, P.WITHDRAWN), "Soldés, infructueux ou sans suite."),
)


@dataclass(frozen=True)
class Status:
    """A tag, its kind, and the sentence beside it."""

    tag: str
    kind: str
    sentence: str


def status(
    phase: MarketPhase,
    now: datetime,
    deadline_at: datetime | None,
    opening_from: datetime | None,
    ended_at: datetime | None = None,
) -> Status:
    """The state in words, with its date where there is one."""
    sentence = SENTENCES.get(phase, "")
    if phase is P.OPEN and deadline_at is not None:
        left = time_left(now, deadline_at)
        sentence = f"Réponses jusqu’au {moment(deadline_at)}, {left}."
    elif phase is P.CLOSED and opening_from is not None:
        if now >= opening_from:
            sentence = f"À ouvrir : les plis le permettent depuis le {moment(opening_from)}."
        else:
            sentence = f"Les plis s’ouvriront à partir du {moment(opening_from)}."
    elif ended_at is not None:
        sentence = f"Arrêté le {long_date(ended_at)} : les raisons ont été envoyées."
    return Status(label(phase), KINDS[phase], sentence)


def next_step(
    market_id: UUID, actions: tuple[MarketAction, ...], questions: int
) -> tuple[str, str] | None:
    """(words, address) of what the market waits for, when this person may do it.

    `questions`: those without an answer; an open market without any waits for nobody.
    """
    for action in actions:
        if action in NEXT and (action is not A.ANSWER or questions):
            words, path = NEXT[action]
            return words, f"/marches/{market_id}/{path}"
    return None
