"""The steps of the journey, each by the pages a person sees, on any site."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from sad.audit.seals import make_seal
from sad.audit.signing import publish
from sad.audit.verify import verify
from sad.categories.service import add
from sad.categories.service import publish as publish_system
from sad.db.work import Work
from sad.evaluation.tables import Letter
from sad.funding import service as funding
from sad.funding.schemas import EnvelopeInput, LineInput
from sad.funding.tables import Movement
from sad.kernel.calendar import paris, paris_date
from sad.kernel.money import Money
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer
from sad.systems.schemas import SystemInput
from sad.systems.service import change, create
from tests.support.forms import form_of, forms_of, press
from tests.support.published import category_input, notice
from tests.support.web import Site, text_of

GRID = Path(__file__).parents[1] / "data" / "cadre-reponse-tables.xlsx"
PRICES = {
    "alder": ("980", "1 450", "310", "295", "85"),
    "birch": ("1 050", "1 320", "340", "280", "92,50"),
}
NOTE = {"alder": "plateaux en frêne d'une salle des fêtes", "birch": "piètements refaits"}


def id_of(market: str) -> UUID:
    """The market of an address."""
    return UUID(market.rsplit("/", 1)[1])


def prepared(site: Site) -> tuple[UUID, UUID, UUID]:
    """A published system with its credits: where the journey starts."""
    with site.work("officer") as work:
        system_id, category_id = _published(work)
        line = funding.create_line(
            work,
            LineInput(system_id=system_id, label="Mobilier 2026", budget="Principal", year=2026),
            Money.parse("40 000"),
            "vote:journey",
        )
        envelope = funding.create_envelope(
            work,
            EnvelopeInput(category_id=category_id, funding_line_id=line.id, label="Bois et métal"),
        )
        funding.allocate(work, envelope.id, Money.parse("40 000"), "plan:journey")
    officer, acts = site.as_("officer"), f"/systemes/{system_id}/rubriques/actes"
    press(officer, officer.get(acts), {"legal_control": "non"}, "/actes")
    return system_id, category_id, UUID(str(envelope.id))


def _published(work: Work) -> tuple[UUID, UUID]:
    """A system whose first date has passed, whatever today is."""
    system = create(work, SystemInput(title="Mobilier du Totem", maximum_cents=200_000_00))
    category = add(work, system.id, category_input("bois-metal"))
    change(
        work,
        system.id,
        notice(system.version).model_copy(
            update={
                "opening_at": work.now - timedelta(days=70),
                "closing_at": work.now + timedelta(days=1400),
                "notice_sent_on": work.today - timedelta(days=70),
                "first_candidatures_on": work.today - timedelta(days=20),
            }
        ),
    )
    publish_system(work, system.id)
    return system.id, category.id


def candidatures_decided(site: Site, system_id: UUID, category_id: UUID) -> None:
    """Two suppliers join in three screens; the officer decides under a delegation."""
    for part in ("alder", "birch"):
        client = site.as_(part)
        base = f"/rejoindre/{system_id}"
        page = press(client, client.get(base), {"phone": "02 96 00 00 21"}, "/structure")
        page = press(
            client,
            page,
            {"categories": [str(category_id)], "capacity": "Tables et bureaux.", "alone": "oui"},
            "/categories",
        )
        sworn = {
            "declarant_name": f"Personne {part}",
            "declarant_function": "Gérance",
            "no_ground": "oui",
            "declared": "oui",
        }
        page = press(client, page, sworn, "/declaration")
        done = press(client, page, {}, "/envoyer")
        assert "candidature est envoyée" in text_of(done)
    officer = site.as_("officer")
    waiting = re.findall(r'href="(/candidatures/[0-9a-f-]{36})"', officer.get("/candidatures").text)
    assert len(dict.fromkeys(waiting)) == 2
    for path in dict.fromkeys(waiting):
        form = officer.get(f"{path}/actes/admettre")
        decision = {
            "reasons": "Répond au critère annoncé.",
            "delegation_id": str(site.cast.delegation_id),
        }
        assert "Admise" in text_of(press(officer, form, decision, "/admettre"))


def market_launched(
    site: Site, category_id: UUID, envelope_id: UUID, ready: Callable[[str], None] | None = None
) -> str:
    """From the spreadsheet to the launch, `ready` being told in between; the market's address."""
    buyer = site.as_("buyer")
    first = buyer.get("/marches/nouveau")
    typed = {"category_id": str(category_id), "title": "Tables et bureaux du niveau 2"}
    page = press(buyer, first, typed, "/nouveau")
    base = str(page.url.path).removesuffix("/preparation")
    grid = {"file": (GRID.name, GRID.read_bytes())}
    read = press(buyer, buyer.get(f"{base}/grille"), {}, "/fichier", files=grid)
    assert "T-05" in text_of(press(buyer, read, {}, "/appliquer"))
    due = paris(site.clock.now() + timedelta(days=16))
    for section, fields in {
        "need": {"description": "Cinq sortes de tables.", "need_confirmed": "oui"},
        "conditions": {},
        "delivery": {
            "delivery_place": "Le Totem",
            "delivery_until": f"{due + timedelta(days=40):%Y-%m-%d}",
        },
        "award": {"award_mode": "single", "variants_allowed": "non", "partial_allowed": "non"},
        "deadline": {"deadline_at": f"{due:%Y-%m-%d}", "deadline_at_time": "12:00"},
        "credits": {
            "lots.0.estimate": "17 000",
            "lots.0.credits": "24 000",
            "lots.0.envelope_id": str(envelope_id),
        },
    }.items():
        press(buyer, buyer.get(f"{base}/preparation/{section}"), fields, f"/{section}")
    if ready is not None:
        ready(base)
    review = buyer.get(f"{base}/lancer")
    assert "2 structures seront invitées" in text_of(review)
    delegation = {"delegation_id": str(site.cast.delegation_id)}
    done = press(buyer, review, delegation, "/lancer")
    assert "Le marché est lancé" in text_of(done)
    return base


