"""The pages of a market, from its first words to its launch and after."""

import re
from decimal import Decimal
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest

from sad.markets import queries, questions
from sad.markets.schemas import QuestionInput
from sad.markets.tables import SpecificMarket
from tests.support.markets import DEADLINE, Ready, draft, launched, ready
from tests.support.web import Site, text_of

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def place(site: Site) -> Ready:
    with site.work() as work:
        return ready(work, site.cast)


def make_draft(site: Site, place: Ready) -> UUID:
    with site.work() as work:
        return UUID(str(draft(work, site.cast, place).id))


def make_launched(site: Site, place: Ready) -> UUID:
    with site.work() as work:
        return UUID(str(launched(work, site.cast, place).id))


def test_the_board_teaches_when_it_is_empty(site: Site) -> None:
    page = text_of(site.as_("buyer").get("/marches"))
    assert "Aucun marché pour le moment" in page


def test_the_board_shows_states_and_money(site: Site, place: Ready) -> None:
    make_draft(site, place)
    market_id = make_launched(site, place)
    page = text_of(site.as_("buyer").get("/marches"))
    assert "À préparer" in page
    assert "2026S01-001-01" in page
    assert "Crédits 1 200,00 €" in page.replace("\u202f", " ").replace("\xa0", " ")
    assert "Réponses jusqu’au mardi 15 septembre 2026 à 12 h 00" in page
    auditor = site.as_("auditor").get(f"/marches/{market_id}")
    assert auditor.status_code == 200
    assert "Relancer" not in text_of(auditor)


def test_from_nothing_to_the_launch(site: Site, place: Ready) -> None:
    buyer = site.as_("buyer")
    assert "Catégorie reemploi-ressourcerie" in text_of(buyer.get("/marches/nouveau"))
    refused = buyer.post("/marches/nouveau", {"category_id": str(place.category_id), "title": ""})
    assert refused.status_code == 422
    made = buyer.post(
        "/marches/nouveau", {"category_id": str(place.category_id), "title": "Tables du niveau 2"}
    )
    assert "Préparer ce marché" in text_of(buyer.follow(made))
    base = made.headers["location"].removesuffix("/preparation")
    blocked = text_of(buyer.get(f"{base}/lancer"))
    assert "Bloque le lancement" in blocked
    assert "Lancer le marché" not in blocked

    name = "cadre-reponse-tables.xlsx"
    read = buyer.post(f"{base}/grille/fichier", files={"file": (name, (DATA / name).read_bytes())})
    assert read.status_code == 200, text_of(read)
    assert "Ce que nous avons lu" in text_of(read)
    hidden = dict(re.findall(r'name="(version|name|file)" value="([^"]*)"', read.text))
    taken = buyer.post(f"{base}/grille/appliquer", hidden)
    assert "T-01" in text_of(buyer.follow(taken))

    for section, fields in {
        "need": {"title": "Tables du niveau 2", "description": "Deux salles.",
                 "need_confirmed": "oui"},
        "conditions": {"condition_of_performance": "Sans emballage à usage unique."},
        "delivery": {"delivery_place": "Le Totem", "delivery_until": "2026-10-15",
                     "validity_days": "30", "advance_percent": "0"},
        "award": {"award_mode": "lines", "variants_allowed": "non", "partial_allowed": "oui"},
        "deadline": {"deadline_at": "2026-09-15", "deadline_at_time": "12:00"},
        "credits": {"lots.0.number": "1", "lots.0.estimate": "1 000,00",
                    "lots.0.credits": "1 200", "lots.0.envelope_id": str(place.envelope_id)},
    }.items():  # fmt: skip
        page = buyer.get(f"{base}/preparation/{section}")
        assert page.status_code == 200, section
        version = re.search(r'name="version" value="(\d+)"', page.text)
        assert version is not None
        saved = buyer.post(f"{base}/preparation/{section}", fields | {"version": version[1]})
        assert saved.status_code == 303, (section, text_of(saved))

    review = text_of(buyer.get(f"{base}/lancer"))
    assert "2 structures seront invitées" in review
    assert "Lancer le marché" in review
    done = buyer.post(f"{base}/lancer", {"delegation_id": ""})
    confirmation = text_of(buyer.follow(done))
    assert "Le marché est lancé" in confirmation
    assert "2026S01-001-01" in confirmation
    again = buyer.post(f"{base}/lancer", {})
    assert again.status_code == 409
    assert "déjà lancé" in text_of(again)


def test_pressed_twice_with_one_key_it_says_the_same(site: Site, place: Ready) -> None:
    market_id = make_draft(site, place)
    buyer = site.as_("buyer")
    page = buyer.get(f"/marches/{market_id}/lancer")
    key = re.search(r'name="act_key" value="([^"]+)"', page.text)
    assert key is not None
    answers = [
        buyer.post(f"/marches/{market_id}/lancer", {"act_key": key[1], "delegation_id": ""})
        for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]


