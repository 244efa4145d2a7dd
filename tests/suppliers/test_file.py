"""A supplier's file: joined once by SIRET, kept by its own people, paused by itself."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlmodel import col, select

from sad.accounts.permissions import NotAllowed, SignInNeeded
from sad.accounts.tables import Person, SignInLink
from sad.kernel.actor import ANONYMOUS, Actor, Role
from sad.kernel.errors import Conflict, NotFound
from sad.kernel.siret import SiretWrong
from sad.kernel.vat import VatRegime
from sad.suppliers import queries, service
from sad.suppliers.importing import import_rows
from sad.suppliers.rules import AlreadyMember, AlreadyPaused, LastPerson, SiretTaken
from sad.suppliers.schemas import Agreement, PersonInput, SupplierChange, SupplierInput
from sad.suppliers.states import SupplierKind
from sad.suppliers.tables import Supplier
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.counted import count

FREE = "375 028 628 00010"


def joining(siret: str = FREE) -> SupplierInput:
    """What the first screen asks."""
    return SupplierInput(
        siret=siret, name="Ressourcerie du Lac", city="Lamballe", vat_regime=VatRegime.FRANCHISE
    )


def test_who_joins_opens_the_structure_s_account(work: OpenWork, cast: Cast) -> None:
    stranger = cast.actor("stranger")
    with work(stranger) as w:
        supplier = service.create(w, joining(), "Directrice")
    actor = Actor(stranger.person_id, None, supplier.id, frozenset({Role.SUPPLIER}))
    with work(actor) as w:
        mine, people = queries.mine(w), queries.members(w)
    assert (mine.siret, mine.vat_rate) == ("37502862800010", None)
    assert [(m.function, m.me) for m in people] == [("Directrice", True)]


def test_an_account_is_never_taken_over(work: OpenWork, cast: Cast) -> None:
    with pytest.raises(SiretTaken), work(cast.actor("stranger")) as w:
        service.create(w, joining("999 000 011 00018"))
    with work(ANONYMOUS) as w, pytest.raises(SignInNeeded):
        service.create(w, joining())


def test_a_wrong_siret_is_an_error_on_entry() -> None:
    with pytest.raises(SiretWrong) as refused:
        joining("37502862800011")
    assert refused.value.where == "siret"


def test_the_file_is_changed_by_its_own_people_only(work: OpenWork, cast: Cast) -> None:
    change = SupplierChange(
        version=1,
        kinds=[SupplierKind.ESAT, SupplierKind.EA],
        agreements=[Agreement(type="ESUS", number="22-2024", valid_until=date(2029, 3, 1))],
        vat_regime=VatRegime.EXEMPT,
        area="Côtes-d'Armor",
    )
    with work(cast.actor("alder")) as w:
        row = service.change(w, change)
    assert (row.kinds, row.vat_rate, row.version) == (["EA", "ESAT"], None, 2)
    assert row.agreements == [{"type": "ESUS", "number": "22-2024", "valid_until": "2029-03-01"}]
    with work(cast.actor("alder")) as w, pytest.raises(Conflict):
        service.change(w, change)
    with work(cast.actor("alder")) as w:
        back = SupplierChange.model_validate(
            {"version": 2, "vat_regime": "liable", "vat_rate": "5,5"}
        )
        assert service.change(w, back).vat_rate == Decimal("5.5")
    for part in ("officer", "auditor", "stranger"):
        with work(cast.actor(part)) as w, pytest.raises(NotAllowed):
            service.change(w, change)


def test_a_colleague_is_invited_then_ended(work: OpenWork, cast: Cast) -> None:
    colleague = PersonInput(email="Nina@Exemple.example", name="Nina", function="Logistique")
    with work(cast.actor("alder")) as w:
        nina = service.invite(w, colleague)
        assert count(w, SignInLink, col(SignInLink.person_id) == nina) == 1
        with pytest.raises(AlreadyMember):
            service.invite(w, colleague)
    with work(cast.actor("birch")) as w, pytest.raises(NotFound):
        service.end_person(w, nina)
    with work(cast.actor("alder")) as w:
        service.end_person(w, cast.people["alder"])
    actor = Actor(nina, None, cast.suppliers["alder"], frozenset({Role.SUPPLIER}))
    with work(actor) as w, pytest.raises(LastPerson):
        service.end_person(w, nina)
    with work(actor) as w:
        again = PersonInput(email="alder@brume.example", name="Autre nom")
        assert service.invite(w, again) == cast.people["alder"]
        person = w.session.exec(select(Person).where(col(Person.id) == cast.people["alder"]))
        assert person.one().name == "Alder"


def test_a_supplier_pauses_itself_and_comes_back(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("alder")) as w:
        service.pause(w)
        with pytest.raises(AlreadyPaused):
            service.pause(w)
    assert _paused(work, cast.suppliers["alder"])
    with work(cast.actor("alder")) as w:
        service.resume(w)
    assert not _paused(work, cast.suppliers["alder"])


def test_an_import_keeps_what_is_doubtful_and_says_it(work: OpenWork, cast: Cast) -> None:
    row = {
        "raison_sociale": "Chantier du Port",
        "siret": "375 028 628 00010",
        "type": "chantier d'insertion",
        "statut": "ACI",
        "ville": "Lorient",
        "assujetti_tva": "non",
        "courriel": "port@exemple.example",
    }
    rows = [
        row,
        row | {"siret": "37502862800011", "courriel": "b@exemple.example", "statut": "SCIC",
               "type": "coopérative"},
        row,
        row | {"raison_sociale": ""},
        row | {"siret": "35600000049837", "courriel": "illisible"},
    ]  # fmt: skip
    with work(cast.actor("officer")) as w:
        warnings = import_rows(w, rows)
        first, second = (
            w.session.exec(select(Supplier).where(Supplier.siret == f"3750286280001{last}")).one()
            for last in "01"
        )
    assert [(p.code.removeprefix("suppliers.row_"), p.where) for p in warnings] == [
        ("siret_doubtful", "row.3"),
        ("known", "row.4"),
        ("incomplete", "row.5"),
        ("incomplete", "row.6"),
    ]
    assert (first.kinds, first.vat_regime) == (["ACI"], "franchise")
    assert (second.kinds, second.labels, second.legal_form) == ([], ["scic"], "SCIC")
    with work(cast.actor("buyer")) as w, pytest.raises(NotAllowed):
        import_rows(w, rows)


def _paused(work: OpenWork, supplier_id: UUID) -> bool:
    with work() as w:
        return w.shared(Supplier, supplier_id).paused_at is not None
