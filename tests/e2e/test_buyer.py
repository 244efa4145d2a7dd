"""A buyer in a browser: from the inventory to two markets launched, then to their contracts.

One test, in the order of life: one market goes to the best ranked, the other in slices to four
suppliers. Suppliers answer by services: their own pages are tried elsewhere. Each kind of page met
is looked at once: width, title, raw texts; the densest ones as wide as a phone too. What axe-core
reads of them is in test_pages.py.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from playwright.sync_api import FilePayload, Page, expect

from app.demo import answering, judging
from app.demo.plans import Answer
from app.demo.stage import Stage
from tests.e2e.conftest import Arrive, Site
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.crawl import shape
from tests.support.looked import faults
from tests.support.seeding import stage_of
from tests.support.steps import choose, follow, main_text, press

SAMPLE = Path(__file__).parents[1] / "data" / "totem-inventaire.xlsx"
SEATS, CHESTS = "Fauteuils des salons", "Caissons des bureaux"  # whole, and in slices of 6
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
SIGNED = FilePayload(name="acte.pdf", mimeType="application/pdf", buffer=PDF)
ANSWERS = {
    SEATS: (
        Answer("10", 0, ("310",)),
        Answer("14", 0, ("345",)),
        Answer("16", 0, ("328",)),
        Answer("18", 0, ("360",)),
        Answer("20", 0, ("352",)),
    ),
    CHESTS: tuple(
        Answer(number, 0, (price,), {"available_quantity": (count,)})
        for number, price, count in (
            ("01", "30", "12"),
            ("02", "31", "12"),
            ("03", "32", "12"),
            ("04", "33", "12"),
            ("05", "48", "6"),
            ("06", "49", "6"),
            ("07", "50", "12"),
        )
    ),
}
BEST_SEATS = "Chantier d'insertion Lannion 10"
INCOMPLETE = "Atelier Vannes 20"
SHARED = {"Lamballe 01": "12", "Dinan 02": "12", "Guingamp 03": "6", "Loudéac 04": "12"}
PATIENCE = 20_000  # milliseconds, for what the page brings by itself
LOOKED: set[str] = set()
"""Kinds of pages already looked at."""


def test_from_the_inventory_to_the_contracts(sign_in: Arrive, site: Site) -> None:
    buyer = sign_in("buyer")
    scenario = takes_the_inventory(buyer)
    tries_a_scenario(buyer.page)
    markets: dict[str, str] = {}
    for title, kind, slices in ((SEATS, "Fauteuil lounge", ""), (CHESTS, "Caisson mobile", "6")):
        buyer.go(scenario)
        markets[title] = picks(buyer.page, kind, title)
        deadline = completes(buyer, markets[title], slices)
        launches(buyer, markets[title])
    sees_both_within_the_envelopes(buyer, scenario)
    with stage_of(site.demonstration.data_dir) as stage:
        stage.markets = {title: market_id(path) for title, path in markets.items()}
        for title, answers in ANSWERS.items():
            for answer in answers:
                answering.send(stage, title, answer)
        moves_legal_time(buyer, deadline)
        evaluators = [buyer, sign_in("buyer", 1), sign_in("evaluator")]
        officer = sign_in("officer")
        for title, market in markets.items():
            opens(buyer, market, ANSWERS[title])
            examines(buyer, market, title, stage)
            scores(evaluators if title == SEATS else evaluators[:1], market)
            ranks(buyer, market)
            proposes(buyer, market, title, stage)
            decides(officer, market)
            signs_and_notifies(officer, market, deadline)
    shares(officer, markets[CHESTS])


def see(page: Page, *, phone: bool = False) -> None:
    """Looks at the page when it is the first of its kind; its width on a phone when asked."""
    path = page.url.split("://", 1)[1].partition("/")[2]
    kind = f"{shape(path)} {page.title().partition(' – ')[0]}"
    if kind in LOOKED:
        return
    LOOKED.add(kind)
    for size in (DESKTOP, PHONE) if phone else (DESKTOP,):
        page.set_viewport_size(size)
        found = faults(page, quick=True)
        assert not found, f"{page.url} at {size['width']} px: {found}"
    page.set_viewport_size(DESKTOP)


def market_id(path: str) -> UUID:
    """Of `/marches/<id>`."""
    return UUID(path.rpartition("/")[2])


def takes_the_inventory(buyer: Visitor) -> str:
    """Sends the file, reads its routes, keeps it; gives the path of its first scenario."""
    page = buyer.go("/inventaires")
    page.get_by_label("Votre fichier").set_input_files(SAMPLE)
    press(page, "Lire le fichier")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ce que nous avons compris", timeout=PATIENCE
    )
    see(page, phone=True)
    here = page.get_by_role("group", name="Filières achetées par ce dispositif")
    expect(here.get_by_label("SAD réemploi")).to_be_checked()
    expect(here.get_by_label("Achat neuf")).not_to_be_checked()
    press(page, "Enregistrer cet inventaire")
    see(page, phone=True)
    return page.url.removeprefix(buyer.origin)


def narrow(page: Page, kind: str) -> None:
    """Only the pieces of this kind, all ticked."""
    choose(page, "Type de pièce", kind)
    press(page, "Filtrer")
    page.get_by_label("Cocher les lignes affichées").check()


def tries_a_scenario(page: Page) -> None:
    """Made to measure becomes reuse in a copy: the totals move at once, a slip is undone."""
    page.get_by_label("Nom du nouveau scénario").fill("Moins cher")
    press(page, "Créer ce scénario")
    narrow(page, "Bibliothèque sur mesure")
    work = page.locator("#travail")
    for price, total in (("4500", "49 500,00"), ("450", "4 950,00")):
        choose(page, "Passer à la catégorie", "Réemploi et ressourcerie")
        page.get_by_label("Prix estimé à l’unité").fill(price)
        page.get_by_role("button", name="Changer ces lignes").click()
        said = re.compile(f"6 lignes, 11 pièces, {total}".replace(" ", r"\s"))
        expect(work).to_contain_text(said, timeout=PATIENCE)
        if price == "4500":
            page.get_by_role("button", name="Annuler ce changement").click()
            expect(work).to_contain_text("le changement est annulé", timeout=PATIENCE)
            page.get_by_label("Cocher les lignes affichées").check()
    follow(page, "Comparer")
    expect(page.get_by_role("heading", name=re.compile("Ce qui change : 6"))).to_be_visible()
    see(page, phone=True)


def picks(page: Page, kind: str, title: str) -> str:
    """Takes the lines of a kind to a draft in their category; gives the market's path."""
    narrow(page, kind)
    press(page, "Préparer une demande de prix")
    see(page)
    page.get_by_label("Objet de la demande").fill(title)
    press(page, "Préparer cette demande")
    expect(page.get_by_role("heading", name="La grille", exact=True)).to_be_visible()
    see(page)
    return re.sub(r"^.*://[^/]+", "", page.url).removesuffix("/grille")


