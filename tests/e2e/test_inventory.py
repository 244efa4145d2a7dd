"""A buyer comes with a spreadsheet and leaves with two drafts, a scenario tried on the way."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive
from tests.support.looked import look

SAMPLE = Path(__file__).parents[1] / "data" / "totem-inventaire.xlsx"
DONE = "les totaux sont à jour"


def press(page: Page, name: str) -> None:
    """A button that leads to another page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def narrow(page: Page, kind: str) -> None:
    """Only the pieces of this kind."""
    label = page.locator("#f-type option", has_text=kind).first.inner_text()
    page.select_option("#f-type", label=label)
    press(page, "Filtrer")


def test_from_the_inventory_to_two_drafts(sign_in: Arrive) -> None:
    page = sign_in("buyer").go("/inventaires")
    page.set_input_files("input[type=file]", SAMPLE)
    press(page, "Lire le fichier")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ce que nous avons compris", timeout=20_000
    )
    look(page)
    press(page, "Enregistrer cet inventaire")
    look(page)

    page.fill("#f-name", "Moins cher")
    press(page, "Créer ce scénario")
    narrow(page, "Bibliothèque sur mesure")
    page.check("[data-all]")
    page.select_option("#f-category_id", label="Réemploi et ressourcerie")
    page.fill("#f-unit_price", "450")
    page.get_by_role("button", name="Changer ces lignes").click()
    expect(page.locator("#travail")).to_contain_text(DONE)
    expect(page.locator("#travail")).to_contain_text(re.compile(r"6 lignes, 11 pièces, 4\s950,00"))
    look(page)
    page.get_by_role("link", name="Tout revoir").click()

    for kind, asked in (("Caisson mobile 3 tiroirs", "Caissons"), ("Fauteuil lounge", "Fauteuils")):
        page.wait_for_selector("#travail")
        here = page.url.partition("?")[0]
        narrow(page, kind)
        page.check("[data-all]")
        press(page, "Préparer une demande de prix")
        page.fill("#f-title", asked)
        look(page)
        press(page, "Préparer cette demande")
        expect(page.get_by_role("heading", name="La grille", exact=True)).to_be_visible()
        expect(page.locator("tbody tr").first).to_contain_text(kind)
        page.goto(here)
    narrow(page, "Fauteuil lounge")
    expect(page.locator("#travail")).to_contain_text("déjà dans Fauteuils")
    page.get_by_role("link", name="Comparer").click()
    expect(page.get_by_role("heading", name=re.compile("Ce qui change : 6"))).to_be_visible()
    look(page)
