"""The whole life of a supplier, twice at once: on a phone, and with a keyboard alone.

Each joins, is invited by mail, answers five lines with a photograph, loses the connection for ten
seconds, sends, edits, sends its spreadsheet back, and reads its result. The buyer acts between, by
the services; while one is cut off, the other works. No page met has an axe violation.
"""

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Locator, expect

from app.rendering.sheets import MEDIA_TYPE
from tests.attachments.samples import png
from tests.e2e.buying import LINES, Buying, buying
from tests.e2e.conftest import Arrive
from tests.e2e.hands import Hand, Keys
from tests.e2e.on_a_keyboard import comes_back, copies_down, fails_to_send, pastes
from tests.support.browser import DESKTOP, PHONE

CUT = 10.0  # seconds without a connection
CATEGORY = "Catégorie reemploi-ressourcerie"
GOOD = "Bon état"
QUANTITIES = ("4", "20", "3", "10", "6")
PRICES = ("980", "145,50", "310", "295", "85")


@dataclass
class Somebody:
    """Who joins, and how they use a page."""

    hand: Hand
    name: str
    structure: str
    siret: str
    email: str
    cut_at: float = 0.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buying]:
    """A published system and its buyer, served."""
    with buying(tmp_path_factory.mktemp("supplier")) as found:
        yield found


def test_two_suppliers_from_the_public_page_to_their_result(arrive: Arrive, site: Buying) -> None:
    anne = Somebody(
        Hand(arrive("/", PHONE)),
        *("Anne Rault", "Recyclerie du Méné", "732 829 320 00082", "anne@mene.example"),
    )
    bruno = Somebody(
        Keys(arrive("/", DESKTOP)),
        *("Bruno Le Bihan", "Atelier du Blavet", "375 028 628 00010", "bruno@blavet.example"),
    )
    for one in (anne, bruno):
        joins(one, site)
    site.admits()
    for one in (anne, bruno):
        is_admitted(one)
    site.launches()
    types_the_lines(anne, site)
    is_cut_off(anne, site)
    walks_the_grid(bruno, site)
    is_cut_off(bruno, site)
    for one in (anne, bruno):
        is_back(one)
        sends(one)
        edits(one, site)
        sends_the_spreadsheet_back(one, site)
    site.opens()
    site.awards()
    for one in (anne, bruno):
        reads_the_result(one, site)


def joins(one: Somebody, site: Buying) -> None:
    """From the public page to the receipt, interrupted once; a wrong SIRET is told."""
    hand, page = one.hand, one.hand.page
    hand.look()
    hand.follow("Mobilier du Totem")
    hand.look()
    hand.follow("Rejoindre le dispositif")
    hand.look()
    hand.fill(page.get_by_label("Votre nom"), one.name)
    hand.fill(page.get_by_label("Votre adresse électronique"), one.email)
    hand.press("Commencer")
    hand.look()
    hand.go(site.mail(one.email, "accounts.link").link or "")
    hand.press("Entrer")
    hand.look()
    hand.fill(page.get_by_label("Numéro SIRET"), one.siret[:-1] + "9")
    hand.fill(page.get_by_label("Nom de la structure"), one.structure)
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    page.goto(one.hand.person.origin)
    page.go_back()
    expect(page.get_by_label("Nom de la structure")).to_have_value(one.structure)
    hand.tick(page.get_by_label("Oui", exact=True))
    hand.press("Continuer")
    hand.look()
    assert "SIRET" in page.locator("[data-error-summary]").inner_text()
    hand.fill(page.get_by_label("Numéro SIRET"), one.siret)
    hand.press("Continuer")
    hand.look()
    assert nothing_is_ticked(hand)
    hand.tick(page.get_by_label(CATEGORY))
    hand.fill(page.get_by_label("Ce que vous savez faire"), "Chaises et bureaux, 300 pièces.")
    hand.press("Continuer")
    hand.look()
    assert nothing_is_ticked(hand)
    hand.fill(page.get_by_label("Nom de la personne qui déclare"), one.name)
    hand.fill(page.get_by_label("Sa fonction"), "Direction")
    hand.press("Relire avant d’envoyer")
    hand.look()  # nothing leaves without the sworn boxes
    for box in page.locator("input[type=checkbox]").all():
        hand.tick(box)
    hand.press("Relire avant d’envoyer")
    hand.look()
    hand.press("Envoyer ma candidature")
    hand.look()
    assert "Votre candidature est envoyée" in hand.words()
    receipt = hand.takes(page.get_by_role("link", name=re.compile("AR(-[0-9A-Z]{4}){3}")))
    assert receipt.path().read_bytes().startswith(b"%PDF-")


