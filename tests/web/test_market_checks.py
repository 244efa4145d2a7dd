"""The checks live on the pages, their reasons, the approval, the fiche de crédits, who looked."""

import re
from io import BytesIO
from uuid import UUID

from pypdf import PdfReader

from sad.accounts.tables import Organisation
from sad.markets import queries
from sad.markets.tables import SpecificMarket
from tests.support.markets import draft, launched, ready
from tests.support.web import Site, text_of


def plain(response: object) -> str:
    """The words of a page, every space one."""
    return " ".join(text_of(response).split())


def make_draft(site: Site) -> str:
    with site.work() as work:
        return f"/marches/{draft(work, site.cast, ready(work, site.cast)).id}"


def test_checks_are_on_the_pages_and_a_reason_answers_a_warning(site: Site) -> None:
    base, buyer = make_draft(site), site.as_("buyer")
    with site.work("buyer") as work:
        market = work.get(SpecificMarket, UUID(base.rpartition("/")[2]))
        market.description, market.tie_break = "Pour des entreprises locales.", []
        work.add(market)
    page = plain(buyer.get(f"{base}/preparation"))
    assert "« entreprises locales » semble préférer" in page
    assert "Article L3" in page
    assert "Contrôle C20." in page
    assert re.search(r"\d+ contrôles faits ; \d à regarder\.", page)
    assert "C20" in plain(buyer.get(f"{base}/preparation/need"))
    assert "C20" not in plain(buyer.get(f"{base}/preparation/criteria"))
    said = {"reason.C45": "Aucune égalité à craindre.", "page": "lancer"}
    kept = buyer.post(f"{base}/controles/C45", said)
    assert kept.headers["location"] == f"{base}/lancer#C45"
    page = plain(buyer.get(f"{base}/lancer"))
    assert "Raison donnée" in page
    assert "« Aucune égalité à craindre. »" in page
    assert "Lancer le marché" in page  # a warning never blocks
    assert buyer.post(f"{base}/controles/C81", {"reason.C81": "Pressés."}).status_code == 404
    assert site.as_("auditor").post(f"{base}/controles/C45", said).status_code == 403
    elsewhere = buyer.post(f"{base}/controles/C45", {"page": "//evil.example"})
    assert elsewhere.headers["location"] == f"{base}/preparation#C45"
    assert "Raison donnée" not in plain(buyer.get(f"{base}/lancer"))


def test_the_organisation_may_want_every_market_approved(site: Site) -> None:
    base, buyer, officer = make_draft(site), site.as_("buyer"), site.as_("officer")
    settings = site.as_("administrator").get("/parametres/organisation").text
    assert "approval_required" in settings
    with site.work() as work:
        work.shared(Organisation, site.cast.organisation_id).approval_required = True
    page = plain(buyer.get(f"{base}/lancer"))
    assert "envoyez-le pour validation" in page
    assert "Envoyer pour validation" in page
    buyer.post(f"{base}/valider")
    assert "Reprendre pour changer" in plain(buyer.get(base))
    assert buyer.post(f"{base}/approuver").status_code == 403
    assert plain(officer.get(base)).count("Valider") == 1
    officer.post(f"{base}/renvoyer", {"remark": "Le lot manque."})
    assert "Le lot manque." in plain(buyer.get(base))
    buyer.post(f"{base}/valider")
    officer.post(f"{base}/approuver")
    page = plain(buyer.get(base))
    assert "Validé le" in page
    assert "Le lot manque." not in page
    assert "Lancer le marché" in plain(buyer.get(f"{base}/lancer"))
    assert officer.post(f"{base}/approuver").status_code == 409


def test_credits_fixed_at_the_launch_and_who_opened_the_invitation(site: Site) -> None:
    with site.work() as work:
        market_id = launched(work, site.cast, ready(work, site.cast)).id
    base, buyer = f"/marches/{market_id}", site.as_("buyer")
    assert plain(buyer.get(base)).count("pas encore consulté") == 2
    assert site.as_("alder").get(f"/reponse/{market_id}").status_code == 200
    page = plain(buyer.get(base))
    assert page.count("pas encore consulté") == 1
    assert re.search(r"Atelier alder a consulté le \w+ \d", page)
    sheet = plain(buyer.get(f"{base}/fiche-de-credits"))
    for words in ("1 200,00 € TTC, 1 000,00 € HT", "Mobilier 2026", "non désigné", "Réemploi"):
        assert words in sheet, words
    paper = buyer.get(f"{base}/fiche-de-credits.pdf")
    words = " ".join(PdfReader(BytesIO(paper.content)).pages[0].extract_text().split())
    assert "Fiche de crédits" in words
    assert "1 200,00 € TTC" in words
    for part in ("evaluator", "alder"):
        assert site.as_(part).get(f"{base}/fiche-de-credits").status_code in {403, 404}, part


