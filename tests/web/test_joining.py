"""Joining by the pages: a link, three screens, a check, a receipt; nothing ticked beforehand."""

import json
import re
from uuid import UUID

import pytest
from sqlmodel import col, select

from app.rendering.carried import carried_files
from sad.accounts.sign_in import PER_NETWORK, send_asked_links
from sad.accounts.tables import Person, SignInLink
from sad.candidatures import views
from sad.candidatures.tables import JoiningDraft
from sad.categories.tables import Category
from sad.suppliers.tables import SupplierPaper
from tests.support.published import published_system
from tests.support.web import Client, Site, text_of

STRUCTURE = {
    "siret": "375 028 628 00010",
    "name": "Ressourcerie du Lac",
    "phone": "02 96 11 22 33",
    "vat_regime": "franchise",
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
    shown = text_of(known).replace("alder@brume.example", "nora@exemple.example")
    assert text_of(new) == shown and "nora@exemple.example" in shown
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
    assert "02 96 11 22 33" in answer.text
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
    assert "Catégorie luminaires : à l&#39;examen (seule)" in text_of(page)
    assert str(system[1][0]) not in page.text


def test_a_category_joined_alone_is_joined_for_a_group_too(
    site: Site, system: tuple[UUID, list[UUID]]
) -> None:
    base, alder = f"/rejoindre/{system[0]}", site.as_("alder")
    walk(alder, base, system[1][:1])
    alder.post(f"{base}/envoyer")
    way = f"{base}/categories?aussi=groupement"
    assert way in alder.get(f"{base}/categories").text
    page = alder.get(way)
    assert str(system[1][0]) in page.text and "restent séparées" in text_of(page)
    again = chosen(system[1][:1]) | {"aussi": "groupement"}
    refused = alder.post(f"{base}/categories", again)
    assert "une seule à la fois" in text_of(refused)
    assert str(system[1][0]) in refused.text  # still offered, to be corrected
    other = {"members.0.siret": "732 829 320 00074", "members.0.name": "Atelier Birch"}
    sent = alder.post(f"{base}/categories", again | other | {"alone": "non"})
    assert sent.status_code == 303
    alder.post(f"{base}/declaration", SWORN)
    assert alder.post(f"{base}/envoyer").status_code == 303
    page = alder.get(f"{base}/categories")
    assert "à l&#39;examen (seule), à l&#39;examen (en groupement)" in text_of(page)
    assert "aussi=" not in page.text


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


def test_what_is_typed_is_kept_from_the_first_field(
    site: Site, system: tuple[UUID, list[UUID]]
) -> None:
    base = f"/rejoindre/{system[0]}"
    nora = site.as_("stranger")
    assert (
        nora.post(f"{base}/brouillon/structure", {"siret": "375 0", "name": "Lac"}).status_code
        == 204
    )
    page = nora.get(base)
    assert 'value="375 0"' in page.text and 'value="Lac"' in page.text
    assert 'value="375 0"' not in site.as_("alder").get(base).text
    nora.post(f"{base}/structure", STRUCTURE)
    typed = chosen(system[1]) | {"capacity": "Lampes d'atelier", "members.0.siret": "732"}
    assert nora.post(f"{base}/brouillon/categories", typed).status_code == 204
    page = nora.get(f"{base}/categories")
    assert "Lampes d&#39;atelier" in page.text and 'value="732"' in page.text
    # A field of these names would hide the form's own property: nothing would be saved.
    assert not re.search(r'name="(form|action|method|submit|elements)"', page.text)
    assert page.text.count('type="checkbox"') == page.text.count(" checked") - 2 == 2  # and radios
    unticked = {"capacity": "Rien", "alone": "oui"}
    nora.post(f"{base}/brouillon/categories", unticked)
    assert not re.search(r"<input[^>]*checkbox[^>]*checked", nora.get(f"{base}/categories").text)
    nora.post(f"{base}/categories", chosen(system[1]))
    sworn = SWORN | {"declarant_name": "Nora L."}
    assert nora.post(f"{base}/brouillon/declaration", sworn).status_code == 204
    page = nora.get(f"{base}/declaration")
    assert 'value="Nora L."' in page.text
    assert not re.search(r"<input[^>]*checkbox[^>]*checked", page.text)
    nora.post(f"{base}/declaration", SWORN)
    nora.post(f"{base}/envoyer")
    with site.read() as work:
        assert work.session.exec(select(JoiningDraft)).all() == []


def test_what_is_kept_has_its_doors_and_its_bounds(
    site: Site, system: tuple[UUID, list[UUID]]
) -> None:
    base = f"/rejoindre/{system[0]}/brouillon"
    alder = site.as_("alder")
    assert alder.post(f"{base}/ailleurs", {}).status_code == 404
    assert site.anonymous().post(f"{base}/structure", {"name": "x"}).status_code in {303, 401}
    huge = alder.post(f"{base}/categories", {"capacity": "x" * 20_001})
    assert huge.status_code == 422 and "20" in text_of(huge)


def test_documents_only_where_demanded_and_those_of_the_file_are_proposed(
    site: Site, system: tuple[UUID, list[UUID]]
) -> None:
    base = f"/rejoindre/{system[0]}"
    with site.work("officer") as work:
        category = work.get(Category, system[1][0])
        category.required_documents = ["Attestation d'assurance"]
        work.add(category)
    with site.work("alder") as work:
        paper = SupplierPaper(
            supplier_id=site.cast.suppliers["alder"],
            kind="insurance",
            name="maif-2026.pdf",
            sha256="0" * 64,
            size=10,
            created_at=work.now,
            expires_on=work.today,
        )
        work.add(paper)
        ours = str(paper.id)
    alder = site.as_("alder")
    plain = alder.post(f"{base}/categories", chosen(system[1][1:]))
    assert plain.headers["location"] == f"{base}/declaration"
    demanded = alder.post(f"{base}/categories", chosen(system[1]))
    assert demanded.headers["location"] == f"{base}/pieces"
    page = alder.get(f"{base}/pieces")
    assert "maif-2026.pdf" in page.text and "Attestation d&#39;assurance" in page.text
    assert alder.post(f"{base}/pieces", {"document.0": ""}).status_code == 303
    alder.post(f"{base}/declaration", SWORN)
    assert "Il manque une pièce demandée" in text_of(alder.get(f"{base}/verifier"))
    foreign = alder.post(f"{base}/pieces", {"document.0": "11111111-1111-4111-8111-111111111111"})
    assert foreign.status_code == 422
    assert alder.post(f"{base}/pieces", {"document.0": ours}).status_code == 303
    assert "Il manque" not in text_of(alder.get(f"{base}/verifier"))
    assert alder.post(f"{base}/envoyer").status_code == 303


def test_people_are_made_when_the_mail_leaves_within_the_limits(
    site: Site, system: tuple[UUID, list[UUID]]
) -> None:
    visitor, base = site.anonymous(), f"/rejoindre/{system[0]}"
    for number in range(PER_NETWORK + 5):
        asked = {"name": f"N{number}", "email": f"n{number}@exemple.example"}
        assert visitor.post(f"{base}/entrer", asked).status_code == 200
        site.clock.advance(seconds=1)
    with site.work() as work:
        before = len(work.session.exec(select(Person)).all())
        assert send_asked_links(work) == PER_NETWORK
        made = len(work.session.exec(select(Person)).all()) - before
    assert made == PER_NETWORK


def test_an_invited_structure_opens_its_account_and_reads_its_group(
    site: Site, system: tuple[UUID, list[UUID]]
) -> None:
    base = f"/rejoindre/{system[0]}"
    alder = site.as_("alder")
    group = {
        "alone": "non",
        "members.0.siret": STRUCTURE["siret"],
        "members.0.name": STRUCTURE["name"],
        "members.0.email": "stranger@brume.example",
    }
    alder.post(f"{base}/categories", chosen(system[1][:1]) | group)
    alder.post(f"{base}/declaration", SWORN)
    alder.post(f"{base}/envoyer")
    nora = site.as_("stranger")
    page = nora.get(base)
    assert "Groupement Atelier alder vous compte parmi ses structures" in text_of(page)
    assert 'value="37502862800010"' in page.text
    after = nora.post(f"{base}/structure", STRUCTURE)
    assert after.headers["location"] == "/mes-candidatures"
    mine = nora.get("/mes-candidatures")
    assert "Groupement Atelier alder" in text_of(mine)
    address = re.search(r"/mes-candidatures/[0-9a-f-]{36}", mine.text)
    assert address is not None
    one = nora.get(address[0])
    assert one.status_code == 200 and "Atelier alder est chef de file" in text_of(one)
    assert "Retirer" not in text_of(one)
    for act in ("retirer", "completer", "supprimer"):
        assert nora.post(f"{address[0]}/{act}", {"answer": "x"}).status_code == 404