def test_two_people_see_both_values(site: Site, place: Ready) -> None:
    market_id = make_draft(site, place)
    path = f"/marches/{market_id}/preparation/need"
    buyer, officer = site.as_("buyer"), site.as_("officer")
    page = buyer.get(path)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    common = {"description": "Deux salles.", "need_confirmed": "oui", "version": version[1]}
    assert officer.post(path, common | {"title": "Tables rondes"}).status_code == 303
    told = buyer.post(path, common | {"title": "Tables carrées"})
    assert told.status_code == 409
    words = text_of(told)
    assert "Tables rondes" in words
    assert 'value="Tables carrées"' in told.text
    assert "Officer a modifié" in words
    fresh = re.search(r'name="version" value="(\d+)"', told.text)
    assert fresh is not None
    again = buyer.post(path, common | {"title": "Tables carrées", "version": fresh[1]})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [("1,234.50", "plusieurs virgules"), ("abc", "n'est pas un nombre"), ("-3", "négatif")],
)
def test_a_wrong_amount_names_its_field_and_is_kept(
    site: Site, place: Ready, typed: str, said: str
) -> None:
    market_id = make_draft(site, place)
    path = f"/marches/{market_id}/preparation/credits"
    page = site.as_("buyer").post(
        path, {"lots.0.number": "1", "lots.0.estimate": typed, "version": "99"}
    )
    assert page.status_code == 422
    assert said in unescape(page.text)
    assert f'value="{typed}"' in page.text
    assert "f-lots-0-estimate" in page.text


def test_lines_and_columns_by_hand(site: Site, place: Ready) -> None:
    market_id = make_draft(site, place)
    buyer, base = site.as_("buyer"), f"/marches/{market_id}/grille"
    added = buyer.post(f"{base}/lignes/nouvelle", {"designation": "Lampe", "quantity": "1 000,5"})
    assert "Lampe" in text_of(buyer.follow(added))
    wrong = buyer.post(f"{base}/lignes/nouvelle", {"designation": "Lampe", "quantity": "1.234"})
    assert wrong.status_code == 422
    assert "deux façons" in text_of(wrong)
    column = {"label": "Garantie (mois)", "side": "supplier", "type": "integer"}
    buyer.follow(buyer.post(f"{base}/colonnes/nouvelle", column))
    with site.read("buyer") as work:
        view = queries.one(work, market_id).frame
    lamp, warranty = view.lines[-1], view.supplier[-1]
    assert lamp.quantity == Decimal("1000.5")
    assert warranty.column.role == "warranty"
    assert buyer.get(f"{base}/lignes/{lamp.id}").status_code == 200
    assert buyer.get(f"{base}/colonnes/{warranty.id}").status_code == 200
    buyer.follow(buyer.post(f"{base}/lignes/{lamp.id}/retirer"))
    assert "Lampe" not in text_of(buyer.get(base))


def test_pasted_cells_are_read(site: Site, place: Ready) -> None:
    market_id = make_draft(site, place)
    pasted = "Code\tDésignation\tQuantité\nB-01\tBanc\t4\nB-02\tTabouret haut\t12\n"
    page = site.as_("buyer").post(f"/marches/{market_id}/grille/coller", {"pasted": pasted})
    assert page.status_code == 200, text_of(page)
    assert "Tabouret haut" in text_of(page)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.txt", b"bonjour", "à corriger"),
        ("faux.xlsx", b"PK\x03\x04 rien", "à corriger"),
        ("vide.csv", b"", "à corriger"),
        ("sans.csv", b"a;b\n1;2\n", "Aucun cadre de réponse reconnu"),
    ],
)
def test_a_wrong_file_gets_a_sentence(
    site: Site, place: Ready, name: str, content: bytes, said: str
) -> None:
    market_id = make_draft(site, place)
    path = f"/marches/{market_id}/grille/fichier"
    page = site.as_("buyer").post(path, files={"file": (name, content)})
    assert page.status_code == 422
    assert said in text_of(page)
    with site.read("buyer") as work:
        assert len(queries.one(work, market_id).frame.lines) == 3


def test_questions_are_answered_to_all(site: Site, place: Ready) -> None:
    market_id = make_launched(site, place)
    with site.work("alder") as work:
        asked = questions.ask(work, market_id, QuestionInput(text="Des tables rondes ?"))
        question_id = asked.id
    buyer = site.as_("buyer")
    page = buyer.get(f"/marches/{market_id}/questions")
    assert "Des tables rondes" in page.text
    assert "alder" not in page.text.lower()
    path = f"/marches/{market_id}/questions/{question_id}"
    assert buyer.post(path, {f"answer.{question_id}": ""}).status_code == 422
    done = buyer.follow(buyer.post(path, {f"answer.{question_id}": "Oui, toutes les formes."}))
    assert "Oui, toutes les formes." in text_of(done)


