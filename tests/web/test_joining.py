"""Joining by the pages: a link, three screens, a check, a receipt; nothing ticked beforehand."""

import json
import re
from uuid import UUID

import pytest
from sqlmodel import col, select

from app.rendering.carried import carried_files
from sad.accounts.tables import Person, SignInLink
from sad.candidatures import views
from tests.support.published import published_system
from tests.support.web import Client, Site, text_of

STRUCTURE = {
    "siret": "375 028 628 00010",
    "name": "Ressourcerie du Lac",
    "city": "Lamballe",
    "phone": "02 96 11 22 33",
    "vat_regime": "franchise",
    "function": "Directrice",
}
SWORN = {
    "declarant_name": "Nora Le Bras",
    "declarant_function": "Directrice",
    "no_ground": "oui",
    "declared": "oui",
}


@pytest.fixture
def system(site: Site) -> tuple[UUID, list[UUID]]:
    """(system, its two categories), open."""
    with site.work("officer") as work:
        return published_system(work, "luminaires", "metal")


def chosen(categories: list[UUID]) -> dict[str, object]:
    """The second screen filled in."""
    return {
        "categories": [str(one) for one in categories],
        "capacity": "Lampes remises en état, deux électriciennes.",
        "alone": "oui",
    }


def walk(client: Client, base: str, categories: list[UUID]) -> None:
    """Screens two and three."""
    assert client.post(f"{base}/categories", chosen(categories)).status_code == 303
    assert client.post(f"{base}/declaration", SWORN).status_code == 303


def test_somebody_unknown_receives_a_link_that_comes_back_here(
    site: Site, system: tuple[UUID, list[UUID]]
) -> None:
    base = f"/rejoindre/{system[0]}"
    visitor = site.anonymous()
    assert "Trois écrans courts" in text_of(visitor.get(base))
    wrong = visitor.post(f"{base}/entrer", {"name": "", "email": "nora@"})
    assert wrong.status_code == 422
    known = visitor.post(f"{base}/entrer", {"name": "Nora", "email": "alder@brume.example"})
    new = visitor.post(f"{base}/entrer", {"name": "Nora", "email": "nora@exemple.example"})
    assert text_of(new) == text_of(known)
    with site.read() as work:
        asked = work.session.exec(select(SignInLink)).all()
        assert {link.next_path for link in asked} == {base}
        alder = work.session.exec(select(Person).where(col(Person.email) == "alder@brume.example"))
        assert alder.one().name == "Alder"


def test_three_screens_a_check_and_a_receipt(site: Site, system: tuple[UUID, list[UUID]]) -> None:
    base = f"/rejoindre/{system[0]}"
    nora = site.as_("stranger")
    assert "Étape 1 sur 3" in text_of(nora.get(base))
    second = nora.follow(nora.post(f"{base}/structure", STRUCTURE))
    assert "Étape 2 sur 3" in text_of(second)
    third = nora.follow(nora.post(f"{base}/categories", chosen(system[1])))
    assert "Étape 3 sur 3" in text_of(third)
    assert "article L2141-4" in text_of(third)
    assert not re.search(r"<input[^>]*checkbox[^>]*checked", third.text)
    check = nora.follow(nora.post(f"{base}/declaration", SWORN))
    assert "Catégorie luminaires · Catégorie metal" in text_of(check)
    assert "Avant d’envoyer" not in text_of(check)
    again = nora.get(f"{base}/declaration")
    assert not re.search(r"<input[^>]*checkbox[^>]*checked", again.text)
    done = nora.follow(nora.post(f"{base}/envoyer"))
    assert "Vos candidatures sont envoyées" in text_of(done)
    assert "mardi 15 septembre 2026" in text_of(done)  # ten working days after 1 September
    receipts = set(re.findall(r"/mes-candidatures/[0-9a-f-]+/accuse\.pdf", done.text))
    assert len(receipts) == 2
    for address in receipts:
        (file,) = carried_files(nora.get(address).content)
        assert json.loads(file) == nora.get(address.replace(".pdf", ".json")).json()
    with site.read("officer") as work:
        assert {item.applicant_name for item in views.listing(work)} == {"Ressourcerie du Lac"}


