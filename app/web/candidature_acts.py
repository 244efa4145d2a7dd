"""The officer's acts on a candidature, each on a page that says its consequence; dictation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData

from app.deps import once, reading
from app.errors import journal_refusal
from app.routing import page_router
from app.security.csrf import FormBody
from app.web import candidature_words as words
from app.web.forms import answerable, parse, text, texts, typed
from app.web.pages import errors_of, render
from sad.accounts import delegations
from sad.accounts.permissions import Permission, require
from sad.accounts.rules import Act
from sad.candidatures import decisions, views
from sad.candidatures.dictation import dictate
from sad.candidatures.rules import HEARING_DAYS, NothingToSubmit
from sad.candidatures.schemas import CandidatureView, DecisionInput, DictationInput, RequestInput
from sad.candidatures.states import CandidatureAction, CandidatureState
from sad.categories import queries as categories
from sad.db.work import Work
from sad.kernel.errors import Incomplete, NotFound, Problem, Refusal
from sad.suppliers.schemas import PersonInput, SupplierInput
from sad.systems import queries as systems

router = page_router("/candidatures")

ACT, DICTATION = "candidatures/act.html", "candidatures/dictation.html"
A = CandidatureAction
COMPLETION_DAYS = 7


@dataclass(frozen=True)
class ActPage:
    """One act: its words, what it asks, the delegation it needs, and what does it."""

    action: CandidatureAction
    title: str
    button: str
    consequence: str
    do: Callable[[Work, UUID, FormData], object]
    kind: str = "primary"
    act: Act | None = None
    reasons: str = ""  # label of the long text
    field: str = "reasons"
    hint: str = ""
    days: int = 0  # a last day to give, this many days proposed
    together: bool = False  # other candidatures may be concerned


def _decision(form: FormData) -> DecisionInput:
    return parse(DecisionInput, form)


def _request(form: FormData) -> RequestInput:
    return parse(RequestInput, form)


def _concerned(form: FormData, candidature_id: UUID) -> list[UUID]:
    return [candidature_id, *_ids(form, "others")]


def _ids(form: FormData, name: str) -> list[UUID]:
    try:
        return [UUID(one) for one in texts(form, name)]
    except ValueError as error:
        raise Incomplete([Problem("field.identifier", name)]) from error


PAGES = {
    "admettre": ActPage(
        A.ADMIT,
        "Admettre la candidature",
        "Admettre",
        "La structure est prévenue tout de suite. Elle sera invitée à toutes les demandes de prix"
        " de la catégorie.",
        lambda work, one, form: decisions.admit(work, one, _decision(form)),
        act=Act.ADMISSION,
        reasons="Raisons de l’admission",
        hint="Au regard du critère annoncé pour la catégorie.",
    ),
    "refuser": ActPage(
        A.REFUSE,
        "Refuser la candidature",
        "Refuser",
        "La structure lit vos raisons tout de suite, et peut candidater de nouveau.",
        lambda work, one, form: decisions.refuse(work, one, _decision(form)),
        kind="danger",
        act=Act.REFUSAL,
        reasons="Raisons du refus",
        hint="L’absence de références ne suffit pas à refuser (article R2142-14).",
    ),
    "completer": ActPage(
        A.ASK_COMPLEMENTS,
        "Demander des compléments",
        "Envoyer la demande",
        "Toutes les structures cochées reçoivent la même demande et le même délai. Le délai de"
        " décision continue de courir.",
        lambda work, one, form: decisions.ask_complements(
            work, _concerned(form, one), _request(form)
        ),
        reasons="Ce qui manque",
        field="text",
        days=COMPLETION_DAYS,
        together=True,
    ),
    "prolonger": ActPage(
        A.EXTEND,
        "Porter le délai à 15 jours ouvrables",
        "Prolonger l’examen",
        "15 jours ouvrables en tout depuis la réception, et non 10 plus 15. La structure est"
        " prévenue, avec le motif.",
        lambda work, one, form: decisions.extend(work, one, text(form, "reason")),
        reasons="Motif",
        field="reason",
        hint="Par exemple : pièces à vérifier auprès d’un tiers.",
    ),
    "prolonger-avant-le-premier-marche": ActPage(
        A.EXTEND_ANNOUNCED,
        "Prolonger comme les documents l’annoncent",
        "Prolonger l’examen",
        "Seulement avant le premier marché, de la durée annoncée dans les documents. Aucune"
        " première demande de prix ne part tant que cette candidature attend. La structure est"
        " prévenue, avec le motif.",
        lambda work, one, form: decisions.extend_as_announced(work, one, text(form, "reason")),
        reasons="Motif",
        field="reason",
    ),
    "mise-a-jour": ActPage(
        A.ASK_UPDATE,
        "Demander une mise à jour du dossier",
        "Envoyer la demande",
        "La structure a cinq jours ouvrables à compter de l’envoi pour répondre.",
        lambda work, one, form: decisions.ask_update(
            work, _concerned(form, one), text(form, "text")
        ),
        reasons="Ce qui est à mettre à jour",
        field="text",
    ),
    "lettre": ActPage(
        A.OPEN_HEARING,
        "Lettre avant retrait de l’admission",
        "Envoyer la lettre",
        "Rien n’est encore décidé : la structure peut répondre jusqu’au dernier jour du délai.",
        lambda work, one, form: decisions.open_hearing(work, one, _request(form)),
        reasons="Ce qui est reproché, et sur quel fondement",
        field="text",
        hint="Un motif d’exclusion, ou une mise à jour restée sans réponse.",
        days=HEARING_DAYS,
    ),
    "retirer": ActPage(
        A.WITHDRAW_ADMISSION,
        "Retirer l’admission",
        "Retirer l’admission",
        "La structure ne sera plus invitée dans cette catégorie. Elle lit vos raisons et peut"
        " candidater de nouveau.",
        lambda work, one, form: decisions.withdraw_admission(work, one, _decision(form)),
        kind="danger",
        act=Act.ADMISSION_WITHDRAWAL,
        reasons="Raisons du retrait",
        hint="Répondez aux observations de la structure s’il y en a.",
    ),
}
ORDER = {page.action: slug for slug, page in PAGES.items()}


@router.get("/dictee/{system_id}")
def dictation(request: Request, system_id: UUID) -> Response:
    """A candidature typed while the supplier dictates it."""
    with reading(request) as work:
        context = _dictation(work, system_id)
    return render(request, DICTATION, **context)


@router.post("/dictee/{system_id}")
def write_dictation(request: Request, system_id: UUID, form: FormBody) -> Response:
    """Keeps it as a draft, and mails its supplier a link to read, declare and send it."""

    def do(work: Work) -> str:
        dictate(work, system_id, _dictated(form))
        return "/candidatures#dictees"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        with reading(request) as work:
            context = _dictation(work, system_id)
        values = typed(form) | {"categories": texts(form, "categories")}
        context |= {"values": values, "errors": errors_of(refusal)}
        return render(request, DICTATION, status=refusal.status, **context)


@router.get("/{candidature_id}/actes/{slug}")
def act(request: Request, candidature_id: UUID, slug: str) -> Response:
    """The page of an act: what it does, what it asks, under which delegation."""
    with reading(request) as work:
        context = _act(work, candidature_id, _page(slug))
    return render(request, ACT, **context)


@router.post("/{candidature_id}/actes/{slug}")
def do_act(request: Request, candidature_id: UUID, slug: str, form: FormBody) -> Response:
    """Does it, once."""
    page = _page(slug)

    def do(work: Work) -> str:
        require(work, Permission.DECIDE_CANDIDATURE)
        page.do(work, candidature_id, form)
        return f"/candidatures/{candidature_id}"

    try:
        return once(request, form, do)
    except Refusal as refusal:
        if not answerable(refusal):
            raise
        if refusal.journalled:
            journal_refusal(request, refusal)
        with reading(request) as work:
            context = _act(work, candidature_id, page)
        values = typed(form) | {"others": texts(form, "others")}
        context |= {"values": values, "errors": errors_of(refusal)}
        return render(request, ACT, status=refusal.status, **context)


def _page(slug: str) -> ActPage:
    if slug not in PAGES:
        raise NotFound()
    return PAGES[slug]


def _act(work: Work, candidature_id: UUID, page: ActPage) -> dict[str, Any]:
    require(work, Permission.DECIDE_CANDIDATURE)
    one = views.one(work, candidature_id)
    choices = delegations.in_force(work, page.act, None, work.today) if page.act else []
    values: dict[str, Any] = {"others": []}
    if page.days:
        values["due_on"] = str(_proposed(work.today, page.days))
    if len(choices) == 1:
        values["delegation_id"] = str(choices[0].id)
    return {
        "one": one,
        "category": categories.public_one(work, one.category_id),
        "page": page,
        "slug": ORDER[page.action],
        "possible": page.action in one.actions,
        "clock": words.for_agent(one.state, one.clock),
        "choices": [
            (str(d.id), f"{d.person_name}, {d.quality} (acte {d.act_number})") for d in choices
        ],
        "after_appeal": page.action is A.ADMIT and bool(one.decisions),
        "others": _others(work, one) if page.together else [],
        "values": values,
    }


def _proposed(today: date, days: int) -> date:
    return today + timedelta(days=days)


def _others(work: Work, one: CandidatureView) -> list[tuple[str, str]]:
    """The other candidatures waiting, that may be concerned by the same request (CAND-17)."""
    waiting = [i for i in views.listing(work) if i.state is CandidatureState.SUBMITTED]
    return [
        (str(i.id), f"{i.applicant_name} · {i.category_name}") for i in waiting if i.id != one.id
    ]


def _dictation(work: Work, system_id: UUID) -> dict[str, Any]:
    require(work, Permission.DECIDE_CANDIDATURE)
    view = systems.one(work, system_id)
    return {
        "system": view,
        "offered": categories.of_system(work, view.organisation_id, view.id),
    }


def _dictated(form: FormData) -> DictationInput:
    """The form in its two parts, every fault at once."""
    problems: list[Problem] = []
    if not texts(form, "categories"):
        problems.append(Problem(NothingToSubmit.code, "categories"))
    parts: dict[str, Any] = {}
    for name, model, more in (
        ("supplier", SupplierInput, {}),
        ("person", PersonInput, {"name": text(form, "person_name")}),
    ):
        try:
            parts[name] = parse(model, form, **more)
        except Incomplete as refusal:
            problems += refusal.problems
        except Refusal as refusal:
            problems.append(Problem(refusal.code, refusal.where, refusal.facts))
    if problems:
        raise Incomplete(problems)
    return DictationInput(
        category_ids=_ids(form, "categories"),
        capacity=text(form, "capacity"),
        **parts,
    )