def test_an_addendum_is_told_and_the_relaunch_too(site: Site, place: Ready) -> None:
    market_id = make_launched(site, place)
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/rectificatif"
    assert buyer.get(path).status_code == 200
    with site.read("buyer") as work:
        line = queries.one(work, market_id).frame.lines[0]
    sent = buyer.post(
        path,
        {"text": "Six tables.", f"lines.{line.id}.quantity": "6", "new_deadline_at": "2026-09-22",
         "new_deadline_at_time": "12:00"},
    )  # fmt: skip
    page = text_of(buyer.follow(sent))
    assert "Six tables." in page
    assert "mardi 22 septembre 2026" in page
    sooner = buyer.post(path, {"text": "Plus tôt.", "new_deadline_at": "2026-09-18"})
    assert sooner.status_code == 409
    assert "Plus tôt." in sooner.text
    assert buyer.post(f"/marches/{market_id}/relancer").status_code == 303
    assert "relance est partie" in text_of(buyer.post(f"/marches/{market_id}/relancer"))


def test_ending_is_the_officers(site: Site, place: Ready) -> None:
    market_id = make_launched(site, place)
    path = f"/marches/{market_id}/sans-suite"
    assert site.as_("buyer").get(path).status_code == 403
    officer = site.as_("officer")
    assert "redeviennent disponibles" in text_of(officer.get(path))
    fields = {"kind": "withdrawn", "delegation_id": str(site.cast.delegation_id)}
    assert officer.post(path, fields | {"reasons": ""}).status_code == 422
    ended = officer.follow(officer.post(path, fields | {"reasons": "Le besoin a disparu."}))
    assert "Sans suite" in text_of(ended)


def test_copy_and_approval(site: Site, place: Ready) -> None:
    market_id = make_draft(site, place)
    buyer, officer = site.as_("buyer"), site.as_("officer")
    buyer.follow(buyer.post(f"/marches/{market_id}/valider"))
    page = text_of(officer.get(f"/marches/{market_id}"))
    assert "À valider" in page
    officer.follow(officer.post(f"/marches/{market_id}/renvoyer", {"remark": "Lot ?"}))
    copied = buyer.post(f"/marches/{market_id}/copier")
    assert copied.status_code == 303
    assert str(market_id) not in copied.headers["location"]


def test_who_may_not(site: Site, place: Ready) -> None:
    market_id = make_draft(site, place)
    pages = ["", "/preparation", "/preparation/need", "/grille", "/lancer", "/rectificatif"]
    for path in pages:
        for part in ("alder", "stranger"):
            answer = site.as_(part).get(f"/marches/{market_id}{path}")
            assert answer.status_code in {403, 404}, (path, part)
        assert site.as_("other_officer").get(f"/marches/{market_id}{path}").status_code == 404
        assert site.anonymous().get(f"/marches/{market_id}{path}").status_code == 303
    writes = [
        "/preparation/need", "/grille/lignes/nouvelle", "/lancer", "/copier", "/valider",
        "/relancer", "/sans-suite", "/rectificatif",
    ]  # fmt: skip
    for path in writes:
        for part in ("auditor", "evaluator", "alder"):
            answer = site.as_(part).post(f"/marches/{market_id}{path}", {"title": "x"})
            assert answer.status_code in {403, 404, 422}, (path, part, answer.status_code)
    with site.read("buyer") as work:
        row = work.get(SpecificMarket, market_id)
        assert row.state == "draft"
        assert row.title == "Tables et chaises"
        assert row.deadline_at == DEADLINE


def test_documents_are_joined_to_a_draft_only(site: Site, place: Ready) -> None:
    market_id = make_draft(site, place)
    buyer, path = site.as_("buyer"), f"/marches/{market_id}/documents"
    assert "Aucun document" in text_of(buyer.get(path))
    plan = ("plan du niveau 2.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    page = buyer.follow(buyer.post(path, files={"file": plan}))
    assert "plan du niveau 2.pdf" in text_of(page)
    href = re.search(rf'href="({path}/[^"]+)"', page.text)
    assert href is not None
    got = buyer.get(href[1])
    assert got.content == plan[1]
    assert got.headers["content-disposition"].startswith("attachment")
    wrong = buyer.post(path, files={"file": ("virus.exe", b"MZ\x90\x00")})
    assert wrong.status_code == 422
    assert site.as_("auditor").post(path, files={"file": plan}).status_code == 403
    assert site.as_("other_officer").get(href[1]).status_code == 404
    buyer.post(f"/marches/{market_id}/lancer", {"delegation_id": ""})
    assert buyer.post(path, files={"file": plan}).status_code == 409
    assert buyer.post(f"{href[1]}/retirer").status_code == 409
    alder = site.as_("alder").get(f"/reponse/{market_id}/documents/{href[1].rsplit('/', 1)[1]}")
    assert alder.content == plan[1]
