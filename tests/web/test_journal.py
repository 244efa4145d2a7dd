"""The journal read by people: sentences, filters, pages, proof, export."""

import json
import re

import pytest

from sad.audit.seals import make_seal
from sad.markets.tables import SpecificMarket
from tests.markets.test_story import _answer
from tests.support.markets import Ready, launched, ready
from tests.support.web import Site, text_of


@pytest.fixture
def place(site: Site) -> Ready:
    with site.work() as work:
        return ready(work, site.cast)


@pytest.fixture
def market(site: Site, place: Ready) -> SpecificMarket:
    with site.work("buyer") as work:
        return launched(work, site.cast, place)


def test_the_story_is_told_in_sentences(site: Site, market: SpecificMarket) -> None:
    page = text_of(site.as_("buyer").get(f"/marches/{market.id}/histoire"))
    assert f"La demande de prix est lancée sous le n° {market.number}" in page
    assert "2 fournisseurs invités" in page
    assert "1 200,00 € TTC" in page
    assert "Buyer (achat)" in page
    assert "Les réponses sont scellées" in page
    assert "vérifier que le journal est intact" not in page
    assert "vérifier que le journal" in text_of(
        site.as_("auditor").get(f"/marches/{market.id}/histoire")
    )


def test_an_answer_changes_no_page_of_the_journal(
    site: Site, place: Ready, market: SpecificMarket
) -> None:
    pages = [f"/marches/{market.id}/histoire", "/journal", "/journal?sujet=offer"]
    pages += ["/journal/integrite", f"/journal?qui={site.cast.people['alder']}", "/credits"]
    officer, auditor = site.as_("officer"), site.as_("auditor")

    def seen() -> list[str]:
        texts = [text_of(who.get(path)) for path in pages for who in (officer, auditor)]
        return [*texts, auditor.get("/journal/export.jsonl").text]

    before = seen()
    _answer(lambda _: site.work("alder"), site.cast, place, market)
    assert seen() == before


def test_the_journal_is_searched(site: Site, market: SpecificMarket) -> None:
    auditor = site.as_("auditor")

    def page(query: str) -> str:
        answer = auditor.get(f"/journal?{query}")
        assert answer.status_code == 200
        found = re.search(r"(?s)<tbody>(.*)</tbody>", answer.text)
        return found.group(1) if found else ""

    assert "La demande de prix est lancée" in page("")
    assert "crédits votés" not in page("sujet=market")
    assert "crédits votés" in page("sujet=funding")
    assert "lancée" in page(f"qui={site.cast.people['buyer']}")
    assert page(f"qui={site.cast.people['evaluator']}") == ""
    assert page("du=2026-09-02") == ""
    assert "lancée" in page("du=2026-09-01&jusquau=2026-09-01")
    assert page("evenement=market.launched").count("<tr>") == 1
    assert page(f"objet=market:{market.id}").count("<tr>") > 1
    assert auditor.get("/journal?du=hier").status_code == 422
    assert auditor.get("/journal?apres=x").status_code == 422
    assert auditor.get(f"/journal/market:{market.id}").status_code == 303
    assert auditor.get("/journal/n'importe").status_code == 404


def test_pages_follow_one_another(site: Site, place: Ready) -> None:
    with site.work() as work:
        for number in range(6):
            launched(work, site.cast, place, title=f"Demande {number}")
    auditor, path, pages = site.as_("auditor"), "/journal", 0
    for pages in range(1, 9):  # noqa: B007  # how many there were
        text = auditor.get(path).text
        assert '<th scope="row"' in text
        following = re.search(r'href="([^"]*apres=[^"]*)" rel="next"', text)
        if following is None:
            break
        path = following.group(1).replace("&amp;", "&")
    assert 1 < pages < 8
    assert "Le système est publié" in text


def test_refusals_of_agents_are_read(site: Site, market: SpecificMarket) -> None:
    site.as_("buyer").get("/journal")
    page = text_of(site.as_("auditor").get("/journal?sujet=person"))
    assert "Action refusée : le rôle ne la permet pas." in page
    assert "Buyer (achat)" in page


def test_the_journal_is_verified_now(site: Site, market: SpecificMarket) -> None:
    with site.work() as work:
        make_seal(work)
    page = text_of(site.as_("auditor").get("/journal/integrite"))
    assert "Journal intact" in page
    assert "Dernier scellé" in page
    with site.wiring.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_event_no_update")
        connection.exec_driver_sql(
            "UPDATE audit_event SET body = replace(body, '2026S01', '2026S02')"
            f" WHERE chain = 'market:{market.id}'"
        )
    broken = text_of(site.as_("auditor").get("/journal/integrite"))
    assert "Le journal n’est pas intact" in broken
    assert "événement modifié" in broken


def test_the_auditor_takes_the_journal_away(site: Site, market: SpecificMarket) -> None:
    file = site.as_("auditor").get("/journal/export.jsonl")
    events = [json.loads(json.loads(line)["body"]) for line in file.text.splitlines()]
    assert "market.launched" in {event["action"] for event in events}
    assert not [event for event in events if event["chain"].startswith("offer:")]
    assert site.as_("officer").get("/journal/export.jsonl").status_code == 403


def test_who_reads_the_journal(site: Site, market: SpecificMarket) -> None:
    for path in ("/journal", "/journal/integrite"):
        assert site.as_("officer").get(path).status_code == 200
        for part in ("buyer", "evaluator", "administrator", "alder", "stranger"):
            assert site.as_(part).get(path).status_code == 403
    story = f"/marches/{market.id}/histoire"
    assert site.as_("other_officer").get(story).status_code == 404
    assert "Totem" not in site.as_("other_officer").get("/journal").text
    assert site.as_("alder").get(story).status_code == 403