def completes(buyer: Visitor, market: str, slices: str) -> datetime:
    """What the inventory does not say, section by section; gives the deadline, in Paris."""
    if slices:
        page = buyer.page
        with page.expect_navigation():
            page.locator("tbody a[href*='/grille/lignes/']").first.click()
        page.get_by_text("Tranches et prix plafond").click()
        page.get_by_label("Taille d’une tranche").fill(slices)
        see(page)
        press(page, "Enregistrer")
    page = section(buyer, market, "need")
    page.get_by_label("Description").fill("Des pièces de réemploi pour les niveaux 1 à 8.")
    page.get_by_label("Aucune part de ce besoin").check(force=True)
    press(page, "Enregistrer")
    for name in ("criteria", "conditions"):
        press(section(buyer, market, name), "Enregistrer")
    page = section(buyer, market, "award")
    whole = "Ligne par ligne" if slices else "À la meilleure offre, en une fois"
    page.get_by_label(whole).check(force=True)
    page.get_by_label("Non permises").check(force=True)
    leaves = page.get_by_role("group", name="Un fournisseur peut laisser")
    leaves.get_by_label("Oui" if slices else "Non").check(force=True)
    press(page, "Enregistrer")
    page = section(buyer, market, "deadline")
    day, time = (page.get_by_label(label).input_value() for label in ("Dernier jour pour", "Heure"))
    press(page, "Enregistrer")
    page = section(buyer, market, "delivery")
    page.get_by_label("Lieu").fill("Le Totem, niveaux 1 à 8")
    delivered = datetime.fromisoformat(day) + timedelta(days=50)
    page.get_by_label("Livraison au plus tard").fill(f"{delivered:%Y-%m-%d}")
    press(page, "Enregistrer")
    page = section(buyer, market, "credits")
    estimate = page.get_by_label("Estimation").input_value()
    assert estimate, "the estimate comes from the lines picked"
    page.get_by_label("Enveloppe").select_option(index=1)
    cents = int(re.sub(r"\D", "", estimate)) if "," in estimate else int(estimate) * 100
    page.get_by_label("Crédits alloués").fill(f"{cents * 13 // 1000}")
    press(page, "Enregistrer")
    return datetime.fromisoformat(f"{day}T{time}")


