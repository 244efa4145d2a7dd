"""Every page that a link leads to answers, for each person of the demonstration."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.security.cookies import cookie_name
from app.wiring import Wiring
from sad.accounts import sign_in
from sad.accounts.sessions import Browser
from sad.db.work import writing
from tests.support.demonstration import Demonstration

MOST = 60  # pages for each person
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
LEAVING = ("/entrer", "/deconnexion", "/demonstration/courriels")


@pytest.fixture
def client(wiring: Wiring) -> Iterator[TestClient]:
    with TestClient(create_app(wiring), follow_redirects=True) as opened:
        yield opened


def enter(wiring: Wiring, client: TestClient, link: str) -> None:
    """Comes in by a printed link."""
    token = link.rsplit("/", 1)[1]
    with writing(wiring.engine, wiring.clock, wiring.rings) as work:
        made = sign_in.enter(work, token, Browser("Essai", "a" * 43))
    client.cookies.set(cookie_name(False), made.token)


def links_of(path: str, html: str) -> Iterator[str]:
    """The pages of the site that a page leads to."""
    for found in LINK.findall(html):
        target = urlsplit(urljoin(path, unescape(found)))
        if not target.netloc and target.path.startswith("/"):
            yield target.path + (f"?{target.query}" if target.query else "")


@pytest.mark.parametrize(
    ("role", "nth", "seen"),
    [
        ("officer", 0, "Vestiaires et armoires en métal"),
        ("auditor", 0, "Mobilier du Totem"),
        ("supplier", 2, "Chaises et petit mobilier"),
    ],
)
def test_every_link_answers(
    played: Demonstration, wiring: Wiring, client: TestClient, role: str, nth: int, seen: str
) -> None:
    people = [one for one in played.printed["people"] if one["role"] == role]
    enter(wiring, client, people[nth]["sign_in"])
    waiting, known, words, wrong = ["/"], {"/"}, [], []
    while waiting and len(known) < 1000 and len(words) < MOST:
        path = waiting.pop(0)
        response = client.get(path)
        if response.status_code >= 400:
            wrong.append(f"{response.status_code} {path}")
        if not response.headers["content-type"].startswith("text/html"):
            continue
        words.append(response.text)
        for link in links_of(str(response.url.path), response.text):
            if link not in known and not link.startswith(LEAVING):
                known.add(link)
                waiting.append(link)
    assert not wrong, "\n".join(wrong)
    assert any(seen in unescape(page) for page in words)
