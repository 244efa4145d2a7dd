"""The journey of a market in a browser: from a waiting candidature to both letters.

One test, in the order of life. Each page state met is looked at: axe-core, width, title, raw texts;
but for those of the preparation, the marks and the award: test_buyer.py and test_pages.py do.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.conftest import Arrive, Site
from tests.support.browser import PHONE, Visitor
from tests.support.looked import look
from tests.support.server import run_sad
from tests.support.steps import choose, follow, main_text, press

GRID = Path(__file__).parents[1] / "data" / "cadre-reponse-tables.xlsx"
TITLE = "Tables et bureaux du niveau 5"
WITH_KEYS, WITHOUT_SCRIPTS = 11, 20  # which of the demonstration's suppliers answer
WINNER, LOSER = "Chantier d'insertion Saint-Brieuc 12", "Atelier Brest 21"
PRICES = {
    WINNER: ("980", "1 450", "310", "295", "85"),
    LOSER: ("1050", "1520", "340", "320", "92,50"),
}
CREDITS = "24 000,00 €"
ENGAGED = "20 724,00 €"
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
SIGNED = FilePayload(name="acte.pdf", mimeType="application/pdf", buffer=PDF)
WINNER_IS_TOLD = {"Votre offre est retenue": "20 724,00 €", "Contrat notifié": "Chorus Pro"}
LOSER_IS_TOLD = ("votre offre n'est pas retenue", f"{WINNER}, 88,00 points")


def test_the_journey_of_a_market(sign_in: Arrive, arrive: Arrive, site: Site) -> None:
    officer, buyer = sign_in("officer"), sign_in("buyer")
    decides_a_candidature(officer)
    market, deadline = launches_a_market(buyer)
    sees_credits(officer, "Réservé", CREDITS)
    winner = sign_in("supplier", WITH_KEYS, PHONE)
    answers_with_the_keyboard(winner)
    loser = arrive("/", PHONE, scripts=False)
    loser.sign_in(site.demonstration.path_to_sign_in("supplier", WITHOUT_SCRIPTS))
    reader = arrive("/", PHONE).page
    answers_without_scripts(loser, reader)
    moves_legal_time(buyer, deadline)
    opens(buyer, market)
    evaluator = sign_in("evaluator")
    analyses(buyer, evaluator, market)
    proposes(buyer, market)
    decides_signs_notifies(officer, market, deadline)
    sees_credits(officer, "Engagé", ENGAGED)
    for subject, words in WINNER_IS_TOLD.items():
        look(reads_a_letter(winner, subject, words))
    look_in(reader, reads_a_letter(loser, *LOSER_IS_TOLD))
    reads_the_story(officer, market)
    verified = run_sad("audit", "verify", settings={"DATA_DIR": str(site.demonstration.data_dir)})
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "intact" in verified.stdout


def decides_a_candidature(officer: Visitor) -> None:
    """The officer admits the candidature whose limit comes first, under a delegation."""
    page = officer.go("/candidatures")
    look(page)
    follow(page, "Atelier Lorient 19")
    look(page)
    follow(page, "Admettre")
    look(page)
    page.get_by_label("Raisons de l’admission").fill("Le dossier répond au critère annoncé.")
    choose(page, "Qui signe, et en vertu de quel acte", "Kerdoncuff")
    press(page, "Admettre")
    look(page)
    assert "Admise" in main_text(page)


def launches_a_market(buyer: Visitor) -> tuple[str, datetime]:
    """From the spreadsheet to the launch: the market's address and its deadline, in Paris."""
    page = buyer.go("/marches")
    look(page)
    follow(page, "Préparer un marché")
    look(page)
    page.get_by_label("Mobilier bois et métal").check(force=True)
    page.get_by_label("Objet du marché").fill(TITLE)
    press(page, "Continuer")
    look(page)
    market = page.url.removesuffix("/preparation").removeprefix(buyer.origin)
    takes_the_grid(page)
    deadline = fills_the_sections(buyer, market)
    page = buyer.go(f"{market}/lancer")
    look(page)
    assert f"{CREDITS} TTC de crédits seront réservés" in main_text(page)
    press(page, "Lancer le marché")
    look(page)
    assert "Le marché est lancé" in main_text(page)
    follow(page, "Voir le marché")
    look(page)
    return market, deadline


def takes_the_grid(page: Page) -> None:
    """Uploads the spreadsheet as it is kept, reads what was understood, takes it."""
    follow(page, "La grille")
    look(page)
    page.get_by_label("Votre fichier").set_input_files(GRID)
    press(page, "Lire le fichier")
    look(page)
    assert "5 lignes, 9 colonnes à vous, 10 à remplir" in main_text(page)
    press(page, "Prendre cette grille")
    look(page)
    typed = page.get_by_label("Désignation, ligne T-05")
    expect(typed).to_have_value("Tréteaux acier, la paire")


