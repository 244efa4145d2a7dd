"""Questions by the pages, on both sides: from a line, to all, without a name; more time."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from tests.support.markets import DEADLINE, Ready, ready
from tests.support.web import Site, text_of
from tests.web.test_markets import make_launched


@pytest.fixture
def place(site: Site) -> Ready:
    with site.work() as work:
        return ready(work, site.cast)


def question_of(page: str) -> UUID:
    found = re.search(r'name="answer\.([0-9a-f-]{36})"', page)
    assert found
    return UUID(found[1])


def test_from_a_line_to_an_answer_for_all(site: Site, place: Ready) -> None:
    market_id = make_launched(site, place)
    base = f"/reponse/{market_id}"
    alder, buyer, birch = (site.as_(part) for part in ("alder", "buyer", "birch"))
    assert f'href="{base}/questions?ligne=2"' in alder.get(base + "/offre").text
    form = alder.get(base + "/questions?ligne=2")
    assert '<option value="2" selected>C-01, Chaise' in form.text
    assert "Jusqu’au vendredi 11 septembre 2026 à 23 h 59" in text_of(
        form
    )  # P19: the last day is said
    empty = alder.post(base + "/questions", {"text": "", "line_position": "2"})
    assert empty.status_code == 422 and "selected>C-01" in empty.text
    asked = alder.post(base + "/questions", {"text": "Assise en bois ?", "line_position": "2"})
    mine = text_of(alder.follow(asked))
    assert "Votre question est envoyée" in mine and "posée par vous" in mine
    page = buyer.get(f"/marches/{market_id}/questions")
    assert "sur la ligne C-01, Chaise" in text_of(page)
    assert "alder" not in page.text.lower() and "Alder" not in buyer.get("/journal").text
    said = question_of(page.text)
    buyer.post(f"/marches/{market_id}/questions/{said}", {f"answer.{said}": "En bois."})
    theirs = text_of(birch.get(base))
    assert "Ligne C-01, Chaise" in theirs and "En bois." in theirs
    assert "posée par vous" not in theirs


def test_more_time_asked_then_granted_to_all(site: Site, place: Ready) -> None:
    market_id = make_launched(site, place)
    base, path = f"/reponse/{market_id}", f"/marches/{market_id}/questions"
    alder, buyer = site.as_("alder"), site.as_("buyer")
    assert "mardi 15 septembre 2026 à 12 h 00" in text_of(alder.get(base + "/report"))
    soon = {"text": "Congés.", "wished_on": "2026-09-15"}
    refused = alder.post(base + "/report", soon)
    assert refused.status_code == 422
    assert "après la date limite actuelle" in text_of(refused)
    alder.follow(alder.post(base + "/report", soon | {"wished_on": "2026-09-22"}))
    page = buyer.get(path)
    assert "nouvelle date souhaitée : mardi 22 septembre 2026" in text_of(page)
    assert 'value="2026-09-22"' in page.text
    said = question_of(page.text)
    given = {"decision": "grant", f"answer.{said}": "Une semaine de plus."}
    without = buyer.post(f"{path}/{said}", given)
    assert without.status_code == 422 and "Une semaine de plus." in without.text
    day = {f"new_deadline_at.{said}": "2026-09-22", f"new_deadline_at.{said}_time": "12:00"}
    done = buyer.follow(buyer.post(f"{path}/{said}", given | day))
    assert "Accordé à tous" in text_of(done)
    birch = text_of(site.as_("birch").get(base))
    assert "mardi 22 septembre 2026 à 12 h 00" in birch and "Une semaine de plus." in birch
    assert "Ce qui a changé" in birch


def test_after_the_last_day_it_says_whom_to_call(site: Site, place: Ready) -> None:
    market_id = make_launched(site, place)
    site.clock.set(DEADLINE - timedelta(days=2))
    alder = site.as_("alder")
    for path in ("questions", "report"):
        page = text_of(alder.get(f"/reponse/{market_id}/{path}"))
        assert "Les questions étaient reçues jusqu’au" in page and "Claude Martin" in page
        late = alder.post(f"/reponse/{market_id}/{path}", {"text": "Encore une ?"})
        assert late.status_code in (409, 422)
