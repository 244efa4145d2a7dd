"""Who may press what: the auditor changes nothing, nor does anybody from outside (53, 54).

Every route of the application is tried, those written tomorrow included.
"""

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.gate import LARGER
from app.security.readonly import PERSONAL
from sad.accounts.permissions import Permission
from sad.accounts.tables import Membership
from sad.candidatures.tables import Candidature
from sad.frames.tables import FrameColumn, FrameLine
from sad.funding.tables import Movement
from sad.markets.tables import Criterion
from sad.models import metadata
from tests.support.doors import Door, Fit, doors, fits
from tests.support.joined import submitted
from tests.support.markets import launched, ready
from tests.support.web import Client, Site

# Pages anybody may ask for, signed in or not: the public's, and those by which one comes in.
PUBLIC = (
    "/sad/",
    "/accessibilite",
    "/donnees-ouvertes",
    "/essai",
    "/connexion",
    "/entrer/",
    "/choisir",
    "/deconnexion",
    "/rejoindre/",
    "/demonstration",
    "/healthz",
    "/.well-known/",
    "/scelles.json",
    "/api/v1/openapi.json",
    "/api/v1/systems",
)
SCOPES = [permission.value for permission in Permission]
# Not the buyer's own name: it is public, on the foot of every page.
SECRETS = ("Mobilier du Totem", "Tables et chaises", "Atelier alder")
Ids = dict[str, UUID | str]


@pytest.fixture
def ids(site: Site) -> Ids:
    """Things that exist in the organisation, by the names routes give them."""
    with site.work() as work:
        place = ready(work, site.cast)
    with site.work("buyer") as work:
        market = launched(work, site.cast, place)
    with site.work("alder") as work:
        candidature = submitted(work, place.other_category_id)
        whole = work.locate(Candidature, candidature)
        for row in work.session.exec(select(Candidature).where(Candidature.receipt == "{}")):
            row.receipt, row.snapshot = whole.receipt, whole.snapshot
            work.add(row)
    with site.read() as work:

        def one(column: Any) -> UUID:
            found: UUID = work.session.exec(select(column).limit(1)).one()
            return found

        return {
            "system_id": place.system_id,
            "category_id": place.category_id,
            "candidature_id": candidature,
            "market_id": market.id,
            "line_id": one(FrameLine.id),
            "column_id": one(FrameColumn.id),
            "criterion_id": one(Criterion.id),
            "funding_line_id": place.funding_line_id,
            "envelope_id": place.envelope_id,
            "movement_id": one(Movement.id),
            "membership_id": one(Membership.id),
            "person_id": site.cast.people["buyer"],
            "delegation_id": site.cast.delegation_id,
            "chain": f"market:{market.id}",
        }


def test_the_auditor_changes_nothing(site: Site, ids: Ids) -> None:
    """Each route that writes refuses that role, except its own sessions and messages."""
    press, before = Presser(site, ids, "auditor"), contents(site)
    answered = {
        door.name: press(door).status_code
        for door in doors(site.app)
        if door.writes and not door.path.startswith(PERSONAL)
    }
    assert len(answered) > 100
    if said := lines({name: code for name, code in answered.items() if code != 403}):
        pytest.fail(said)
    assert contents(site) == before


def test_nobody_signed_in_changes_nothing(site: Site, ids: Ids) -> None:
    press, before = Presser(site, ids, None), contents(site)
    passed = {}
    for door in doors(site.app):
        if door.path == "/" or door.path.startswith(PUBLIC):
            continue
        answer = press(door)
        asked_in = answer.headers.get("location", "").startswith("/connexion")
        if not (asked_in or answer.status_code in {401, 403, 404}):
            passed[door.name] = answer.status_code
    if said := lines(passed):
        pytest.fail(said)
    assert contents(site) == before


@pytest.mark.parametrize("part", ["other_officer", "stranger"])
def test_nobody_from_elsewhere_reads_or_changes_anything(site: Site, ids: Ids, part: str) -> None:
    """Addresses of another organisation's things answer nothing, and name nothing."""
    press, before = Presser(site, ids, part), contents(site)
    passed, told = {}, {}
    for door in doors(site.app):
        if door.path.startswith(PUBLIC) or not names_one(door, ids):
            continue
        answer = press(door)
        if answer.status_code not in {403, 404}:
            passed[door.name] = answer.status_code
        said = answer.text.replace(press.address(door), "")
        named = [word for word in (*SECRETS, *map(str, ids.values())) if word in said]
        if named:
            told[door.name] = named
    if said := lines(passed):
        pytest.fail(said)
    if said := lines(told):
        pytest.fail(said)
    assert contents(site) == before


