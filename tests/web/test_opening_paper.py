"""The minutes of an opening as a PDF: nothing before it, then who, when, what, by hash."""

import io
import json
from datetime import timedelta

from pypdf import PdfReader

from sad.markets.tables import SpecificMarket
from tests.offers.scene import OPENING, Scene, T
from tests.support.web import Site
from tests.web.test_answers import base, scene, send  # noqa: F401 - its fixture
from tests.web.test_receipts import ready


def test_the_minutes_as_a_pdf(site: Site, scene: Scene) -> None:  # noqa: F811 - the fixture
    path = f"/marches/{scene.market_id}/ouverture"
    alder, birch = site.as_("alder"), site.as_("birch")
    send(alder, scene)
    send(birch, scene)
    birch.post(base(scene) + "/envoyer", ready(birch, scene, "9,00"))
    assert site.as_("officer").get(path + "/proces-verbal.pdf").status_code == 409
    site.clock.set(T + timedelta(seconds=1))
    alder = site.as_("alder")
    alder.post(base(scene) + "/envoyer", ready(alder, scene, "9,00"))
    site.clock.set(OPENING)
    officer = site.as_("officer")
    officer.follow(officer.post(path))
    assert f"{path}/proces-verbal.pdf" in officer.get(path).text
    answer = officer.get(path + "/proces-verbal.pdf")
    reader = PdfReader(io.BytesIO(answer.content))
    said = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "jeudi 17 septembre 2026 à 12 h 01 min 00,000 s" in said
    assert "Atelier alder" in said and "Atelier birch" in said
    assert "Remplacée avant la date limite" in said and "12 h 00 min 01,000 s" in said
    [(name, [content])] = reader.attachments.items()
    with site.read() as work:
        market = work.get_in(SpecificMarket, site.cast.organisation_id, scene.market_id)
    assert name == "proces-verbal.json" and json.loads(content) == market.minutes
    for part, status in (("auditor", 200), ("alder", 403), ("other_officer", 404)):
        assert site.as_(part).get(path + "/proces-verbal.pdf").status_code == status, part
