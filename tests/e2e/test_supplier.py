"""A supplier answers: from the mail to the receipt on a phone; by keyboard on a wide screen."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect
from sqlmodel import col, delete

from app.rendering.sheets import MEDIA_TYPE
from app.settings import load
from app.wiring import Wiring, build
from sad.accounts.sign_in import door, issue_link
from sad.accounts.tables import SessionRow
from sad.db.engine import make_engine
from sad.db.migrations.run import migrate
from sad.db.work import writing
from sad.kernel.canonical import instant
from sad.notifications.outbox import kept_letters
from sad.notifications.service import notify
from sad.offers import drafts
from tests.attachments.samples import png
from tests.e2e.conftest import Arrive
from tests.offers.scene import Scene, make_scene
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.cast import make_cast
from tests.support.looked import look
from tests.support.server import Server, serving

LINES = 5
PRICES = ("980", "145,50", "310", "295", "85")
CUT = 10_000  # milliseconds without a connection


@dataclass(frozen=True)
class Invited:
    """A served installation where one market of five lines is open, its invitations mailed."""

    server: Server
    wiring: Wiring
    scene: Scene

    def mailed(self, part: str) -> str:
        """The link in the mail to a supplier's person."""
        with writing(self.wiring.engine, self.wiring.clock, self.wiring.rings) as work:
            return next(
                one.link or "" for one in kept_letters(work) if one.to.startswith(f"{part}@")
            )

    def colleague_types(self, part: str, position: int, cells: dict[str, str]) -> None:
        """Somebody of the same supplier saves a line from elsewhere."""
        w = self.wiring
        with writing(w.engine, w.clock, w.rings, self.scene.actor(part)) as work:
            drafts.save_line(work, self.scene.market_id, position, cells)

    def session_ends(self, part: str) -> str:
        """The person's sessions are closed; a link to come in again."""
        person = self.scene.cast.people[part]
        grid = f"/reponse/{self.scene.market_id}/offre"
        with writing(self.wiring.engine, self.wiring.clock, self.wiring.rings) as work:
            work.connection.execute(delete(SessionRow).where(col(SessionRow.person_id) == person))
            return f"/entrer/{issue_link(work, person, next_path=grid)}"


@dataclass
class Presses:
    """What is pressed beside the cells themselves."""

    page: Page
    names: list[str] = field(default_factory=list)

    def press(self, name: str) -> None:
        """A button that leads to another page."""
        self.names.append(name)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).click()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Invited]:
    """A market of five lines, two suppliers invited by mail, served."""
    folder = tmp_path_factory.mktemp("supplier")
    settings = {"DATA_DIR": str(folder / "var")}
    (folder / "var").mkdir()
    engine = make_engine(load(settings).database_url)
    migrate(engine, "demonstration", datetime.now(UTC))
    engine.dispose()
    wiring = build(load(settings))
    scene = _invite(wiring)
    with serving(folder, "--demonstration", settings=settings) as server:
        yield Invited(server, wiring, scene)
    wiring.engine.dispose()


def _invite(wiring: Wiring) -> Scene:
    """As a launch does: the mail of each person leads to the grid."""
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        deadline = work.now + timedelta(days=10)
        scene = make_scene(work, make_cast(work), lines=LINES, deadline=deadline)
        notify(
            work,
            "market.invited",
            suppliers=[scene.cast.suppliers[part] for part in scene.applicants],
            facts={
                "number": "2026S01-001-01",
                "title": "Armoires pour la médiathèque",
                "category": "Mobilier métallique",
                "deadline_at": instant(deadline),
                "questions_until": instant(deadline),
            },
            link=f"/reponse/{scene.market_id}",
            door=lambda person: door(work, person, f"/reponse/{scene.market_id}/offre"),
        )
        return scene


def test_from_the_mail_to_the_receipt_on_a_phone(arrive: Arrive, site: Invited) -> None:
    person = arrive(site.mailed("alder"), PHONE)
    page, presses = person.page, Presses(person.page, ["the link"])
    look(page)
    presses.press("Entrer")
    look(page)
    page.evaluate("window.sameDocument = true")
    for line in range(1, LINES):
        types(page, line, PRICES[line - 1])
    expect(page.locator("#statut")).to_contain_text("Brouillon")
    photographs(page, 1, "armoire.png")
    gallery = [FilePayload(name=f"{n}.png", mimeType="image/png", buffer=png()) for n in "ab"]
    page.locator("#ligne-1 input[multiple]").set_input_files(gallery)
    expect(page.locator("#fichiers-1 li")).to_have_count(3)
    loses_the_connection(person, site)
    expect(page.locator("#totaux")).to_contain_text("5 sur 5")
    assert page.evaluate("window.sameDocument"), "the page was loaded again"
    presses.press("Relire")
    look(page)
    presses.press("Envoyer ma réponse")
    look(page)
    assert "Votre réponse est envoyée" in words(page)
    assert presses.names == ["the link", "Entrer", "Relire", "Envoyer ma réponse"]
    edits_and_sends_again(page, person, site)


