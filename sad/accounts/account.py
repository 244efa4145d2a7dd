"""One's own account: the password, and the tokens of the JSON API."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import GRANTS, Permission, SignInNeeded
from sad.accounts.schemas import TokenInput
from sad.accounts.sessions import revoke_others
from sad.accounts.tables import ApiToken, Person
from sad.accounts.tokens import digest, new_token
from sad.audit.chains import person_chain
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.errors import Forbidden, Invalid, NotFound


class PasswordWrong(Invalid):
    """The current password typed is not the right one."""

    code = "accounts.password_wrong"


class ScopeNotYours(Forbidden):
    """A token cannot do more than its maker; fact `scopes`."""

    code = "accounts.scope_not_yours"


@dataclass(frozen=True)
class MadeToken:
    """A token just made: its secret is shown once."""

    row: ApiToken
    secret: str


def me(work: Work) -> Person:
    """The person signed in; SignInNeeded for nobody."""
    if work.actor.person_id is None:
        raise SignInNeeded()
    return work.shared(Person, work.actor.person_id)


def set_password(work: Work, hash: str, kept_session: UUID | None) -> None:
    """Keeps the hash of a new password (`check_password`, `hash_password`); other sessions end.

    The caller has checked the current password, if there was one.
    """
    _write_password(work, hash, "person.password_set")
    revoke_others(work, kept_session)


def remove_password(work: Work) -> None:
    """Back to mailed links alone."""
    _write_password(work, None, "person.password_removed")


def scopes_of(work: Work) -> list[Permission]:
    """What the actor may give to a token, in the order of the enumeration."""
    if work.actor.supplier_id is not None:
        return [Permission.ANSWER]
    return [p for p in Permission if p in GRANTS and GRANTS[p] & work.actor.roles]


def create_token(work: Work, typed: TokenInput) -> MadeToken:
    """A token under the hat worn. Raises ScopeNotYours, also for a token making another one."""
    person = me(work)
    beyond = [scope for scope in typed.scopes if scope not in scopes_of(work)]
    if beyond or work.actor.token_scopes is not None:
        raise ScopeNotYours("scopes", scopes=beyond or typed.scopes)
    secret = new_token()
    row: ApiToken = work.add(
        ApiToken(
            token_sha256=digest(secret),
            person_id=person.id,
            organisation_id=work.actor.organisation_id,
            supplier_id=work.actor.supplier_id,
            label=typed.label,
            scopes=sorted(set(typed.scopes)),
            created_at=work.real,
            expires_at=work.real + timedelta(days=typed.days),
        )
    )
    record(
        work,
        person_chain(person.id),
        "token.created",
        row.id,
        after={"scopes": row.scopes, "days": typed.days},
        details={"label": typed.label},
    )
    return MadeToken(row, secret)


def tokens(work: Work) -> list[ApiToken]:
    """One's own tokens still alive, newest first."""
    query = (
        select(ApiToken)
        .where(
            ApiToken.person_id == me(work).id,
            col(ApiToken.revoked_at).is_(None),
            col(ApiToken.expires_at) > work.real,
        )
        .order_by(col(ApiToken.created_at).desc())
    )
    return list(work.session.exec(query))


def revoke_token(work: Work, token_id: UUID) -> None:
    """Ends one of one's own tokens; NotFound for another's."""
    row = work.shared(ApiToken, token_id)
    if row.person_id != me(work).id:
        raise NotFound()
    if row.revoked_at is None:
        row.revoked_at = work.real
        work.session.add(row)
        record(work, person_chain(row.person_id), "token.revoked", row.id)


def _write_password(work: Work, hash: str | None, action: str) -> None:
    person = work.shared(Person, me(work).id, lock=True)
    person.password_hash = hash
    person.wrong_passwords, person.link_only_until = 0, None
    work.session.add(person)
    record(work, person_chain(person.id), action, person.id)