def section(buyer: Visitor, market: str, name: str) -> Page:
    """A part of the preparation; test_pages.py looks at each."""
    return buyer.go(f"{market}/preparation/{name}")


def launches(buyer: Visitor, market: str) -> None:
    """Nothing blocks: the invited and the credits are read, then the market leaves."""
    see(buyer.go(f"{market}/preparation"), phone=True)
    page = buyer.go(f"{market}/lancer")
    see(page, phone=True)
    assert "Bloque le lancement" not in main_text(page)
    press(page, "Lancer le marché")
    see(page)
    assert "Le marché est lancé" in main_text(page)


def sees_both_within_the_envelopes(buyer: Visitor, scenario: str) -> None:
    """The inventory tells where its lines went; no envelope is overshot."""
    page = buyer.go(scenario.partition("/scenarios")[0])
    see(page, phone=True)
    for title, lines in ((SEATS, "10"), (CHESTS, "7")):
        row = page.get_by_role("row", name=re.compile(f"^{title}"))
        expect(row).to_contain_text("Ouvert")
        expect(row).to_contain_text(lines)
    words = main_text(buyer.go("/credits"))
    assert "dépassée" not in words.lower()


def moves_legal_time(buyer: Visitor, deadline: datetime) -> None:
    """A minute past the deadline, from the demonstration's page."""
    page = buyer.go("/demonstration")
    page.get_by_label("Aller au").fill(f"{deadline:%Y-%m-%d}")
    page.get_by_label("À quelle heure").fill(f"{deadline + timedelta(minutes=1):%H:%M}")
    press(page, "Avancer jusque-là")


def opens(buyer: Visitor, market: str, answers: Sequence[Answer]) -> None:
    """All that was sealed, at once."""
    page = buyer.go(f"{market}/ouverture")
    see(page)
    press(page, "Ouvrir les réponses")
    see(page)
    rows = buyer.go(f"{market}/analyse").locator("tbody tr")
    assert rows.filter(has=buyer.page.locator("th")).count() >= len(answers)
    see(buyer.page, phone=True)


def examines(buyer: Visitor, market: str, title: str, stage: Stage) -> None:
    """One incomplete offer is completed on request; the others are regular."""
    if title != SEATS:
        judging.regular(stage, title, [answer.supplier for answer in ANSWERS[title]])
        return
    judging.regular(stage, title, ["14", "16", "18"])
    gives_verdict(buyer, market, BEST_SEATS, "Régulière")
    gives_verdict(buyer, market, INCOMPLETE, "Irrégulière", "La garantie n’est pas dite.")
    page = buyer.go(f"{market}/analyse/complements")
    due = stage.clock.now() + timedelta(days=3)
    page.get_by_label("Réponses au plus tard le").fill(f"{due:%Y-%m-%d}")
    page.get_by_label(re.compile(INCOMPLETE)).fill("Dites la durée de la garantie.")
    see(page)
    press(page, "Envoyer la demande")
    page = buyer.go(f"{market}/analyse")
    follow(page, INCOMPLETE)
    page.get_by_label("Sa réponse").fill("Deux ans, pièces et main-d’œuvre.")
    press(page, "Enregistrer les compléments")
    gives_verdict(buyer, market, INCOMPLETE, "Régulière")


