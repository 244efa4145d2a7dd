"""Typed by the officer under dictation, confirmed by the supplier alone (P18)."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from sad.accounts.permissions import NotAllowed
from sad.accounts.tables import Person, SignInLink
from sad.candidatures import service, views
from sad.candidatures.dictation import dictate
from sad.candidatures.schemas import DictationInput
from sad.kernel.actor import Actor, Role
from sad.kernel.vat import VatRegime
from sad.notifications.tables import Outbox
from sad.suppliers.schemas import PersonInput, SupplierInput
from sad.suppliers.tables import Supplier
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.counted import count
from tests.support.joined import DECLARED
from tests.support.published import published_system


def dictation(category: UUID, siret: str = "37502862800010") -> DictationInput:
    """What is said on the telephone."""
    return DictationInput(
        category_ids=[category],
        capacity="Chaises et bureaux, trois collectes par semaine.",
        supplier=SupplierInput(
            siret=siret, name="Ressourcerie du Lac", vat_regime=VatRegime.FRANCHISE
        ),
        person=PersonInput(email="Lac@Exemple.example", name="Yann Le Goff"),
    )


@pytest.fixture
def system(work: OpenWork, cast: Cast) -> tuple[UUID, UUID]:
    """(system, category), open."""
    with work(cast.actor("officer")) as w:
        system_id, categories = published_system(w)
        return system_id, categories[0]


def test_the_supplier_confirms_by_link_and_sends_itself(
    work: OpenWork, read: OpenWork, cast: Cast, system: tuple[UUID, UUID]
) -> None:
    with work(cast.actor("officer")) as w:
        draft = dictate(w, system[0], dictation(system[1]))[0]
        assert count(w, Outbox) == 1
        assert count(w, SignInLink, col(SignInLink.purpose) == "confirmation") == 1
    with read(cast.actor("officer")) as w:
        assert [d.applicant_name for d in views.dictated(w)] == ["Ressourcerie du Lac"]
        assert views.listing(w) == []
        same = col(Supplier.siret) == "37502862800010"
        supplier_id = w.session.exec(select(Supplier.id).where(same)).one()
        person = w.session.exec(select(Person).where(col(Person.email) == "lac@exemple.example"))
        person_id = person.one().id
    with work(cast.actor("officer")) as w, pytest.raises(NotAllowed):
        service.submit(w, [draft.id], DECLARED)
    actor = Actor(person_id, None, supplier_id, frozenset({Role.SUPPLIER}))
    with work(actor) as w:
        sent = service.submit(w, [draft.id], DECLARED)[0]
    assert sent.state == "submitted"
    with read(cast.actor("officer")) as w:
        assert views.dictated(w) == []
        assert views.one(w, draft.id).dictated


def test_a_known_supplier_keeps_its_file_and_its_people(
    work: OpenWork, cast: Cast, system: tuple[UUID, UUID]
) -> None:
    with work(cast.actor("officer")) as w:
        dictate(w, system[0], dictation(system[1], "999 000 011 00018"))
        assert w.shared(Supplier, cast.suppliers["alder"]).name == "Atelier alder"
        assert count(w, Person, col(Person.email) == "lac@exemple.example") == 0


@pytest.mark.parametrize("part", ["buyer", "auditor", "alder", "stranger"])
def test_only_an_officer_types_for_a_supplier(
    work: OpenWork, cast: Cast, system: tuple[UUID, UUID], part: str
) -> None:
    with work(cast.actor(part)) as w, pytest.raises(NotAllowed):
        dictate(w, system[0], dictation(system[1]))
