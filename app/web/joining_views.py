"""What the joining screens show: what is known, what was typed and not sent yet, what is asked."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData

from app.deps import signed_in
from app.web.forms import text
from app.web.supplier_contact import buyer
from sad.accounts.tables import Person
from sad.candidatures import declaration as sworn
from sad.candidatures import drafts, groups, joining, service, views
from sad.candidatures.filing import members_of
from sad.candidatures.rules import PendingOrAdmitted
from sad.candidatures.schemas import GroupInput, MemberInput
from sad.candidatures.states import CandidatureState, Screen
from sad.candidatures.tables import Applicant, Candidature
from sad.categories import queries as categories
from sad.categories.schemas import CategoryView
from sad.categories.tables import Category
from sad.db.work import Work
from sad.kernel.errors import Incomplete, Problem, Refusal
from sad.suppliers import papers
from sad.suppliers import queries as suppliers
from sad.suppliers.states import SupplierKind
from sad.systems import queries as systems
from sad.systems.schemas import SystemView

ROWS, MOST_MEMBERS = 3, 29  # of the other structures of a group
LISTS = ("categories", "kinds")
MEMBER_FIELDS = ("siret", "name", "email")
ALONE, GROUP = "supplier", "group"
WAYS = {"groupement": GROUP, "seule": ALONE}
NO_LEVEL = "Aucun niveau minimal"


Standing = Mapping[str, CandidatureState]


def system(work: Work, system_id: UUID) -> dict[str, Any]:
    """The system and its buyer, whom each screen names."""
    view = systems.public_one(work, system_id)
    return {"system": view, "organisation": buyer(work, view)}


def structure(work: Work, system_id: UUID) -> dict[str, Any]:
    """What is known of who joins: the structure's file, or what its group said of it."""
    known = suppliers.mine(work) if work.actor.supplier_id is not None else None
    invited = groups.invited(work) if known is None else None
    values = known.model_dump(exclude_none=True) if known else {}
    if invited is not None:
        values = {"siret": invited.siret, "name": invited.name}
    return {
        "supplier": known,
        "invited": invited,
        "values": _typed(work, system_id, Screen.STRUCTURE, values),
    }


def choice(work: Work, system_id: UUID, also: str = "") -> dict[str, Any]:
    """The second screen: categories with what they ask, alone or as a group.

    A category joined already is offered again the other way, once asked for by `also` (GRP-02).
    """
    view = systems.public_one(work, system_id)
    found = own_drafts(work, view)
    offered = categories.of_system(work, view.organisation_id, view.id)
    standing = views.standing(work, view.organisation_id, view.id)
    known = _chosen(work, found)
    values = _typed(work, system_id, Screen.CATEGORIES, known)
    also = also or str(values.get("aussi", ""))
    if also in WAYS:
        values |= {"aussi": also, "alone": "non" if WAYS[also] == GROUP else "oui"}
    drafted = {draft.category_id for draft in found}
    left = [
        one
        for one in offered
        if one.id in drafted or _may_join(one, standing.get(one.id, {}), WAYS.get(also))
    ]
    return {
        "offered": left,
        "levels": [
            (one.name, one.selection_criteria)
            for one in left
            if not one.selection_criteria.startswith(NO_LEVEL)
        ],
        "standing": [_joined(one, standing[one.id]) for one in offered if one.id in standing],
        "reserved": any(one.reservation != "none" for one in offered),
        "kinds": list(SupplierKind),
        "rows": range(rows_of(values)),
        "values": values,
    }


def _may_join(category: CategoryView, held: Standing, kind: str | None) -> bool:
    """Not joined yet; or joined the other way only, where a structure may be in both."""
    if not held:
        return True
    return kind is not None and kind not in held and not category.group_exclusive


def _joined(category: CategoryView, held: Standing) -> dict[str, Any]:
    """What a category was joined as, and the way that is left."""
    return {
        "name": category.name,
        "held": list(held.items()),
        "way": next((way for way, kind in WAYS.items() if _may_join(category, held, kind)), ""),
    }


def check_free(work: Work, system_id: UUID, chosen: Sequence[str], *, group: bool) -> None:
    """Nothing is chosen that was joined the same way. Raises PendingOrAdmitted."""
    view = systems.public_one(work, system_id)
    standing = views.standing(work, view.organisation_id, view.id)
    kind = GROUP if group else ALONE
    for category_id, held in standing.items():
        if str(category_id) in chosen and kind in held:
            raise PendingOrAdmitted("alone", state=held[kind])


def rows_of(values: dict[str, Any]) -> int:
    """As many rows as structures typed and one more, three at least."""
    filled = [row for row in range(MOST_MEMBERS) if values.get(f"members.{row}.siret")]
    return min(MOST_MEMBERS, max(ROWS, max(filled, default=-1) + 2))