def fills_the_sections(buyer: Visitor, market: str) -> datetime:
    """What the spreadsheet does not say; the rest is proposed."""
    page = section(buyer, market, "need")
    page.get_by_label("Description").fill("Cinq sortes de tables pour les salles du niveau 5.")
    page.get_by_label("Aucune part de ce besoin").check(force=True)
    press(page, "Enregistrer")
    for name in ("criteria", "conditions"):
        press(section(buyer, market, name), "Enregistrer")
    page = section(buyer, market, "award")
    page.get_by_label("Non permises").check(force=True)
    page.get_by_role("group", name="Un fournisseur peut laisser").get_by_label("Oui").check(
        force=True
    )
    press(page, "Enregistrer")
    page = section(buyer, market, "deadline")
    day, time = (page.get_by_label(label).input_value() for label in ("Dernier jour pour", "Heure"))
    press(page, "Enregistrer")
    page = section(buyer, market, "delivery")
    page.get_by_label("Lieu").fill("Le Totem, niveau 5")
    delivered = datetime.fromisoformat(day) + timedelta(days=50)
    page.get_by_label("Livraison au plus tard").fill(f"{delivered:%Y-%m-%d}")
    press(page, "Enregistrer")
    page = section(buyer, market, "credits")
    page.get_by_label("Estimation").fill("17 000")
    choose(page, "Enveloppe", "Mobilier bois et métal")
    page.get_by_label("Crédits alloués").fill("24000")
    press(page, "Enregistrer")
    return datetime.fromisoformat(f"{day}T{time}")


def section(buyer: Visitor, market: str, name: str) -> Page:
    """A part of the preparation."""
    return buyer.go(f"{market}/preparation/{name}")


def sees_credits(officer: Visitor, state: str, amount: str) -> None:
    """The envelope of the category says what the market holds."""
    page = officer.go("/credits")
    look(page)
    follow(page, "Mobilier bois et métal")
    look(page)
    words = main_text(page)
    assert state in words
    assert amount in words


def answers_with_the_keyboard(supplier: Visitor) -> None:
    """Not one click: tabulations, typing, Enter; each line is saved as it is left."""
    page = supplier.page
    look(page)
    enter_on(page, page.get_by_role("link", name=TITLE))
    look(page)
    enter_on(page, page.get_by_role("button", name="Répondre"))
    look(page)
    for question in once(page).all():
        reach(page, question.get_by_role("radio").first)
        page.keyboard.press("Space")
    for line, price in enumerate(PRICES[WINNER], start=1):
        reach(page, price_of(page, line))
        page.keyboard.type(price)
    reach(page, page.get_by_label("Remarque, ligne T-05"))
    page.keyboard.type("Piètements refaits à l’atelier.")
    page.keyboard.press("Tab")
    expect(page.locator("#ligne-5")).to_contain_text("Remplie")
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    expect(page.locator("#totaux")).to_contain_text("5 sur 5")
    look(page)
    enter_on(page, page.get_by_role("button", name="Relire avant d’envoyer"))
    look(page)
    enter_on(page, page.get_by_role("button", name="Envoyer ma réponse"))
    look(page)
    gets_a_receipt(page)


def reach(page: Page, target: Locator) -> None:
    """Presses Tab until the target has the focus, and checks that the focus is seen."""
    for _ in range(300):
        if target.evaluate("element => element === document.activeElement"):
            outline = target.evaluate("element => getComputedStyle(element).outlineStyle")
            assert outline != "none", f"the focus does not show on {target}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def enter_on(page: Page, target: Locator) -> None:
    """Reaches a link or a button with the keyboard and presses Enter."""
    reach(page, target.first)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def once(page: Page) -> Locator:
    """The questions answered once for the whole offer."""
    return page.locator("fieldset").filter(has=page.get_by_role("radio"))


def price_of(page: Page, line: int) -> Locator:
    return page.get_by_label(re.compile(rf"^Prix unitaire.*, ligne T-0{line}$"))


def answers_without_scripts(supplier: Visitor, reader: Page) -> None:
    """The same answer from a browser that runs no script."""
    page = supplier.page
    look_in(reader, page)
    follow(page, TITLE)
    press(page, "Répondre")
    look_in(reader, page)
    for question in once(page).all():
        question.get_by_role("radio").last.check(force=True)
    for line, price in enumerate(PRICES[LOSER], start=1):
        price_of(page, line).fill(price)
    price_of(page, 5).fill("douze")
    press(page, "Relire avant d’envoyer")
    look_in(reader, page)  # the summary of errors, and what was typed
    expect(price_of(page, 5)).to_have_value("douze")
    price_of(page, 5).fill(PRICES[LOSER][-1])
    press(page, "Relire avant d’envoyer")
    look_in(reader, page)
    press(page, "Envoyer ma réponse")
    look_in(reader, page)
    gets_a_receipt(page)


def look_in(reader: Page, page: Page) -> None:
    """Looks at a page without scripts through a reader that has them: axe-core is one."""
    reader.set_content(re.sub(r"<script[^>]*></script>", "", page.content()))
    look(reader)


