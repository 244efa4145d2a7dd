"""The JSON API of credits: the same services, ids and cents, acts done once by their key."""

from uuid import uuid4

import pytest

from tests.funding.scene import Scene, make_scene, reserve
from tests.support.web import Site

ALL = ["read_funding", "manage_funding"]


@pytest.fixture
def scene(site: Site) -> Scene:
    with site.work("officer") as work:
        return make_scene(work)


def test_lines_movements_and_past_balances(site: Site, scene: Scene) -> None:
    before = site.clock.now().isoformat()
    site.clock.advance(hours=1)
    with site.work("officer") as work:
        reserve(work, scene, 12_000)
    api = site.api("auditor", ["read_funding"])
    (line,) = api.get("/api/v1/funding/lines").json()
    assert (line["voted"], line["available"]) == (20_000_000, 18_800_000)
    page = api.get(f"/api/v1/funding/lines/{scene.line}/movements?limit=1").json()
    assert [m["kind"] for m in page["movements"]] == ["reservation"]
    assert page["following"] == 4
    at = {"at": before}
    then = api.get(f"/api/v1/funding/envelopes/{scene.seats}/balance", params=at).json()
    assert then["available"] == 6_000_000
    now = api.get(f"/api/v1/funding/envelopes/{scene.seats}").json()
    assert now["available"] == 4_800_000


def test_a_key_writes_once(site: Site, scene: Scene) -> None:
    api = site.api("officer", ALL)
    path = f"/api/v1/funding/envelopes/{scene.seats}/allocations"
    key = {"Idempotency-Key": str(uuid4())}
    first = api.post(path, json={"amount_cents": 100}, headers=key)
    again = api.post(path, json={"amount_cents": 100}, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = api.post(path, json={"amount_cents": 200}, headers=key)
    assert other.status_code == 409
    assert other.json()["code"] == "acts.reused"
    assert api.post(path, json={"amount_cents": 100}).status_code == 422
    undone = api.post(
        f"/api/v1/funding/movements/{first.json()['id']}/reversal",
        json={"reason": "erreur"},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert undone.status_code == 201


def test_scopes_and_roles(site: Site, scene: Scene) -> None:
    path = f"/api/v1/funding/envelopes/{scene.seats}/allocations"
    key = {"Idempotency-Key": str(uuid4())}
    for api in (
        site.api("officer", ["read_funding"]),
        site.api("auditor", ALL),
        site.api("buyer", ALL),
        site.api("alder", ALL),
    ):
        refused = api.post(path, json={"amount_cents": 100}, headers=key)
        assert refused.status_code == 403
        assert refused.headers["content-type"] == "application/problem+json"
    assert (
        site.api("other_officer", ALL)
        .post(path, json={"amount_cents": 100}, headers=key)
        .status_code
        == 404
    )
    assert site.anonymous().get("/api/v1/funding/lines").status_code == 401