def nothing_is_ticked(hand: Hand) -> bool:
    return hand.page.locator("input[type=checkbox]:checked").count() == 0


def is_admitted(one: Somebody) -> None:
    """The desk says so; then days pass, and the session is over."""
    one.hand.go("/bureau")
    one.hand.look()
    assert f"{CATEGORY} Admise" in one.hand.words()
    one.hand.page.context.clear_cookies()


def opens_the_grid(one: Somebody, site: Buying) -> None:
    """The link of the invitation, one press."""
    hand = one.hand
    hand.pressed = ["the link"]
    hand.go(site.mail(one.email, "market.invited").link or "")
    hand.look()
    hand.press("Entrer")
    hand.look()
    hand.page.evaluate("window.sameDocument = true")


def types_the_lines(one: Somebody, site: Buying) -> None:
    """One card a line; several photographs."""
    opens_the_grid(one, site)
    page = one.hand.page
    for line in range(1, LINES):
        types(one, line)
        expect(page.locator(f"#etat-{line}")).to_contain_text("Remplie")
        expect(page.locator(f"#total-{line}")).to_contain_text("paiera")
    expect(page.locator("#statut")).to_contain_text("Brouillon")
    photographs(one, "#ligne-1 input[capture]", "armoire.png")
    expect(page.locator("#fichiers-1")).to_contain_text("armoire.png")
    photographs(one, "#ligne-1 input[multiple]", "a.png", "b.png")
    expect(page.locator("#fichiers-1 li")).to_have_count(3)


def walks_the_grid(one: Somebody, site: Buying) -> None:
    """Moved through, copied down, pasted into; signed out in the middle; a photograph."""
    opens_the_grid(one, site)
    keys, page = one.hand, one.hand.page
    assert isinstance(keys, Keys)
    copies_down(keys)
    pastes(keys)
    comes_back(keys, site.session_ends(one.email))
    photographs(one, "#ligne-1 input[multiple]", "armoire.png")
    expect(page.locator("#fichiers-1")).to_contain_text("armoire.png")
    keys.activate(page.locator("#manque a").first)
    expect(cell(one, 3, "condition")).to_be_focused()
    keys.choose(cell(one, 3, "condition"), GOOD)
    fails_to_send(keys)
    keys.pressed = ["the link", "Entrer"]


def is_cut_off(one: Somebody, site: Buying) -> None:
    """What is typed and photographed without a connection waits on the device."""
    page = one.hand.page
    one.hand.person.context.set_offline(True)
    one.cut_at = time.monotonic()
    types(one, 5)
    one.hand.fill(cell(one, 4, "unit_price"), "290")
    expect(page.locator("[data-saved]")).to_contain_text("la connexion est coupée")
    camera = "#ligne-2 input[capture]"
    photographs(one, camera if page.locator(camera).is_visible() else LATER, "caisson.png")
    expect(page.locator("#ligne-2 [data-sending]")).to_contain_text("connexion coupée")
    one.hand.look()
    site.colleague_types(one.email, 4, {"unit_price": "299"})


LATER = "#ligne-2 input[multiple]"


def is_back(one: Somebody) -> None:
    """It leaves by itself, and overwrites nobody."""
    page = one.hand.page
    page.wait_for_timeout(max(0, CUT - (time.monotonic() - one.cut_at)) * 1000)
    one.hand.person.context.set_offline(False)
    expect(page.locator("#etat-5")).to_contain_text("Remplie", timeout=30_000)
    expect(page.locator("#fichiers-2")).to_contain_text("caisson.png", timeout=30_000)
    state = page.locator("#etat-4")
    expect(state).to_contain_text("« 299,00 € » a été enregistré entre-temps", timeout=30_000)
    one.hand.activate(state.get_by_role("button", name="Garder ma saisie"))
    expect(state).to_contain_text("Remplie")
    expect(page.locator("#total-4")).to_contain_text("290,00")
    expect(page.locator("#totaux")).to_contain_text("5 sur 5")
    one.hand.forgets_the_console()


