"""Members of a group: told, they read; only the address invited opens what concerns its group."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from sad.accounts.tables import Person
from sad.candidatures import groups, views
from sad.candidatures.schemas import GroupInput, MemberInput
from sad.db.work import Work
from sad.kernel.actor import Actor
from sad.kernel.errors import NotFound
from sad.kernel.vat import VatRegime
from sad.notifications import queries as messages
from sad.notifications.outbox import kept_letters
from sad.suppliers import service as suppliers
from sad.suppliers.schemas import SupplierInput
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.joined import draft, submitted
from tests.support.published import published_system

ALDER, BIRCH, NEW = "99900001100018", "73282932000074", "37502862800010"
MAIL = "contact@lac.example"


def group() -> GroupInput:
    """Alder leads birch, who has an account, and a structure that has none."""
    return GroupInput(
        members=[
            MemberInput(siret=ALDER, name="Atelier alder", mandataire=True),
            MemberInput(siret=BIRCH, name="Atelier birch"),
            MemberInput(siret=NEW, name="Ressourcerie du Lac", email=" Contact@Lac.example "),
        ]
    )


@pytest.fixture
def category(work: OpenWork, cast: Cast) -> UUID:
    """A category of an open system."""
    with work(cast.actor("officer")) as w:
        return published_system(w)[1][0]


def open_account(w: Work, email: str, siret: str = NEW) -> int:
    """A person of this address opens the account of a SIRET; how many groups it then reads."""
    person = w.session.exec(select(Person).where(col(Person.email) == email)).one_or_none()
    person = person or w.add(Person(email=email, name="Lou", created_at=w.now))
    w.actor = Actor(person.id)
    supplier = suppliers.create(
        w, SupplierInput(siret=siret, name="Ressourcerie du Lac", vat_regime=VatRegime.FRANCHISE)
    )
    return groups.join_groups(w, supplier)


def test_a_member_with_an_account_reads_the_candidature_once_it_is_sent(
    work: OpenWork, read: OpenWork, cast: Cast, category: UUID
) -> None:
    with work(cast.actor("alder")) as w:
        draft(w, category, group())
    with read(cast.actor("birch")) as w:
        assert views.of_groups(w) == [] and messages.unread(w) == 0
    with work(cast.actor("alder")) as w:
        sent = submitted(w, category, group())
    with read(cast.actor("birch")) as w:
        (seen,) = views.of_groups(w)
        assert seen.id == sent and seen.actions == []
        assert seen.snapshot is not None
        assert set(seen.snapshot) == {"capacity", "declaration", "group"}  # not the leader's file
        assert views.group_one(w, sent).applicant_name == "Groupement Atelier alder"
        assert [one.kind for one in messages.inbox(w)[0]] == ["candidatures.group_member"]
        with pytest.raises(NotFound):
            views.mine_one(w, sent)
    with read(cast.actor("alder")) as w:
        assert views.of_groups(w) == []
        with pytest.raises(NotFound):
            views.group_one(w, sent)


def test_a_structure_without_account_receives_a_link_that_opens_its_own(
    work: OpenWork, cast: Cast, category: UUID
) -> None:
    with work(cast.actor("alder")) as w:
        submitted(w, category, group())
    with work() as w:
        (letter,) = [x for x in kept_letters(w) if x.kind == "candidatures.group_invited"]
        assert letter.to == MAIL and str(letter.link).startswith("/entrer/")
        person = w.session.exec(select(Person).where(col(Person.email) == MAIL)).one()
        w.actor = Actor(person.id)
        invited = groups.invited(w)
        assert invited is not None and invited.siret == NEW
        assert open_account(w, MAIL) == 1


def test_another_address_under_its_siret_reads_nothing(
    work: OpenWork, cast: Cast, category: UUID
) -> None:
    with work(cast.actor("alder")) as w:
        submitted(w, category, group())
    with work() as w:
        assert open_account(w, "somebody@else.example") == 0
