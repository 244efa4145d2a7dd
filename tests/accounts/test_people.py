"""Organisations, people and roles: who may change them, what the journal keeps."""

import json

import pytest
from sqlmodel import select

from sad.accounts import people, queries
from sad.accounts.people import (
    LastAdministrator,
    OrganisationExists,
    RoleHeld,
    register_organisation,
)
from sad.accounts.permissions import NotAllowed, SignInNeeded
from sad.accounts.schemas import InvitationInput, OrganisationInput
from sad.accounts.tables import Membership, Organisation, Person
from sad.audit.tables import audit_event
from sad.db.work import Work
from sad.kernel.actor import ANONYMOUS, Role
from sad.kernel.errors import NotFound
from sad.kernel.siret import SiretWrong
from sad.notifications.outbox import kept_letters
from tests.conftest import OpenWork
from tests.support.cast import Cast

SETTINGS = OrganisationInput.model_validate(
    {
        "name": "Agglomération de Brume et du Littoral",
        "contact_name": "Camille Petit",
        "contact_email": "Contact@Brume.example",
        "accent": "ocean",
        "alsace_moselle": True,
    }
)
NEW = InvitationInput.model_validate(
    {"email": "Nouvelle@brume.example", "name": "Nora Neuve", "roles": ["buyer", "evaluator"]}
)


def bodies(work: Work, action: str) -> list[dict[str, object]]:
    rows = work.session.connection().execute(
        select(audit_event.c.body).where(audit_event.c.action == action)
    )
    return [json.loads(body) for body in rows.scalars()]


def test_the_organisation_is_set_and_journalled_without_names(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("administrator")) as w:
        people.update_organisation(w, SETTINGS)
    with work() as w:
        row = w.shared(Organisation, cast.organisation_id)
        assert (row.accent, row.alsace_moselle) == ("ocean", True)
        assert row.contact_email == "contact@brume.example"
        (event,) = bodies(w, "organisation.updated")
        assert event["chain"] == f"organisation:{cast.organisation_id}"
        assert event["after"] == {
            "name": "Agglomération de Brume et du Littoral",
            "accent": "ocean",
            "alsace_moselle": True,
        }
        assert "Camille" not in json.dumps(event)


def test_nothing_changed_is_no_event(work: OpenWork, cast: Cast) -> None:
    for _ in range(2):
        with work(cast.actor("administrator")) as w:
            people.update_organisation(w, SETTINGS)
    with work() as w:
        assert len(bodies(w, "organisation.updated")) == 1


def test_an_invitation_gives_roles_and_mails_a_link(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("administrator")) as w:
        person = people.invite(w, NEW)
        assert person.email == "nouvelle@brume.example"
    with work(cast.actor("administrator")) as w:
        (agent,) = [a for a in queries.agents(w) if a.person_id == person.id]
        assert [held.role for held in agent.roles] == [Role.BUYER, Role.EVALUATOR]
        (letter,) = kept_letters(w)
        assert letter.kind == "accounts.invitation" and letter.to == "nouvelle@brume.example"
        assert (letter.link or "").startswith("/entrer/")
    with pytest.raises(RoleHeld), work(cast.actor("administrator")) as w:
        people.invite(w, NEW)


def test_a_known_address_is_the_same_person(work: OpenWork, cast: Cast) -> None:
    typed = NEW.model_copy(update={"email": "alder@brume.example", "roles": [Role.BUYER]})
    with work(cast.actor("administrator")) as w:
        person = people.invite(w, typed)
    assert person.id == cast.people["alder"]
    with work() as w:
        assert w.shared(Person, person.id).name == "Alder"


def test_a_role_ends_but_stays_in_the_past(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        membership = w.session.exec(
            select(Membership).where(Membership.person_id == cast.people["buyer"])
        ).one()
    with work(cast.actor("administrator")) as w:
        people.end_role(w, membership.id)
        people.end_role(w, membership.id)
    with work(cast.actor("administrator")) as w:
        assert cast.people["buyer"] not in {agent.person_id for agent in queries.agents(w)}
        assert w.get(Membership, membership.id).ended_at is not None
        assert len(bodies(w, "role.ended")) == 1
        people.invite(w, NEW.model_copy(update={"email": "buyer@brume.example"}))  # may come back


def test_the_last_administrator_stays(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        membership = w.session.exec(
            select(Membership).where(Membership.role == Role.ADMINISTRATOR)
        ).one()
    with pytest.raises(LastAdministrator), work(cast.actor("administrator")) as w:
        people.end_role(w, membership.id)
    with work(cast.actor("administrator")) as w:
        more = {"email": "officer@brume.example", "roles": [Role.ADMINISTRATOR]}
        people.invite(w, NEW.model_copy(update=more))
        people.end_role(w, membership.id)


def test_another_organisations_role_does_not_exist_here(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        membership = w.session.exec(
            select(Membership).where(Membership.person_id == cast.people["other_officer"])
        ).one()
    for act in (
        lambda w: people.end_role(w, membership.id),
        lambda w: people.invite_again(w, cast.people["other_officer"]),
    ):
        with pytest.raises(NotFound), work(cast.actor("administrator")) as w:
            act(w)


@pytest.mark.parametrize(
    "part", ["officer", "buyer", "evaluator", "auditor", "alder", "stranger", "other_officer"]
)
def test_only_administrators_change_people(work: OpenWork, cast: Cast, part: str) -> None:
    for act in (
        lambda w: people.update_organisation(w, SETTINGS),
        lambda w: people.invite(w, NEW),
        lambda w: queries.agents(w),
    ):
        with pytest.raises(NotAllowed), work(cast.actor(part)) as w:
            act(w)
    with pytest.raises(SignInNeeded), work(ANONYMOUS) as w:
        people.invite(w, NEW)


def test_an_organisation_is_registered_once(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        row = register_organisation(w, "732 829 320 00074", "Agglomération de Brume")
        assert (row.siret, row.slug) == ("73282932000074", "agglomeration-de-brume")
    with pytest.raises(OrganisationExists), work() as w:
        register_organisation(w, "73282932000074", "Une autre")
    with pytest.raises(SiretWrong), work() as w:
        register_organisation(w, "73282932000075", "Une autre")
    with pytest.raises(NotAllowed), work(cast.actor("administrator")) as w:
        register_organisation(w, "35600000000048", "Une autre")