def sends(one: Somebody) -> None:
    """Four presses beside the cells, from the mail to the receipt."""
    hand = one.hand
    assert hand.page.evaluate("window.sameDocument"), "the page was loaded again"
    hand.press("Relire")
    hand.look()
    hand.press("Envoyer ma réponse")
    hand.look()
    assert "Votre réponse est envoyée" in hand.words()
    assert hand.pressed == ["the link", "Entrer", "Relire", "Envoyer ma réponse"]


def edits(one: Somebody, site: Buying) -> None:
    """A file removed in place, a price changed: the answer sent stands until the next is sent."""
    hand, page, base = one.hand, one.hand.page, f"/reponse/{site.market_id}"
    hand.go(f"{base}/offre")
    hand.activate(page.locator("#fichiers-2").get_by_role("button", name="Retirer"))
    expect(page.locator("#fichiers-2 li")).to_have_count(0)
    hand.fill(cell(one, 1, "unit_price"), "950")
    expect(page.locator("#total-1")).to_contain_text("950,00")
    hand.go(base)
    hand.look()
    assert "La réponse envoyée reste valable" in hand.words()
    hand.go(f"{base}/relire")
    hand.press("Envoyer ma réponse")
    assert "Votre réponse est remplacée" in hand.words()


def sends_the_spreadsheet_back(one: Somebody, site: Buying) -> None:
    """The grid taken away, one price changed in it, what changes read before it is applied."""
    hand, page, base = one.hand, one.hand.page, f"/reponse/{site.market_id}"
    hand.go(f"{base}/offre/grille")
    hand.look()
    given = hand.takes(page.get_by_role("link", name="Télécharger la grille"))
    book = openpyxl.load_workbook(io.BytesIO(given.path().read_bytes()))
    for row in book.worksheets[0].iter_rows():
        for place in row:
            if place.value == 290:
                place.value = 312.5
    changed = io.BytesIO()
    book.save(changed)
    back = FilePayload(name="grille.xlsx", mimeType=MEDIA_TYPE, buffer=changed.getvalue())
    hand.give(page.locator("input[type=file]"), back)
    hand.press("Lire mon tableur")
    hand.look()
    assert "290,00" in hand.words() and "312,50" in hand.words()
    hand.press("Appliquer")
    hand.look()
    hand.follow("Relire avant d’envoyer")
    hand.press("Envoyer ma réponse")
    assert "Votre réponse est remplacée" in hand.words()
    hand.go(f"{base}/accuses")
    hand.look()
    assert len(set(re.findall(r"AR(?:-[0-9A-Z]{4}){3}", hand.words()))) == 3


def reads_the_result(one: Somebody, site: Buying) -> None:
    """The letter, from its mail: the reasons, the own marks and the figures they come from."""
    one.hand.go(site.mail(one.email, "letter.rejection").link or "")
    one.hand.look()
    assert "l’offre la mieux classée" in one.hand.words()
    figures = one.hand.page.locator("details").filter(has_text="les notes et leur calcul").first
    one.hand.activate(figures.locator("summary"))
    own = figures.get_by_role("table", name="Vos notes et leur calcul")
    expect(own).to_contain_text("Prix")
    expect(own).to_contain_text("« Assemblages solides. »")
    one.hand.look()
    one.hand.press("Demander un échange")
    one.hand.look()
    one.hand.go("/bureau")
    one.hand.look()


def cell(one: Somebody, line: int, key: str) -> Locator:
    return one.hand.page.locator(f"#f-{line}-{key}")


def types(one: Somebody, line: int) -> None:
    """What the grid asks of a line; saved as each cell is left."""
    one.hand.fill(cell(one, line, "available_quantity"), QUANTITIES[line - 1])
    one.hand.choose(cell(one, line, "condition"), GOOD)
    one.hand.fill(cell(one, line, "unit_price"), PRICES[line - 1])


def photographs(one: Somebody, place: str, *names: str) -> None:
    """Pictures for a line, from the camera or from the device."""
    taken = [FilePayload(name=name, mimeType="image/png", buffer=png()) for name in names]
    one.hand.give(one.hand.page.locator(place), *taken)