def answered(site: Site, market: str, part: str) -> None:
    """A supplier types its answer, reads it again, sends it, keeps its receipt."""
    client = site.as_(part)
    base = f"/reponse/{market.rsplit('/', 1)[1]}"
    invitation = client.get(base)
    if any(form.action.endswith("/commencer") for form in forms_of(invitation)):
        page = press(client, invitation, {}, "/commencer")
    else:
        page = client.get(f"{base}/offre")
    price, note = column(site, market, "unit_price"), column(site, market, "note")
    typed: dict[str, Any] = {
        f"{place}.{price}": amount for place, amount in enumerate(PRICES[part], start=1)
    }
    typed |= form_of(page, "/offre").unchosen  # what is asked once for the whole offer
    typed |= {f"1.{note}": NOTE[part], "suite": "relire"}
    review = press(client, page, typed, "/offre")
    sent = press(client, review, {}, "/envoyer")
    assert "Votre réponse est envoyée" in text_of(sent)
    receipt = client.get(f"{sent.url.path}/accuse.json").json()
    said = json.loads(receipt["receipt"])
    assert said["in_time"] is True
    assert said["documents"][0]["name"] == "reponse.json"


def column(site: Site, market: str, role: str) -> str:
    """The key of a supplier's column of the market's grid."""
    answer = site.api("alder", ["answer"]).get(f"/api/v1{market.replace('marches', 'markets')}")
    return next(str(c["key"]) for c in answer.json()["supplier_columns"] if c["role"] == role)


def nothing_shows_before_the_opening(site: Site, market: str) -> None:
    """Neither what was typed nor by whom, on any page of the agents."""
    for part in ("buyer", "officer", "auditor"):
        client = site.as_(part)
        for path in (market, f"{market}/ouverture", "/marches", f"{market}/histoire"):
            page = client.get(path)
            assert not any(words in page.text for words in NOTE.values()), path
    early = site.as_("buyer").post(f"{market}/ouverture")
    assert early.status_code == 409


def time_passes(site: Site, market: str) -> None:
    """A minute past the deadline."""
    with site.read("buyer") as work:
        deadline = work.get(SpecificMarket, id_of(market)).deadline_at
    assert deadline is not None
    site.clock.set(deadline + timedelta(seconds=61))


def opened(site: Site, market: str) -> None:
    buyer = site.as_("buyer")
    minutes = press(buyer, buyer.get(f"{market}/ouverture"), {}, "/ouverture")
    assert "Atelier alder" in text_of(minutes)
    assert "Atelier birch" in text_of(minutes)