def test_the_proposed_date_is_taken_in_one_press_and_a_visit_is_announced(site: Site) -> None:
    base, buyer = make_draft(site), site.as_("buyer")
    page = buyer.get(f"{base}/preparation/deadline").text
    version = re.search(r'name="version" value="(\d+)"', page)
    proposed = re.search(r'name="proposed" value="([^"]+)"', page)
    assert version
    assert proposed
    fields = {"version": version.group(1), "deadline_at": "", "proposed": proposed.group(1)}
    assert buyer.post(f"{base}/preparation/deadline", fields).status_code == 303
    assert "Prendre la date proposée" not in plain(buyer.get(f"{base}/preparation/deadline"))
    for wrong in ("demain", "2026-09-15T10:00:00"):
        refused = buyer.post(f"{base}/preparation/deadline", fields | {"proposed": wrong})
        assert refused.status_code == 422, wrong
    visit = {"version": "99", "delivery_place": "Le Totem", "visit_who": "first"}
    refused = buyer.post(f"{base}/preparation/delivery", visit)
    assert refused.status_code == 422
    assert "combien de structures" in plain(refused)
    done = buyer.post(f"{base}/preparation/delivery", visit | {"visit_first": "3"})
    assert done.status_code == 303
    assert "C62" in plain(buyer.get(f"{base}/preparation/delivery"))


def test_the_same_by_the_api(site: Site) -> None:
    base = make_draft(site).replace("/marches", "/api/v1/markets")
    buyer = site.api("buyer", ["prepare_market", "launch_market", "read_file"])
    officer = site.api("officer", ["approve_market", "read_file"])
    found = {one["id"]: one for one in buyer.get(f"{base}/checks").json()["findings"]}
    assert found["C46"]["reason"] is None
    assert buyer.put(f"{base}/checks/C46", json={"reason": "Repères en annexe."}).status_code == 204
    again = {one["id"]: one for one in buyer.get(f"{base}/checks").json()["findings"]}
    assert again["C46"]["reason"] == "Repères en annexe."
    assert buyer.put(f"{base}/checks/C81", json={"reason": "Non."}).status_code == 404
    assert buyer.post(f"{base}/approval", json={"step": "send"}).json()["state"] == "approval"
    refused = buyer.post(f"{base}/approval", json={"step": "approve"})
    assert refused.status_code == 403
    approved = officer.post(f"{base}/approval", json={"step": "approve"}).json()
    assert (approved["state"], approved["approved"]) == ("draft", True)
    assert buyer.get(f"{base}/invitations").json() == {"invitations": []}
    assert officer.post(f"{base}/approval", json={"step": "take_back"}).status_code == 403
    assert site.api("other_officer", ["read_file"]).get(f"{base}/invitations").status_code == 404


def test_a_quantity_of_zero_is_refused_after_the_launch_never_taken_for_no_change(
    site: Site,
) -> None:
    with site.work() as work:
        market_id = launched(work, site.cast, ready(work, site.cast)).id
    path, buyer = f"/marches/{market_id}/rectificatif", site.as_("buyer")
    fields = dict(re.findall(r'name="(lines\.[^"]+)"[^>]*value="([^"]*)"', buyer.get(path).text))
    quantity = next(name for name in fields if name.endswith(".quantity"))
    refused = buyer.post(path, fields | {"text": "Une ligne de moins.", quantity: "0"})
    assert refused.status_code == 422
    assert "supérieure à 0" in plain(refused)
    assert "Une ligne de moins." in refused.text  # what was typed is kept
    with site.read("buyer") as work:
        assert queries.addenda(work, site.cast.organisation_id, market_id) == []


def test_a_form_made_by_hand_is_refused_not_a_failure(site: Site) -> None:
    base, buyer = make_draft(site), site.as_("buyer")
    odd = {"version": "abc", "lots.0.number": "x", "lots.0.estimate": "1"}
    assert buyer.post(f"{base}/preparation/credits", odd).status_code in {303, 409, 422}
    assert buyer.post(f"{base}/preparation/need", {"version": "²"}).status_code == 422


def test_a_year_no_calendar_counts_is_refused_and_the_draft_stays_readable(site: Site) -> None:
    base, buyer = make_draft(site), site.as_("buyer")
    for day in ("9999-12-31", "0001-01-01", "2100-01-04"):
        given = {"version": "99", "deadline_at": day, "deadline_at_time": "12:00"}
        assert buyer.post(f"{base}/preparation/deadline", given).status_code == 422, day
        given = {"version": "99", "delivery_place": "Totem", "delivery_until": day}
        assert buyer.post(f"{base}/preparation/delivery", given).status_code == 422, day
    api = site.api("buyer", ["prepare_market", "read_file"])
    path = base.replace("/marches", "/api/v1/markets") + "/deadline?version=99"
    for moment in ("9999-12-31T12:00:00Z", "2026-09-15T12:00:00"):
        assert api.put(path, json={"deadline_at": moment}).status_code == 422, moment
    assert buyer.get(f"{base}/preparation").status_code == 200