def test_pressed_twice_it_is_sent_once(site: Site, system: tuple[UUID, list[UUID]]) -> None:
    base = f"/rejoindre/{system[0]}"
    alder = site.as_("alder")
    walk(alder, base, system[1][:1])
    key = {"act_key": "11111111-1111-4111-8111-111111111111"}
    first, second = alder.post(f"{base}/envoyer", key), alder.post(f"{base}/envoyer", key)
    assert first.headers["location"] == second.headers["location"] == f"{base}/recu"
    with site.read("officer") as work:
        assert len(views.listing(work)) == 1
    later = alder.post(f"{base}/envoyer")
    assert later.status_code == 409
    assert "Choisissez au moins une catégorie" in text_of(later)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("siret", "375 028 628 00011", "14 chiffres"),
        ("siret", "999 000 011 00018", "a déjà un compte"),
        ("name", "", "à remplir"),
        ("vat_regime", "", "à remplir"),
        ("vat_regime", "perhaps", "Choisissez une des valeurs"),
    ],
)
def test_a_wrong_structure_keeps_what_was_typed(
    site: Site, system: tuple[UUID, list[UUID]], field: str, value: str, said: str
) -> None:
    nora = site.as_("stranger")
    answer = nora.post(f"/rejoindre/{system[0]}/structure", STRUCTURE | {field: value})
    assert answer.status_code in {409, 422}
    assert said in text_of(answer)
    assert "Lamballe" in answer.text
    assert f'id="f-{field}' in answer.text


def test_a_declaration_without_its_boxes_is_refused(
    site: Site, system: tuple[UUID, list[UUID]]
) -> None:
    base = f"/rejoindre/{system[0]}"
    alder = site.as_("alder")
    alder.post(f"{base}/categories", chosen(system[1]))
    for left_out, said in (
        ("no_ground", "Cochez que rien de cette liste"),
        ("declared", "Cochez la déclaration"),
        ("declarant_name", "le nom de la personne"),
        ("declarant_function", "la fonction de la personne"),
    ):
        typed = {name: value for name, value in SWORN.items() if name != left_out}
        answer = alder.post(f"{base}/declaration", typed)
        assert answer.status_code == 409, text_of(answer)
        assert said in text_of(answer)
    explained = SWORN | {"reserve": "Échéancier URSSAF."}
    del explained["no_ground"]
    assert alder.post(f"{base}/declaration", explained).status_code == 303


def test_a_group_is_typed_by_its_mandataire(site: Site, system: tuple[UUID, list[UUID]]) -> None:
    base = f"/rejoindre/{system[0]}"
    alder = site.as_("alder")
    alone = alder.post(f"{base}/categories", chosen(system[1]) | {"alone": "non"})
    assert "au moins deux structures" in text_of(alone)
    wrong = chosen(system[1]) | {"alone": "non", "members.0.siret": "123", "members.0.name": "X"}
    assert "14 chiffres" in text_of(alder.post(f"{base}/categories", wrong))
    right = wrong | {"members.0.siret": "732 829 320 00074", "members.0.name": "Atelier Birch"}
    assert alder.post(f"{base}/categories", right).status_code == 303
    back = alder.get(f"{base}/categories")
    assert 'value="73282932000074"' in back.text
    alder.post(f"{base}/declaration", SWORN)
    assert "Atelier Birch (conjoint)" in text_of(alder.get(f"{base}/verifier"))
    assert alder.post(f"{base}/envoyer").status_code == 303


def test_a_category_already_joined_is_said(site: Site, system: tuple[UUID, list[UUID]]) -> None:
    base = f"/rejoindre/{system[0]}"
    alder = site.as_("alder")
    walk(alder, base, system[1][:1])
    alder.post(f"{base}/envoyer")
    page = alder.get(f"{base}/categories")
    assert "Catégorie luminaires : à l&#39;examen" in text_of(page)
    assert str(system[1][0]) not in page.text


def test_agents_and_closed_systems_are_told_why(
    site: Site, system: tuple[UUID, list[UUID]]
) -> None:
    base = f"/rejoindre/{system[0]}"
    assert "Remplir une candidature sous sa dictée" in text_of(site.as_("officer").get(base))
    assert site.as_("officer").get(f"{base}/categories").status_code == 403
    assert site.as_("buyer").post(f"{base}/envoyer").status_code == 403
    assert site.anonymous().get(f"{base}/categories").status_code == 303
    site.clock.advance(days=2000)
    assert "Il est clos depuis" in text_of(site.as_("alder").get(base))
    late = site.as_("alder").post(f"{base}/categories", chosen(system[1]))
    assert late.status_code == 409
    assert "clos depuis" in text_of(late)