def judged_and_ranked(site: Site, market: str) -> None:
    """Each offer is found regular and scored, then the ranking is frozen."""
    buyer, base = site.as_("buyer"), f"{market}/analyse"
    for offer in offers(site, market).values():
        path = f"{base}/offres/{offer}"
        press(buyer, buyer.get(path), {"verdict": "regular"}, "/avis")
    person = {"person_id": str(site.cast.people["evaluator"])}
    press(buyer, buyer.get(f"{base}/notes"), person, "/evaluateurs")
    evaluator = site.as_("evaluator")
    page = evaluator.get(f"{base}/notes")
    asked = sorted(set(re.findall(r'name="value:([0-9a-f-]+:[0-9a-f-]+)"', page.text)))
    assert len(asked) >= 4
    best = str(offers(site, market)["Atelier alder"])
    marks = {f"value:{key}": "16" if key.startswith(best) else "13,5" for key in asked}
    reasons = {f"reason:{key}": "Assemblages solides, pièces vues." for key in asked}
    press(evaluator, page, marks | reasons, "/notes")
    ranking = press(buyer, buyer.get(f"{base}/classement"), {}, "/classement")
    assert "1. Atelier alder" in text_of(ranking)


def offers(site: Site, market: str) -> dict[str, UUID]:
    """The offers opened, by the name of their supplier."""
    with site.read("buyer") as work:
        query = select(Offer).where(col(Offer.market_id) == id_of(market))
        return {row.supplier_name: row.id for row in work.session.exec(query)}


def movements(site: Site, market: str) -> list[str]:
    """The kinds of the market's movements, in order."""
    with site.read("officer") as work:
        query = (
            select(Movement)
            .where(col(Movement.market_id) == id_of(market))
            .order_by(col(Movement.seq))
        )
        return [row.kind for row in work.session.exec(query)]


def awarded(site: Site, market: str) -> None:
    """Proposed, papers, decided, signed, notified: each act by who may do it."""
    buyer, officer = site.as_("buyer"), site.as_("officer")
    base, power = f"{market}/attribution", {"delegation_id": str(site.cast.delegation_id)}
    page = press(buyer, buyer.get(f"{base}/proposer"), {}, "/proposer")
    while papers := [form for form in forms_of(page) if form.action.endswith("/pieces")]:
        later = f"{today(site) + timedelta(days=170)}"
        page = press(buyer, page, {"reference": "vu", "expires_on": later}, papers[0].action)
    assert movements(site, market) == ["reservation"]
    reasons = {"reasons": "La meilleure note de qualité et d'environnement."}
    page = press(officer, officer.get(f"{base}/decider"), reasons | power, "/decider")
    found = re.search(rf"{base}/([0-9a-f-]+)/signer", page.text)
    assert found is not None
    signature = power | {
        "engagement_number": "E26-00412",
        "supplier_signed_on": f"{today(site)}",
        "paper_kept": "true",
    }
    path = f"{base}/{found[1]}"
    press(officer, officer.get(f"{path}/signer"), signature, "/signer")
    notice = power | {"place_code": "22000", "duration_months": "3"}
    done = press(officer, officer.get(f"{path}/notifier"), notice, "/notifier")
    assert "notifié" in text_of(done).lower()


def today(site: Site) -> date:
    """The legal day."""
    return paris_date(site.wiring.clock.now())


def money_and_letters(site: Site, market: str) -> None:
    """Credits reserved then engaged; the winner and the other one read why."""
    kinds = movements(site, market)
    assert kinds[0] == "reservation"
    assert kinds[-1] == "engagement"
    assert "release" in kinds
    with site.read("auditor") as work:
        query = select(Letter).where(col(Letter.market_id) == id_of(market))
        letters = {(row.kind, row.supplier_id): row.id for row in work.session.exec(query)}
    alder, birch = site.cast.suppliers["alder"], site.cast.suppliers["birch"]
    won = site.as_("alder").get(f"/courriers/{letters['notification', alder]}")
    assert "E26-00412" in text_of(won)
    lost = site.as_("birch").get(f"/courriers/{letters['rejection', birch]}")
    assert "Atelier alder" in text_of(lost)
    assert NOTE["alder"] not in lost.text
    assert site.as_("birch").get(str(won.url.path)).status_code == 404
    auditor = site.as_("auditor")
    overview = text_of(auditor.get("/credits"))
    assert "Bois et métal" in overview


def journal_intact(site: Site, market: str) -> None:
    """The story reads in French, and every chain holds."""
    story = text_of(site.as_("auditor").get(f"{market}/histoire"))
    for words in ("lanc", "ouver", "class", "sign", "notifi"):
        assert words in story.lower()
    with site.work() as work:
        make_seal(work)
    rings = site.wiring.rings
    with site.wiring.engine.connect() as connection:
        report = verify(connection, keys=list(rings.vault), public=publish(rings.signing))
    assert report.intact, report.faults
