"""Before the opening: nothing in clear at rest, nothing different for anybody but the author."""

import re
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine

from app.security.sessions import csrf_of
from sad.db.work import Work, writing
from sad.kernel.actor import Actor
from sad.offers import deposits, drafts
from tests.attachments.samples import docx
from tests.offers.conftest import Stage
from tests.offers.scene import Scene, T, as_supplier, make_scene, typed
from tests.support.clock import FixedClock
from tests.support.databases import fresh_engine
from tests.support.rings import FixedRings
from tests.support.web import Site, open_site

PHRASE = "quarante lampadaires du lycee Kerichen"


def test_a_phrase_typed_is_nowhere_in_clear_in_the_database(
    stage: Stage, database: Engine, tmp_path: Path
) -> None:
    stage.submit("alder", stage.put("alder", typed(note=PHRASE)))
    stage.put("alder", typed(note=PHRASE + " bis"))
    if database.dialect.name == "sqlite":
        with database.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        content = b"".join(p.read_bytes() for p in tmp_path.glob("sad.sqlite3*"))
    else:
        with database.connect() as connection:
            tables = connection.exec_driver_sql(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).scalars()
            rows = [
                str(row)
                for table in list(tables)
                for row in connection.exec_driver_sql(f'SELECT t::text FROM "{table}" t').scalars()
            ]
        content = "\n".join(rows).encode()
        content += b"".join(re.findall(rb"\\x([0-9a-f]+)", content))
        assert PHRASE.encode().hex().encode() not in content
    assert PHRASE.encode() not in content
    assert b"Remarque de la ligne" not in content


PAGES = (
    "/marches",
    "/marches/{market}",
    "/marches/{market}/ouverture",
    "/marches/{market}/questions",
    "/marches/{market}/historique",
    "/reponse/{market}",
    "/journal",
    "/messages",
    "/credits",
    "/api/v1/markets",
    "/api/v1/markets/{market}",
    "/api/v1/markets/{market}/offers",
    "/api/v1/markets/{market}/offer",
    "/sad/{system}",
    "/",
)


def installation(folder: Path, *, busy: bool) -> dict[tuple[str, str], tuple[int, str]]:
    """Everything agents and the other supplier can read, on one of two installations.

    Same seed, same clock; `busy`: suppliers typed, sent, replaced and withdrew meanwhile.
    """
    folder.mkdir()
    clock, rings = FixedClock(), FixedRings()
    with (
        fresh_engine("sqlite", folder) as engine,
        open_site(engine, clock, rings, folder) as site,
    ):
        with site.work() as work:
            scene = make_scene(work, site.cast, extra=11)
        if busy:
            play(site, scene)
        clock.advance(hours=1)
        return seen(site, scene)


def play(site: Site, scene: Scene) -> None:
    """Twelve suppliers answer: drafts, files, deposits, a replacement, a withdrawal."""
    for number, part in enumerate(part for part in scene.applicants if part != "birch"):
        actor = as_supplier(site.cast, part)
        with _working(site, actor) as work:
            digest = drafts.put(work, scene.market_id, typed(note=PHRASE)).draft.digest
        if number % 2:
            continue
        with _working(site, actor) as work:
            deposits.submit(work, scene.market_id, uuid4(), digest)
        if number == 2:
            with _working(site, actor) as work:
                deposits.withdraw(work, scene.market_id, uuid4())
    client = site.as_("alder")
    assert client.token
    sent = client.http.post(
        f"/reponse/{scene.market_id}/fichiers",
        content=docx(),
        headers={"x-csrf-token": csrf_of(client.token), "x-file-name": "devis.docx"},
    )
    assert sent.status_code == 201
    assert site.clock.now() < T


def _working(site: Site, actor: Actor) -> AbstractContextManager[Work]:
    w = site.wiring
    return writing(w.engine, w.clock, w.rings, actor, "test")


def seen(site: Site, scene: Scene) -> dict[tuple[str, str], tuple[int, str]]:
    found = {}
    for part in ("buyer", "officer", "auditor", "administrator", "evaluator", "birch"):
        page, api = site.as_(part), site.api(part, ["read_file", "read_journal", "open_offers"])
        for path in PAGES:
            address = path.format(market=scene.market_id, system=scene.system_id)
            answer = (api if path.startswith("/api") else page).get(address)
            found[part, path] = (answer.status_code, _without_tokens(answer.text))
    return found


def _without_tokens(text: str) -> str:
    """Ids, sessions and act tokens are random in each installation."""
    text = re.sub(r"[0-9a-f]{64}", "token", text)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id", text)


def test_nobody_sees_a_difference_between_twelve_answers_and_none(tmp_path: Path) -> None:
    quiet = installation(tmp_path / "quiet", busy=False)
    busy = installation(tmp_path / "busy", busy=True)
    assert [key for key in quiet if quiet[key] != busy[key]] == []
    assert any(status == 200 for status, _ in quiet.values())
