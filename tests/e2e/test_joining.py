"""A structure that never answered a public market joins, on a phone: from the public page to its
receipt, interrupted once; then its officer admits it and its desk says so."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrive, Site
from tests.support.browser import PHONE
from tests.support.looked import look

SIRET, NAME, EMAIL = "732 829 320 00074", "Recyclerie du Méné", "anne@mene.example"
CATEGORY = "Réemploi et ressourcerie"


def test_joining_on_a_phone(arrive: Arrive, sign_in: Arrive, site: Site) -> None:
    person = arrive("/", PHONE)
    page = person.page
    page.get_by_role("link", name="Mobilier de réemploi du Totem").first.click()
    look(page)
    follow(page, "Rejoindre le dispositif")
    look(page)
    page.get_by_label("Votre nom").fill("Anne Rault")
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    press(page, "Commencer")
    look(page)
    person.sign_in(mailed_link(page, person.origin))
    says_who_it_is(page, person.origin)
    says_what_it_does(page)
    declares(page)
    press(page, "Envoyer ma candidature")
    look(page)
    assert "Votre candidature est envoyée" in words(page)
    with page.expect_download() as receipt:
        page.get_by_role("link", name=re.compile("AR(-[0-9A-Z]{4}){3}")).click()
    assert receipt.value.path().read_bytes().startswith(b"%PDF-")
    admits(sign_in("officer").page, person.origin)
    person.go("/bureau")
    look(page)
    assert f"{CATEGORY} Admise" in words(page)
    assert "a été lancée avant votre admission" in words(page)


def mailed_link(page: Page, origin: str) -> str:
    """The sign-in link, from the page of mails of the demonstration, once the worker sent it."""
    link = page.get_by_role("link", name="Suivre le lien de ce courriel").first
    for _ in range(40):
        page.goto(f"{origin}/demonstration/courriels")
        if EMAIL in words(page) and "/entrer/" in (link.get_attribute("href") or ""):
            break
        page.wait_for_timeout(500)
    return (link.get_attribute("href") or "").removeprefix(origin)


def says_who_it_is(page: Page, origin: str) -> None:
    """A wrong SIRET is told; what is typed is kept from the first field, even if one leaves."""
    look(page)
    page.get_by_label("Numéro SIRET").fill("732 829 320 00075")
    page.get_by_label("Nom de la structure").fill(NAME)
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    page.goto(origin)
    page.go_back()
    expect(page.get_by_label("Nom de la structure")).to_have_value(NAME)
    page.get_by_label("Oui", exact=True).check(force=True)
    press(page, "Continuer")
    look(page)
    assert "SIRET" in page.locator("[data-error-summary]").inner_text()
    page.get_by_label("Numéro SIRET").fill(SIRET)
    press(page, "Continuer")


def says_what_it_does(page: Page) -> None:
    """Nothing is ticked in advance."""
    look(page)
    assert page.locator("input[type=checkbox]:checked").count() == 0
    page.get_by_label(CATEGORY).check(force=True)
    page.get_by_label("Ce que vous savez faire").fill("Chaises et bureaux, 300 pièces en réserve.")
    press(page, "Continuer")


def declares(page: Page) -> None:
    """The sworn boxes come empty, and nothing leaves without them."""
    look(page)
    assert page.locator("input[type=checkbox]:checked").count() == 0
    page.get_by_label("Nom de la personne qui déclare").fill("Anne Rault")
    page.get_by_label("Sa fonction").fill("Directrice")
    press(page, "Relire avant d’envoyer")
    look(page)
    for box in page.locator("input[type=checkbox]").all():
        box.check(force=True)
    press(page, "Relire avant d’envoyer")
    look(page)


def admits(page: Page, origin: str) -> None:
    """The officer, under a delegation."""
    page.goto(f"{origin}/candidatures")
    follow(page, NAME)
    follow(page, "Admettre")
    page.get_by_label("Raisons de l’admission").fill("Le dossier répond au critère annoncé.")
    signs = page.get_by_label("Qui signe, et en vertu de quel acte")
    value = signs.locator("option").filter(has_text="Le Goff").first.get_attribute("value")
    signs.select_option(value)
    press(page, "Admettre")


def words(page: Page) -> str:
    """The words of the page, with plain spaces."""
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def press(page: Page, name: str) -> None:
    """Presses the button of that name, and waits for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follows the first link whose words contain `name`."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()