def cell(page: Page, line: int, key: str) -> Locator:
    return page.locator(f"#f-{line}-{key}")


def words(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def types(page: Page, line: int, price: str) -> None:
    """One card: its state, its price; saved as it is left."""
    cell(page, line, "condition").select_option("Bon")
    cell(page, line, "price").fill(price)
    cell(page, line, "price").blur()
    expect(page.locator(f"#etat-{line}")).to_contain_text("Remplie")
    expect(page.locator(f"#total-{line}")).to_contain_text("paiera")


def photographs(page: Page, line: int, name: str) -> None:
    """The camera's input; the list is refreshed without loading the page."""
    camera = page.locator(f"#ligne-{line} input[capture]")
    camera.set_input_files(FilePayload(name=name, mimeType="image/png", buffer=png()))
    if page.evaluate("navigator.onLine"):
        expect(page.locator(f"#fichiers-{line}")).to_contain_text(name)


def loses_the_connection(person: Visitor, site: Invited) -> None:
    """Ten seconds: what is typed and photographed waits, leaves by itself, overwrites nobody."""
    page = person.page
    person.context.set_offline(True)
    cell(page, 5, "condition").select_option("Correct")
    cell(page, 5, "price").fill(PRICES[4])
    cell(page, 4, "price").fill("290")
    cell(page, 4, "price").blur()
    expect(page.locator("[data-saved]")).to_contain_text("la connexion est coupée")
    photographs(page, 2, "caisson.png")
    expect(page.locator("#ligne-2 [data-sending]")).to_contain_text("connexion coupée")
    look(page)
    site.colleague_types("alder", 4, {"price": "299"})
    page.wait_for_timeout(CUT)
    person.context.set_offline(False)
    expect(page.locator("#etat-5")).to_contain_text("Remplie", timeout=30_000)
    expect(page.locator("#fichiers-2")).to_contain_text("caisson.png", timeout=30_000)
    state = page.locator("#etat-4")
    expect(state).to_contain_text("« 299,00 € » a été enregistré entre-temps", timeout=30_000)
    look(page)
    state.get_by_role("button", name="Garder ma saisie").click()
    expect(state).to_contain_text("Remplie")
    expect(page.locator("#total-4")).to_contain_text("290,00")
    forgets_the_console(person)


def forgets_the_console(person: Visitor) -> None:
    """What the browser and htmx say of a cut or of a closed session is no fault of the page."""
    person.faults[:] = [
        fault for fault in person.faults if not re.search("net::|htmx:|Code 401", fault)
    ]


def edits_and_sends_again(page: Page, person: Visitor, site: Invited) -> None:
    """A file removed in place, a price changed: the answer sent stands until the next is sent."""
    person.go(f"/reponse/{site.scene.market_id}/offre")
    page.locator("#fichiers-2").get_by_role("button", name="Retirer").click()
    expect(page.locator("#fichiers-2 li")).to_have_count(0)
    types(page, 1, "950")
    person.go(f"/reponse/{site.scene.market_id}")
    assert "La réponse envoyée reste valable" in words(page)
    person.go(f"/reponse/{site.scene.market_id}/relire")
    with page.expect_navigation():
        page.get_by_role("button", name="Envoyer ma réponse").click()
    assert "Votre réponse est remplacée" in words(page)
    sends_the_spreadsheet_back(page, person, site)
    person.go(f"/reponse/{site.scene.market_id}/accuses")
    assert len(set(re.findall(r"AR(?:-[0-9A-Z]{4}){3}", words(page)))) == 3


def sends_the_spreadsheet_back(page: Page, person: Visitor, site: Invited) -> None:
    """The grid taken away, one price changed in it, what changes read before it is applied."""
    person.go(f"/reponse/{site.scene.market_id}/offre/grille")
    look(page)
    with page.expect_download() as given:
        page.get_by_role("link", name="Télécharger la grille").click()
    book = openpyxl.load_workbook(io.BytesIO(given.value.path().read_bytes()))
    for row in book.worksheets[0].iter_rows():
        for place in row:
            if place.value == 310:
                place.value = 312.5
    changed = io.BytesIO()
    book.save(changed)
    back = FilePayload(name="grille.xlsx", mimeType=MEDIA_TYPE, buffer=changed.getvalue())
    page.locator("input[type=file]").set_input_files(back)
    press(page, "Lire mon tableur")
    look(page)
    assert "310,00" in words(page) and "312,50" in words(page)
    press(page, "Appliquer")
    person.go(f"/reponse/{site.scene.market_id}/relire")
    press(page, "Envoyer ma réponse")
    assert "Votre réponse est remplacée" in words(page)


def press(page: Page, name: str) -> None:
    """The button that leads to another page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def test_by_keyboard_on_a_wide_screen(arrive: Arrive, site: Invited) -> None:
    person = arrive(site.mailed("birch"), DESKTOP)
    page, keys = person.page, person.page.keyboard
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reach(page, page.get_by_role("button", name="Entrer"))
    with page.expect_navigation():
        keys.press("Enter")
    reach(page, cell(page, 1, "price"))
    keys.type("12,50")
    keys.press("Enter")
    expect(cell(page, 2, "price")).to_be_focused()
    keys.press("ArrowUp")
    expect(cell(page, 1, "price")).to_be_focused()
    keys.press("Control+d")
    expect(page.locator("[data-told]")).to_contain_text("Copié dans 4 cases vides")
    for line in range(2, LINES + 1):
        expect(cell(page, line, "price")).to_have_value("12,50")
    expect(page.locator("#etat-5")).to_contain_text("À compléter")
    look(page)
    pastes(page)
    comes_back(page, person, site)
    page.locator("#manque a").first.focus()
    keys.press("Enter")
    expect(cell(page, 3, "condition")).to_be_focused()
    cell(page, 3, "condition").press("c")
    fails_to_send(page, person, site)
    reach(page, page.get_by_role("button", name="Relire avant d’envoyer"))
    with page.expect_navigation():
        keys.press("Enter")
    assert "Envoyer ma réponse" in words(page)
    person.go(f"/reponse/{site.scene.market_id}/exemple")
    assert "Exemple" in words(page)
    look(page)


def pastes(page: Page) -> None:
    """A block from a spreadsheet: the words of the lists are found, what does not fit is said."""
    block = (
        "5\tbon\t11\n13\tCORRECT\tsur devis\n\tvieux\t9,90 €\n20\tBon\t8\n20\tBon\t7\n20\tBon\t6"
    )
    page.evaluate("text => navigator.clipboard.writeText(text)", block)
    cell(page, 1, "available").focus()
    page.keyboard.press("Control+v")
    told = page.locator("[data-told]")
    expect(told).to_contain_text("« sur devis » ne convient pas")
    expect(told).to_contain_text("« vieux » ne convient pas")
    expect(told).to_contain_text("3 valeurs hors de la grille")
    expect(cell(page, 2, "price")).to_have_value("12,50")
    expect(cell(page, 3, "price")).to_have_value("9,90 €")
    expect(page.locator("#etat-1")).to_contain_text("20")  # not cut into slices: all or nothing
    expect(page.locator("#etat-2")).to_contain_text("lots de 5")
    look(page)
    told.get_by_role("button", name="Annuler").focus()
    page.keyboard.press("Enter")
    expect(cell(page, 3, "price")).to_have_value("12,50")
    expect(cell(page, 1, "available")).to_have_value("")
    page.evaluate("text => navigator.clipboard.writeText(text)", "Bon\nBon\n\nBon\nBon\n")
    cell(page, 1, "condition").focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#totaux")).to_contain_text("4 sur 5")


def comes_back(page: Page, person: Visitor, site: Invited) -> None:
    """Signed out in the middle: said with a link, and what was typed is saved on coming back."""
    link = site.session_ends("birch")
    reach(page, cell(page, 4, "note"))
    page.keyboard.type("Stock à Brume")
    page.keyboard.press("Tab")
    expect(page.locator("[data-saved]")).to_contain_text("Se reconnecter et continuer")
    look(page)
    forgets_the_console(person)
    person.sign_in(link)
    expect(cell(page, 4, "note")).to_have_value("Stock à Brume")
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    person.go(f"/reponse/{site.scene.market_id}/relire")
    assert "Stock à Brume" in words(page)
    person.go(f"/reponse/{site.scene.market_id}/offre")


def fails_to_send(page: Page, person: Visitor, site: Invited) -> None:
    """The service stops while the page is sent: coming back, what was typed is there and leaves."""
    page.route("**/offre", lambda route: route.abort())
    page.route("**/lignes/*", lambda route: route.abort())
    cell(page, 5, "note").fill("Peinture refaite")
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    page.wait_for_url("chrome-error://**")
    page.unroute_all()
    forgets_the_console(person)
    person.go(f"/reponse/{site.scene.market_id}/offre")
    expect(cell(page, 5, "note")).to_have_value("Peinture refaite")
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    person.go(f"/reponse/{site.scene.market_id}/offre")
    expect(cell(page, 5, "note")).to_have_value("Peinture refaite")


def reach(page: Page, target: Locator) -> None:
    """Presses Tab until the target has the focus."""
    for _ in range(200):
        if target.first.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")