def gets_a_receipt(page: Page) -> None:
    """On screen at once, and in the messages."""
    number = re.search(r"AR(?:-[0-9A-Z]{4}){3}", main_text(page))
    assert number and "Votre réponse est envoyée" in main_text(page)
    page.goto(page.url.split("/reponse")[0] + "/messages")
    assert "un accusé vous attend" in main_text(page)


def moves_legal_time(buyer: Visitor, deadline: datetime) -> None:
    """A minute past the deadline, from the demonstration's page."""
    page = buyer.go("/demonstration")
    look(page)
    page.get_by_label("Aller au").fill(f"{deadline:%Y-%m-%d}")
    page.get_by_label("À quelle heure").fill(f"{deadline + timedelta(minutes=1):%H:%M}")
    press(page, "Avancer jusque-là")
    look(page)


def opens(buyer: Visitor, market: str) -> None:
    """Everything sealed is opened at once, by a person."""
    page = buyer.go(market)
    look(page)
    follow(page, "Ouvrir les")
    look(page)
    press(page, "Ouvrir les réponses")
    look(page)
    assert WINNER in main_text(page)
    assert LOSER in main_text(page)
    follow(page, "Examiner les réponses")
    look(page)


def analyses(buyer: Visitor, evaluator: Visitor, market: str) -> None:
    """Each offer is examined, scored with reasons, and the ranking is frozen."""
    page = buyer.go(f"{market}/analyse")
    for name in (WINNER, LOSER):
        page = buyer.go(f"{market}/analyse")
        follow(page, name)
        page.get_by_label("Régulière", exact=True).check(force=True)
        press(page, "Enregistrer l’avis")
    page = buyer.go(f"{market}/analyse/notes")
    choose(page, "Désigner", "Rozenn")
    press(page, "Désigner")
    scores(evaluator, market)
    page = buyer.go(f"{market}/analyse/notes")
    page = buyer.go(f"{market}/analyse/classement")
    press(page, "Figer le classement")
    expect(page.get_by_role("row", name=re.compile("^T-01")).first).to_contain_text(WINNER)


def scores(evaluator: Visitor, market: str) -> None:
    """The evaluator gives each mark with its reason; one without is refused, nothing is lost."""
    page = evaluator.go(f"{market}/analyse/notes")
    for place, group in enumerate(page.locator("fieldset").all()):
        winner = WINNER in group.locator("legend").inner_text()
        group.get_by_label("Note").fill("16" if winner else "13,5")
        if place:
            group.get_by_label("Appréciation").fill("Assemblages solides, pièces vues.")
    press(page, "Enregistrer mes notes")
    page.get_by_label("Appréciation").first.fill("Plateaux épais, chants repris.")
    press(page, "Enregistrer mes notes")


def proposes(buyer: Visitor, market: str) -> None:
    """The best ranked offer is proposed; its papers come, one after the other."""
    page = buyer.page
    follow(page, "Aller à l’attribution")
    follow(page, "Proposer l’attribution")
    press(page, "Proposer l’attribution")
    while page.get_by_label("Pièce reçue et vérifiée").count():
        page.get_by_label("Référence").fill("reçue par courriel")
        press(page, "Enregistrer la pièce")
    assert "Toutes les pièces sont valables" in main_text(page)


def decides_signs_notifies(officer: Visitor, market: str, day: datetime) -> None:
    """Three acts, each under a delegation in force on that day for that amount."""
    page = officer.go(f"{market}/attribution")
    follow(page, "Décider l’attribution")
    page.get_by_label("Ce qui a fait choisir cette offre").fill("Des assemblages solides.")
    choose(page, "Signataire de la décision", "Le Goff")
    press(page, "Décider l’attribution")
    follow(page, "Signer")
    page.get_by_label("Numéro d’engagement comptable").fill("2026-E-0415")
    page.get_by_label("Signé par le fournisseur le").fill(f"{day:%Y-%m-%d}")
    page.get_by_label("Acte signé").set_input_files(SIGNED)
    choose(page, "Signataire du contrat", "Le Goff")
    press(page, "Enregistrer la signature")
    follow(page, "Notifier")
    choose(page, "Signataire de la notification", "Le Goff")
    press(page, "Notifier le contrat")


def reads_a_letter(supplier: Visitor, subject: str, words: str) -> Page:
    """The letter, from the message that announces it."""
    page = supplier.go("/messages")
    follow(page, subject)
    with page.expect_navigation():
        page.locator("main form button.button-primary").first.click()
    assert words in main_text(page)
    return page


def reads_the_story(officer: Visitor, market: str) -> None:
    """The journal tells the market from its first draft to its notification."""
    page = officer.go(f"{market}/histoire")
    look(page)
    story = main_text(page)
    for words in ("lancée", "ouvert", "attribu", "notifi"):
        assert words in story