def test_a_form_without_its_token_is_refused(site: Site, ids: Ids) -> None:
    officer, before = site.as_("officer"), contents(site)
    passed = {}
    for door in doors(site.app):
        if door.writes and not door.api:
            path = address(door, ids)
            answer = officer.http.request(door.method, path, data={"act_key": str(uuid4())})
            if answer.status_code != 403:
                passed[door.name] = answer.status_code
    if said := lines(passed):
        pytest.fail(said)
    assert contents(site) == before


def test_every_page_answers_its_people_without_failing(site: Site, ids: Ids) -> None:
    """A failure would be raised here by the client."""
    for part in ("officer", "buyer", "auditor", "evaluator", "administrator", "alder"):
        press = Presser(site, ids, part)
        for door in doors(site.app):
            if not door.writes:
                assert press(door).status_code < 500, door.name


def test_another_method_is_refused(site: Site, ids: Ids) -> None:
    known: dict[str, set[str]] = {}
    for door in doors(site.app):
        known.setdefault(door.path, set()).add(door.method)
    client, answered = site.anonymous().http, {}
    for door in doors(site.app):
        for method in {"POST", "PUT", "DELETE"} - known[door.path]:
            code = client.request(method, address(door, ids)).status_code
            if code not in {401, 404, 405}:
                answered[f"{method} {door.path}"] = code
    # Another path of the same shape may take this method: it is tried under its own name.
    shapes = {name for name, code in answered.items() if code not in {303, 403, 422}}
    assert shapes == set()


def test_a_body_too_large_is_refused_before_it_is_read(site: Site, ids: Ids) -> None:
    client = site.as_("officer").http
    for door in doors(site.app):
        path = address(door, ids)
        if door.writes and not any(pattern.match(path) for pattern, _ in LARGER):
            answer = client.request(
                door.method, path, content=b"x", headers={"content-length": str(3 << 20)}
            )
            assert answer.status_code == 413, door.name


class Presser:
    """One person who tries every door: pages with a session, the API with a token of all scopes."""

    def __init__(self, site: Site, ids: Ids, part: str | None) -> None:
        self.ids = ids
        self.fits = fits(site.app)
        self.pages: Client = site.as_(part) if part else site.anonymous()
        self.api = site.api(part, SCOPES) if part else site.anonymous().http

    def __call__(self, door: Door) -> Any:
        path = self.address(door)
        if door.api:
            fit = self.fits.get((door.method, door.path), Fit(None, {}, {}))
            headers = fit.headers | {"Idempotency-Key": str(uuid4())}
            return self.api.request(
                door.method, path, json=fit.body, params=fit.query, headers=headers
            )
        return self.pages.post(path) if door.writes else self.pages.get(path)

    def address(self, door: Door) -> str:
        """Where this door is."""
        return address(door, self.ids)


def lines(wrong: dict[str, Any]) -> str:
    """What did not answer as expected, a line each."""
    return "\n".join(f"{name}: {what}" for name, what in sorted(wrong.items()))


def address(door: Door, ids: Ids) -> str:
    """Credits call a funding line `line_id`, grids one of their lines."""
    money = "/credits/" in door.path or "/funding/" in door.path
    return door.address(ids | {"line_id": ids["funding_line_id"]} if money else ids)


def names_one(door: Door, ids: Ids) -> bool:
    """The address names something that exists."""
    return any(f"{{{name}" in door.path for name in ids)


def contents(site: Site) -> dict[str, str]:
    """What every table holds, but for what coming and being refused leaves behind."""
    left = ("audit_", "session", "act", "throttle", "sign_in_link", "api_token", "lease")
    found = {}
    with site.wiring.engine.connect() as connection:
        for table in metadata.tables:
            if not table.startswith(left):
                rows = connection.execute(text(f"SELECT * FROM {table}")).all()  # ours
                said = "\n".join(sorted(map(repr, rows)))
                found[table] = hashlib.sha256(said.encode()).hexdigest()
    return found