def gives_verdict(buyer: Visitor, market: str, name: str, verdict: str, why: str = "") -> None:
    """On the page of one offer."""
    page = buyer.go(f"{market}/analyse")
    follow(page, name)
    see(page, phone=True)
    page.get_by_label(verdict, exact=True).check(force=True)
    page.get_by_label("Motifs").first.fill(why)
    press(page, "Enregistrer l’avis")


def scores(evaluators: Sequence[Visitor], market: str) -> None:
    """Three people, each without the others' marks, then what they agree on; or one alone."""
    buyer, several = evaluators[0], len(evaluators) > 1
    for name in ("Inès", "Malo", "Rozenn")[: len(evaluators)]:
        page = buyer.go(f"{market}/analyse/notes")
        choose(page, "Désigner", name)
        press(page, "Désigner")
    for rank, evaluator in enumerate(evaluators):
        page = evaluator.go(f"{market}/analyse/notes")
        see(page, phone=True)
        assert "Avis de la personne" not in page.content()
        fills(page, "Note", str(14 + rank))
        fills(page, "Appréciation", f"Avis de la personne {rank + 1}.")
        press(page, "Remettre mes notes" if several else "Enregistrer mes notes")
    if not several:
        return
    page = buyer.go(f"{market}/analyse/notes")
    see(page, phone=True)
    assert "Avis de la personne 3" in main_text(page)
    common = page.locator("#communes")
    common.get_by_label(re.compile("^Note.*moyenne 15")).first.fill("16")
    common.get_by_label("Appréciation").first.fill("Relevée après discussion, pièces revues.")
    press(page, "Arrêter les notes communes")


def fills(page: Page, label: str, text: str) -> None:
    """The same in every field whose label starts so."""
    fields = page.get_by_label(re.compile(f"^{label}"))
    assert fields.count()
    fields.evaluate_all("(fields, text) => fields.forEach((one) => { one.value = text; })", text)


def ranks(buyer: Visitor, market: str) -> None:
    """The ranking, frozen."""
    page = buyer.go(f"{market}/analyse/classement")
    see(page)
    press(page, "Figer le classement")
    see(page, phone=True)


def proposes(buyer: Visitor, market: str, title: str, stage: Stage) -> None:
    """The papers of whoever wins are asked; they come."""
    see(buyer.go(f"{market}/attribution"))
    follow(buyer.page, "Proposer l’attribution")
    see(buyer.page)
    press(buyer.page, "Proposer l’attribution")
    judging.papers(stage, title)


def decides(officer: Visitor, market: str) -> None:
    """The letters leave."""
    page = officer.go(f"{market}/attribution")
    follow(page, "Décider l’attribution")
    see(page)
    page.get_by_label("Ce qui a fait choisir cette offre").fill("De bonnes assises, vérifiées.")
    choose(page, "Signataire de la décision", "Le Goff")
    press(page, "Décider l’attribution")
    see(page, phone=True)


def signs_and_notifies(officer: Visitor, market: str, day: datetime) -> None:
    """Each winner's contract, signed then notified."""
    signed = 0
    while True:
        page = officer.go(f"{market}/attribution")
        if not page.get_by_role("link", name="Signer").count():
            break
        follow(page, "Signer")
        see(page)
        signed += 1
        page.get_by_label("Numéro d’engagement comptable").fill(f"2026-E-{market[-4:]}{signed}")
        page.get_by_label("Signé par le fournisseur le").fill(f"{day:%Y-%m-%d}")
        page.get_by_label("Acte signé").set_input_files(SIGNED)
        choose(page, "Signataire du contrat", "Le Goff")
        press(page, "Enregistrer la signature")
    for _ in range(signed):
        page = officer.go(f"{market}/attribution")
        follow(page, "Notifier")
        see(page)
        choose(page, "Signataire de la notification", "Le Goff")
        press(page, "Notifier le contrat")
    page = officer.go(market)
    assert "Notifié" in main_text(page)
    see(page)


def shares(officer: Visitor, market: str) -> None:
    """Forty-two chests of drawers, by slices of six, in rank order."""
    page = officer.go(f"{market}/attribution")
    words = main_text(page)
    for name, count in SHARED.items():
        assert re.search(rf"{name} {count}\b", words), (name, words)