def demanded(work: Work, view: SystemView) -> dict[str, Any]:
    """Each document the chosen categories demand, and the paper of the file that may be it."""
    found = own_drafts(work, view)
    kept = [one for one in papers.kept(work, suppliers.mine(work).id) if not one.expired]
    chosen: dict[str, str] = {}
    wanted: dict[str, list[str]] = {}
    for draft in found:
        category = work.get_in(Category, draft.organisation_id, draft.category_id)
        chosen |= draft.documents or {}
        for document in category.required_documents:
            wanted.setdefault(document, []).append(category.name)
    by_name = {one.name: str(one.id) for one in kept}
    ids = {str(one.id) for one in kept}
    asked = [
        {
            "name": document,
            "categories": names,
            "paper": by_name.get(document)
            or (chosen[document] if chosen.get(document) in ids else ""),
        }
        for document, names in wanted.items()
    ]
    return {"asked": asked, "papers": kept, "drafts": found}


def declaration(work: Work, system_id: UUID) -> dict[str, Any]:
    """The grounds, and who declares as known; the boxes are never ticked."""
    found = own_drafts(work, systems.public_one(work, system_id))
    values = _typed(work, system_id, Screen.DECLARATION, _declared(work, found[0]) if found else {})
    return {
        "mandatory": sworn.MANDATORY,
        "optional": sworn.OPTIONAL,
        "disabled_workers": sworn.DISABLED_WORKERS,
        "supplier": suppliers.mine(work),
        "group": any(one.members for one in [views.mine_one(work, d.id) for d in found[:1]]),
        "values": values,
    }


def checked(work: Work, found: list[Candidature]) -> dict[str, Any]:
    """Everything that leaves, and what is still missing."""
    missing = {(p.code, str(p.facts)): p for draft in found for p in service.missing(work, draft)}
    return {
        "supplier": suppliers.mine(work),
        "candidatures": [views.mine_one(work, draft.id) for draft in found],
        "missing": list(missing.values()),
    }


def own_drafts(work: Work, view: SystemView) -> list[Candidature]:
    """The drafts the screens show and send."""
    return drafts.current(work, view.organisation_id, view.id, suppliers.mine(work).id)


def group_typed(work: Work, form: FormData) -> GroupInput | None:
    """The group typed, its mandataire first: the structure itself. None when it applies alone."""
    if text(form, "alone") != "non":
        return None
    mine = suppliers.mine(work)
    members = [MemberInput(siret=mine.siret, name=mine.name, mandataire=True)]
    problems: list[Problem] = []
    for row in range(MOST_MEMBERS):
        siret, name, email = (text(form, f"members.{row}.{field}") for field in MEMBER_FIELDS)
        if not siret and not name:
            continue
        try:
            members.append(MemberInput(siret=siret, name=name or siret, email=email))
        except Refusal as refusal:
            wrong = "email" if refusal.code == "accounts.email_unreadable" else "siret"
            problems.append(Problem(refusal.code, f"members.{row}.{wrong}", refusal.facts))
    if problems:
        raise Incomplete(problems)
    form_of_group = "solidary" if text(form, "group_form") == "solidary" else "conjoint"
    return GroupInput(form=form_of_group, members=members)


def _chosen(work: Work, found: list[Candidature]) -> dict[str, Any]:
    """The second screen as the drafts say it."""
    mine = suppliers.mine(work)
    values: dict[str, Any] = {
        "categories": [str(draft.category_id) for draft in found],
        "capacity": found[0].capacity if found else mine.capacity,
        "kinds": mine.kinds,
        "alone": "oui",
        "group_form": "conjoint",
    }
    if found:
        applicant = work.get_in(Applicant, found[0].organisation_id, found[0].applicant_id)
        others = [m for m in members_of(work, applicant) if not m.mandataire]
        for row, member in enumerate(others):
            values |= {
                f"members.{row}.siret": member.siret,
                f"members.{row}.name": member.name,
                f"members.{row}.email": member.email or "",
            }
        values |= {"alone": "non" if others else "oui", "group_form": applicant.form or "conjoint"}
    return values


def _declared(work: Work, draft: Candidature) -> dict[str, Any]:
    """Name and function, from the draft, the file, or the last candidature sent."""
    name = draft.declarant_name or work.shared(Person, signed_in(work)).name
    function = draft.declarant_function or next(
        (member.function for member in suppliers.members(work) if member.me), ""
    )
    if not function:
        sent = (one for one in views.mine(work) if one.declarant_function)
        last = next(sent, None)
        if last is not None:
            name, function = last.declarant_name, last.declarant_function
    return {"declarant_name": name, "declarant_function": function, "reserve": draft.reserve}


def _typed(work: Work, system_id: UUID, screen: Screen, known: dict[str, Any]) -> dict[str, Any]:
    """What is known under what was typed since; a list unticked whole is an empty one."""
    typed = joining.kept(work, system_id, screen)
    if typed is None:
        return known
    lists = {
        name: typed[name] if isinstance(typed.get(name), list) else _one(typed.get(name))
        for name in LISTS
        if name in known or name in typed
    }
    return known | typed | lists


def _one(value: Any) -> list[Any]:
    return [value] if value else []
