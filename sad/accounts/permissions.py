"""Who may do what: asked in this one place, declared as data."""

from enum import StrEnum
from uuid import UUID

from sad.db.work import Work
from sad.kernel.actor import Role
from sad.kernel.errors import Forbidden, Refusal


class Permission(StrEnum):
    """One thing an agent may do in its organisation; also a scope of API tokens."""

    MANAGE_ORGANISATION = "manage_organisation"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_DELEGATIONS = "manage_delegations"
    MANAGE_SYSTEM = "manage_system"
    DECIDE_CANDIDATURE = "decide_candidature"
    MANAGE_FUNDING = "manage_funding"
    PREPARE_MARKET = "prepare_market"
    APPROVE_MARKET = "approve_market"
    LAUNCH_MARKET = "launch_market"
    ANSWER_QUESTION = "answer_question"
    OPEN_OFFERS = "open_offers"
    JUDGE_ADMISSIBILITY = "judge_admissibility"
    SCORE = "score"
    CLOSE_EVALUATION = "close_evaluation"
    PROPOSE_AWARD = "propose_award"
    DECIDE_AWARD = "decide_award"
    SIGN_AWARD = "sign_award"
    NOTIFY_AWARD = "notify_award"
    END_MARKET = "end_market"
    PERFORM = "perform"  # admission, invoices, solde (P15)
    READ_FILE = "read_file"
    READ_FUNDING = "read_funding"
    READ_JOURNAL = "read_journal"
    EXPORT_JOURNAL = "export_journal"  # whole, marks included: for who never gives any
    ANSWER = "answer"  # the supplier's own: never in GRANTS, checked by `require_supplier`


_O, _B, _E, _A = Role.OFFICER, Role.BUYER, Role.EVALUATOR, Role.AUDITOR
_ADMIN, _S = Role.ADMINISTRATOR, Role.SIGNATORY
P = Permission

GRANTS: dict[Permission, frozenset[Role]] = {
    P.MANAGE_ORGANISATION: frozenset({_ADMIN}),
    P.MANAGE_PEOPLE: frozenset({_ADMIN}),
    P.MANAGE_DELEGATIONS: frozenset({_ADMIN, _O}),
    P.MANAGE_SYSTEM: frozenset({_O}),
    P.DECIDE_CANDIDATURE: frozenset({_O}),
    P.MANAGE_FUNDING: frozenset({_O}),
    P.PREPARE_MARKET: frozenset({_O, _B}),
    P.APPROVE_MARKET: frozenset({_O}),
    P.LAUNCH_MARKET: frozenset({_O, _B}),
    P.ANSWER_QUESTION: frozenset({_O, _B}),
    P.OPEN_OFFERS: frozenset({_O, _B}),
    P.JUDGE_ADMISSIBILITY: frozenset({_O, _B}),
    P.SCORE: frozenset({_O, _B, _E}),
    P.CLOSE_EVALUATION: frozenset({_O, _B}),
    P.PROPOSE_AWARD: frozenset({_O, _B}),
    P.DECIDE_AWARD: frozenset({_O, _S}),
    P.SIGN_AWARD: frozenset({_O, _S}),
    P.NOTIFY_AWARD: frozenset({_O}),
    P.END_MARKET: frozenset({_O}),
    P.PERFORM: frozenset({_O, _B}),
    P.READ_FILE: frozenset({_O, _B, _E, _A, _S}),
    P.READ_FUNDING: frozenset({_O, _B, _A, _S}),
    P.READ_JOURNAL: frozenset({_O, _A}),
    P.EXPORT_JOURNAL: frozenset({_A}),
}


class NotAllowed(Forbidden):
    """The actor's roles do not grant this permission."""

    code = "accounts.not_allowed"


class SignInNeeded(Refusal):
    """Nobody is signed in."""

    code = "accounts.sign_in_needed"
    status = 401


def may(work: Work, permission: Permission, organisation_id: UUID | None = None) -> bool:
    """Whether the actor may, in this organisation (its own by default)."""
    actor = work.actor
    if actor.engine:
        return True
    if (
        actor.organisation_id is None
        or (organisation_id or actor.organisation_id) != actor.organisation_id
    ):
        return False
    if actor.token_scopes is not None and permission not in actor.token_scopes:
        return False
    return bool(GRANTS[permission] & actor.roles)


def require(work: Work, permission: Permission, organisation_id: UUID | None = None) -> None:
    """Refuses unless the actor may: SignInNeeded for nobody, NotAllowed for anybody else."""
    if may(work, permission, organisation_id):
        return
    if work.actor.person_id is None:
        raise SignInNeeded()
    raise NotAllowed(permission=permission)


def require_supplier(work: Work) -> UUID:
    """The supplier the actor answers for; refuses agents, strangers and tokens without `answer`."""
    actor = work.actor
    if actor.person_id is None:
        raise SignInNeeded()
    scoped = actor.token_scopes is None or Permission.ANSWER in actor.token_scopes
    if actor.supplier_id is None or not scoped:
        raise NotAllowed(permission=Permission.ANSWER)
    return actor.supplier_id
