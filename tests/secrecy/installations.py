"""Two installations with the same people, markets and clock: one receives answers, one does not."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlmodel import select

from app.main import create_app
from app.security.sessions import csrf_of
from app.worker.tasks import TASKS
from sad.accounts import sign_in
from sad.accounts.permissions import Permission
from sad.candidatures.tables import Candidature
from sad.db.tables import Installation
from sad.db.work import Work, writing
from sad.kernel.actor import ENGINE
from sad.notifications.outbox import kept_letters
from tests.attachments.samples import PDF
from tests.offers.scene import add_supplier
from tests.support.answers import as_form, whole_answer
from tests.support.clock import FixedClock
from tests.support.databases import fresh_engine
from tests.support.joined import submitted
from tests.support.markets import DEADLINE, Ready, admit, launched, ready
from tests.support.photos import photograph
from tests.support.rings import FixedRings
from tests.support.web import Client, Site, open_site

PHRASE = "quarante-deux lampadaires du lycée Kérichen"
NAME = "devis secret de Kérichen.pdf"
CONTENT = PDF + "% remise de 17 % consentie à Kérichen\n".encode()
PHOTOGRAPH = photograph()  # made here: what makes it logs what it writes
SECRETS = ("Kérichen", "lampadaires", "devis secret", "remise de 17")
SUPPLIERS = 13  # alder, birch and eleven more: birch never answers
SCOPES = [permission.value for permission in Permission]


@dataclass
class Scene:
    """An installation under watch: a market due at T, and another that will be ended before."""

    site: Site
    place: Ready
    market: UUID
    ended: UUID
    answering: list[str] = field(default_factory=list)
    made: dict[str, UUID] = field(default_factory=dict)  # what one answer left: deposit, file


@contextmanager
def installation(folder: Path, kind: str = "sqlite") -> Iterator[Scene]:
    """A production installation where two markets were launched, thirteen suppliers invited."""
    folder.mkdir()
    clock, rings = FixedClock(), FixedRings()
    with fresh_engine(kind, folder) as engine, _site(engine, clock, rings, folder) as site:
        with site.work() as work:
            for number in range(SUPPLIERS - 2):
                add_supplier(work, site.cast, f"more{number}")
            place = ready(work, site.cast)
        for part in list(site.cast.suppliers)[2:]:
            clock.advance(seconds=1)  # so that lists by date are in one order
            with site.work() as work:
                admit(work, site.cast, place.system_id, place.category_id, part)
        with site.work("alder") as work:
            _received(work, submitted(work, place.other_category_id))
        with site.work() as work:
            market = launched(work, site.cast, place)
            other = launched(work, site.cast, place, title="Luminaires")
        answering = [part for part in site.cast.suppliers if part != "birch"]
        scene = Scene(site, place, market.id, other.id, answering)
        for part in site.cast.suppliers:  # everybody reads the invitation, on both sides
            page = entered(scene, part)
            for one in (market.id, other.id):
                assert page.get(f"/reponse/{one}").status_code == 200
        yield scene


def _received(work: Work, candidature_id: UUID) -> None:
    """Candidatures written directly are given the receipt and the copy of one that was sent."""
    whole = work.locate(Candidature, candidature_id)
    for row in work.session.exec(select(Candidature).where(Candidature.receipt == "{}")):
        row.receipt, row.snapshot = whole.receipt, whole.snapshot
        work.add(row)


@contextmanager
def _site(engine: Engine, clock: FixedClock, rings: FixedRings, folder: Path) -> Iterator[Site]:
    """Production: the demonstration shows every mail to whoever asks, on purpose."""
    with writing(engine, clock, rings, ENGINE, "test") as work:
        work.add(Installation(kind="production", created_at=work.now))
    with open_site(engine, clock, rings, folder) as site:
        wiring = replace(site.wiring, kind="production")
        yield replace(site, wiring=wiring, app=create_app(wiring), clients=site.clients)


def entered(scene: Scene, part: str) -> Client:
    """A supplier that comes in by a link, as everybody does."""
    site = scene.site
    with site.work() as work:
        token = sign_in.issue_link(work, site.cast.people[part])
    client = site.anonymous()
    assert client.get(f"/entrer/{token}").status_code == 200
    assert client.post(f"/entrer/{token}").status_code == 303
    return client


def look(scene: Scene) -> None:
    """The same suppliers open both invitations: told to the agents, whatever follows."""
    for part in scene.answering:
        client = entered(scene, part)
        for market in (scene.market, scene.ended):
            assert client.get(f"/reponse/{market}").status_code == 200


def play(scene: Scene) -> None:
    """Twelve suppliers answer both markets: drafts, files, deposits, a replacement, a withdrawal.

    The requests refused on the way (an answer changed since its review, an incomplete one, an
    unknown file) are part of it: refusals leave traces too.
    """
    for number, part in enumerate(scene.answering):
        client = entered(scene, part)
        for market in (scene.market, scene.ended):
            _answer(scene, client, market, part, number)
        scene.site.clock.advance(seconds=40)


def _answer(scene: Scene, client: Client, market: UUID, part: str, number: int) -> None:
    base = f"/reponse/{market}"
    assert client.post(f"{base}/commencer").status_code == 303
    assert client.post(f"{base}/envoyer", {"digest": "0" * 64}).status_code == 409
    _type(scene, client, market, f"{19 + number},90")
    _upload(scene, client, base)
    if number == 0:
        _upload(scene, client, base, "atelier.jpg", PHOTOGRAPH)
    assert client.post(f"{base}/fichiers/{uuid4()}/retirer").status_code == 404
    if number % 4 == 3:
        return  # a draft, never sent
    sent = _send(scene, client, base)
    scene.made.setdefault("deposit_id", UUID(sent.headers["location"].split("/")[4][:36]))
    if number % 4 == 1:
        _type(scene, client, market, f"{9 + number},90")
        _send(scene, client, base)
    if number % 4 == 2:
        assert client.post(f"{base}/retirer").status_code == 303
        assert client.post(f"{base}/retirer").status_code == 409


def _type(scene: Scene, client: Client, market: UUID, price: str) -> None:
    org = scene.site.cast.organisation_id
    with scene.site.read() as work:
        cells = whole_answer(work, org, market, price=price, note=PHRASE)
    answer = client.post(f"/reponse/{market}/offre", as_form(cells))
    assert answer.status_code == 303


def _upload(
    scene: Scene, client: Client, base: str, name: str = NAME, content: bytes = CONTENT
) -> None:
    assert client.token
    headers = {"x-csrf-token": csrf_of(client.token), "x-file-name": quote(name)}
    answer = client.http.post(f"{base}/fichiers?ligne=1", content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    scene.made.setdefault("file_id", UUID(answer.json()["id"]))


def _send(scene: Scene, client: Client, base: str) -> Any:
    page = client.get(f"{base}/relire")
    found = re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    sent = client.post(f"{base}/envoyer", {"digest": found.group(1)})
    assert sent.status_code == 303, sent.text
    return sent


def rest(scene: Scene) -> None:
    """The background tasks, once each; both installations end their day at the same instant."""
    for task in TASKS:
        task.run(scene.site.wiring, "test")


def letters(scene: Scene, but: set[str]) -> list[tuple[str, str, str, str]]:
    """The outbox opened: recipient, kind, words; without those written to `but`."""
    with scene.site.work() as work:
        found = kept_letters(work, 10_000)
    return sorted(
        (letter.to, letter.kind, neutral(str(letter.facts)), neutral(letter.link or ""))
        for letter in found
        if letter.to.partition("@")[0] not in but
    )


def neutral(text: str) -> str:
    """Ids, hashes, signatures and tokens are random in each installation."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id", text)
    text = re.sub(r"\b[0-9a-f]{32,}\b", "hex", text)
    text = re.sub(r"\bAR(-[0-9A-Z]{4}){3}\b", "receipt", text)
    return re.sub(r"(?<![\w+/-])[A-Za-z0-9+/_-]{43,}={0,2}", "token", text)


AFTER = DEADLINE + timedelta(seconds=30)
