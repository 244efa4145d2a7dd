"""The journey on what the image runs: its commands as processes, on PostgreSQL and a real S3."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app.settings import load
from app.wiring import Wiring, build
from sad.db.work import writing
from sad.kernel.actor import ENGINE
from sad.kernel.canonical import instant
from tests.attachments.samples import png
from tests.journey import steps
from tests.journey.remote import RemoteSite, WaitingClock
from tests.mail.relay import Relay, running_relay
from tests.support.cast import make_cast
from tests.support.databases import empty_postgresql_url
from tests.support.forms import press
from tests.support.objects import KEY, SECRET, s3_server
from tests.support.server import ROOT, SAD, child_environment, run_sad, serving
from tests.support.web import text_of

TIME_TO_ANSWER = timedelta(seconds=30)
PICTURE = png(400, 300)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with running_relay() as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path, relay: Relay) -> Iterator[dict[str, str]]:
    """What the containers are told."""
    keys = f"{quote(KEY, safe='')}:{quote(SECRET, safe='')}"
    with empty_postgresql_url() as database:
        yield {
            "DATABASE_URL": database,
            "DATA_DIR": str(tmp_path / "data"),
            "KEYS_DIR": str(tmp_path / "keys"),
            "STORAGE_URL": f"s3://{keys}@{s3_server()}/journey-{os.getpid()}?secure=0",
            "SMTP_URL": relay.url,
            "EMBEDDED_WORKER": "0",
        }


@pytest.mark.slow
def test_the_journey_on_the_commands_of_the_image(
    tmp_path: Path, settings: dict[str, str], relay: Relay
) -> None:
    """Keys, migration, two web processes, a worker; then everything by HTTP."""
    for command in (["keys", "create"], ["migrate"], ["migrate"]):
        done = run_sad(*command, settings=settings)
        assert done.returncode == 0, done.stderr
    with (
        serving(tmp_path, "--workers", "2", settings=settings) as server,
        working(settings | {"PUBLIC_URL": server.url}),
        opened(settings | {"PUBLIC_URL": server.url}) as wiring,
    ):
        with writing(wiring.engine, wiring.clock, wiring.rings, ENGINE, "test") as work:
            cast = make_cast(work)
        site = RemoteSite(wiring, cast, WaitingClock(wiring.clock), None, url=server.url)  # type: ignore[arg-type]  # the steps only read and move it
        somebody_new_comes_in(site, settings | {"PUBLIC_URL": server.url})
        system_id, category_id, envelope_id = steps.prepared(site)
        steps.candidatures_decided(site, system_id, category_id)
        market = steps.market_launched(site, category_id, envelope_id, due_soon(site))
        with_a_picture(site, market)
        for part in ("alder", "birch"):
            steps.answered(site, market, part)
        steps.nothing_shows_before_the_opening(site, market)
        wait_for(lambda: {"alder@brume.example", "birch@brume.example"} <= addressed(relay))
        steps.time_passes(site, market)
        steps.opened(site, market)
        picture_served(site, market)
        steps.judged_and_ranked(site, market)
        steps.awarded(site, market)
        steps.money_and_letters(site, market)
        steps.journal_intact(site, market)
        assert not any(note in str(mail) for mail in relay.received for note in steps.NOTE.values())
        for client in site.clients:
            client.close()
    checked = run_sad("audit", "verify", "--json", settings=settings)
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["seals"] > 0


@contextmanager
def opened(settings: dict[str, str]) -> Iterator[Wiring]:
    """The installation, opened as one of its processes does."""
    wiring = build(load(settings))
    yield wiring
    wiring.engine.dispose()


@contextmanager
def working(settings: dict[str, str]) -> Iterator[None]:
    """`sad worker` until the end of the block."""
    process = subprocess.Popen(
        [str(SAD), "worker"],
        env=child_environment(settings),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


def somebody_new_comes_in(site: RemoteSite, settings: dict[str, str]) -> None:
    """`sad create-user` prints a way in that works once."""
    given = {"organisation": "99900000300015", "name": "Zoé Abgrall", "email": "zoe@brume.example"}
    options = [word for name, value in given.items() for word in (f"--{name}", value)]
    made = run_sad("create-user", *options, "--role", "buyer", "--json", settings=settings)
    assert made.returncode == 0, made.stderr
    path = json.loads(made.stdout)["sign_in"].removeprefix(site.url)
    visitor = site.anonymous()
    page = press(visitor, visitor.get(path), {}, path)
    assert "Zoé Abgrall" in text_of(page)
    assert visitor.post(path).status_code >= 400


def due_soon(site: RemoteSite) -> Callable[[str], None]:
    """Half a minute to answer, with the agreement of all the invited (MS-05)."""

    def move(market: str) -> None:
        client = site.api("buyer", ["prepare_market", "read_file"])
        path = f"/api/v1/markets/{steps.id_of(market)}"
        version = client.get(path).json()["version"]
        given = {
            "deadline_at": instant(site.clock.now() + TIME_TO_ANSWER),
            "short_deadline_agreement": "Accord écrit des deux structures invitées.",
        }
        answer = client.put(f"{path}/deadline", params={"version": version}, json=given)
        assert answer.status_code == 200, answer.text

    return move


def with_a_picture(site: RemoteSite, market: str) -> None:
    """A photograph on the first line, kept encrypted in the object store."""
    sent = site.api("alder", ["answer"]).post(
        f"/api/v1/markets/{steps.id_of(market)}/attachments",
        params={"line": 1},
        content=PICTURE,
        headers={"X-File-Name": quote("table d'été.png")},
    )
    assert sent.status_code == 201, sent.text


def picture_served(site: RemoteSite, market: str) -> None:
    """Once opened, the buyer downloads the same bytes."""
    buyer = site.as_("buyer")
    pages = [buyer.get(f"{market}/ouverture")]
    links = {
        link for page in pages for link in re.findall(r'href="([^"]+/fichiers/[^"]+)"', page.text)
    }
    assert len(links) == 1
    assert buyer.get(links.pop()).content == PICTURE


def addressed(relay: Relay) -> set[str]:
    """Who received a mail."""
    return {str(mail["to"]).split("<")[-1].rstrip(">") for mail in relay.received}


def wait_for(ready: Callable[[], Any], seconds: float = 30) -> None:
    """Waits for what another process does."""
    limit = time.monotonic() + seconds
    while not ready() and time.monotonic() < limit:
        time.sleep(0.2)
    assert ready()
