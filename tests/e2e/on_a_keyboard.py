"""What a keyboard does in the grid of an answer, and what never loses it."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.hands import Keys

PRICE = "unit_price"
# Available, condition, price: two things that do not fit, and a line beyond the grid.
BLOCK = (
    "3\tbon état\t11\n13\tBON ÉTAT\tsur devis\n\tvieux\t9,90 €\n"
    "7\t\t8\n6\tBon état\t7\n1\tBon état\t6"
)
ANSWERS = "4\tBon état\n20\tBon état\n3\t\n10\tBon état\n6\tBon état\n"


def cell(keys: Keys, line: int, key: str) -> Locator:
    return keys.page.locator(f"#f-{line}-{key}")


def copies_down(keys: Keys) -> None:
    """Enter and the arrows move; Ctrl+D fills what is empty under."""
    page, board = keys.page, keys.page.keyboard
    keys.reach(cell(keys, 1, PRICE))
    board.type("12,50")
    board.press("Enter")
    expect(cell(keys, 2, PRICE)).to_be_focused()
    board.press("ArrowUp")
    expect(cell(keys, 1, PRICE)).to_be_focused()
    board.press("Control+d")
    expect(page.locator("[data-told]")).to_contain_text("Copié dans 4 cases vides")
    for line in (2, 3, 4, 5):
        expect(cell(keys, line, PRICE)).to_have_value("12,50")
    expect(page.locator("#etat-5")).to_contain_text("À compléter")
    keys.look()


def pastes(keys: Keys) -> None:
    """A block from a spreadsheet: the words of the lists are found, what does not fit is said."""
    page = keys.page
    keys.person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    paste(keys, cell(keys, 1, "available_quantity"), BLOCK)
    told = page.locator("[data-told]")
    expect(told).to_contain_text("« sur devis » ne convient pas")
    expect(told).to_contain_text("« vieux » ne convient pas")
    expect(told).to_contain_text("3 valeurs hors de la grille")
    expect(cell(keys, 2, PRICE)).to_have_value("12,50")
    expect(cell(keys, 3, PRICE)).to_have_value("9,90 €")
    expect(page.locator("#etat-1")).to_contain_text("4")  # not cut into slices: all or nothing
    expect(page.locator("#etat-4")).to_contain_text("lots de 5")
    keys.look()
    keys.activate(told.get_by_role("button", name="Annuler"))
    expect(cell(keys, 3, PRICE)).to_have_value("12,50")
    expect(cell(keys, 1, "available_quantity")).to_have_value("")
    paste(keys, cell(keys, 1, "available_quantity"), ANSWERS)
    expect(page.locator("#totaux")).to_contain_text("4 sur 5")


def paste(keys: Keys, place: Locator, block: str) -> None:
    """From another program's clipboard."""
    keys.page.evaluate("text => navigator.clipboard.writeText(text)", block)
    keys.reach(place)
    keys.page.keyboard.press("Control+v")


def comes_back(keys: Keys, link: str) -> None:
    """Signed out in the middle: said with a link, and what was typed is saved on coming back."""
    page, grid = keys.page, keys.page.url.removeprefix(keys.person.origin)
    keys.fill(cell(keys, 4, "note"), "Stock à Brume")
    expect(page.locator("[data-saved]")).to_contain_text("Se reconnecter et continuer")
    keys.look()
    keys.forgets_the_console()
    keys.go(link)
    keys.press("Entrer")
    expect(cell(keys, 4, "note")).to_have_value("Stock à Brume")
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    keys.go(grid)
    expect(cell(keys, 4, "note")).to_have_value("Stock à Brume")


def fails_to_send(keys: Keys) -> None:
    """The service stops while the page is sent: coming back, what was typed is there and leaves."""
    page, grid = keys.page, keys.page.url.removeprefix(keys.person.origin).partition("#")[0]
    page.route("**/offre", lambda route: route.abort())
    page.route("**/lignes/*", lambda route: route.abort())
    keys.fill(cell(keys, 5, "note"), "Peinture refaite")
    keys.activate(page.get_by_role("button", name="Relire avant d’envoyer"))
    expect(page).to_have_url(re.compile("^chrome-error:"))
    page.unroute_all()
    keys.forgets_the_console()
    keys.go(grid)
    expect(cell(keys, 5, "note")).to_have_value("Peinture refaite")
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    keys.go(grid)
    expect(cell(keys, 5, "note")).to_have_value("Peinture refaite")
    page.evaluate("window.sameDocument = true")
