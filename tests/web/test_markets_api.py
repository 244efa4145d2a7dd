"""Markets over the JSON API: the same services, the same refusals."""

from uuid import UUID, uuid4

import pytest

from tests.support.markets import Ready, draft, launched, ready
from tests.support.web import Site

SCOPES = ["prepare_market", "launch_market", "answer_question", "read_file"]


@pytest.fixture
def place(site: Site) -> Ready:
    with site.work() as work:
        return ready(work, site.cast)


def make(site: Site, place: Ready, how) -> UUID:  # type: ignore[no-untyped-def]
    with site.work() as work:
        return UUID(str(how(work, site.cast, place).id))


def test_a_market_from_its_draft_to_its_launch(site: Site, place: Ready) -> None:
    api = site.api("buyer", SCOPES)
    made = api.post(
        "/api/v1/markets", json={"category_id": str(place.category_id), "title": "Bancs"}
    )
    assert made.status_code == 201
    body = made.json()
    path, version = f"/api/v1/markets/{body['id']}", body["version"]
    assert [row["family"] for row in body["criteria"]] == [
        "price", "quality", "environment", "delay",
    ]  # fmt: skip
    line = {"designation": "Banc", "quantity": "4", "code": "B-01"}
    assert api.post(f"{path}/lines", json=line).status_code == 201
    sections = {
        "need": {"title": "Bancs", "description": "Pour le hall.", "need_confirmed": True},
        "delivery": {"delivery_place": "Le Totem", "delivery_until": "2026-10-15"},
        "award": {"variants_allowed": False},
        "deadline": {"deadline_at": "2026-09-15T12:00:00+02:00"},
        "credits": {
            "lots": [
                {"estimate": 100_000, "credits": 120_000, "envelope_id": str(place.envelope_id)}
            ]
        },
    }
    for name, given in sections.items():
        saved = api.put(f"{path}/{name}", params={"version": version}, json=given)
        assert saved.status_code == 200, saved.json()
        version = saved.json()["version"]
    checked = api.get(f"{path}/checks").json()
    assert checked["blocked"] is False, checked
    key = {"Idempotency-Key": str(uuid4())}
    first = api.post(f"{path}/launch", headers=key)
    assert first.status_code == 200, first.json()
    assert first.json()["number"] == "2026S01-001-01"
    assert first.json()["invited"] == 2
    assert api.post(f"{path}/launch", headers=key).json() == first.json()
    again = api.post(f"{path}/launch", headers={"Idempotency-Key": str(uuid4())})
    assert again.status_code == 409
    assert again.json()["code"] == "markets.already_launched"
    assert api.post(f"{path}/launch").status_code == 422
    read = api.get(path).json()
    assert read["phase"] == "open"
    assert read["lines"][0]["quantity"] == "4"
    assert read["lots"][0]["credits_cents"] == 120_000
    assert not {"public_key", "private_key"} & set(read)


def test_a_blocked_launch_says_everything(site: Site, place: Ready) -> None:
    api = site.api("buyer", SCOPES)
    made = api.post("/api/v1/markets", json={"category_id": str(place.category_id), "title": "X"})
    path = f"/api/v1/markets/{made.json()['id']}"
    refused = api.post(f"{path}/launch", headers={"Idempotency-Key": str(uuid4())})
    assert refused.status_code == 409
    codes = {problem["code"] for problem in refused.json()["problems"]}
    assert {"frames.no_lines", "markets.variants_unsaid", "markets.credits_missing"} <= codes


def test_a_stale_section_is_refused(site: Site, place: Ready) -> None:
    market_id = make(site, place, draft)
    api, path = site.api("buyer", SCOPES), f"/api/v1/markets/{market_id}/conditions"
    given = {"condition_of_performance": "Emballages repris."}
    fresh = api.get(f"/api/v1/markets/{market_id}").json()["version"]
    assert api.put(path, params={"version": fresh}, json=given).status_code == 200
    other = {"condition_of_performance": "Sans plastique."}
    stale = api.put(path, params={"version": fresh}, json=other)
    assert stale.status_code == 409
    assert stale.json()["code"] == "conflict"


def test_the_list_says_nothing_of_answers(site: Site, place: Ready) -> None:
    make(site, place, launched)
    make(site, place, draft)
    api = site.api("auditor", ["read_file"])
    both = api.get("/api/v1/markets").json()["markets"]
    assert {row["phase"] for row in both} == {"open", "draft"}
    opened = api.get("/api/v1/markets", params={"phase": "open"}).json()["markets"]
    assert len(opened) == 1
    names = set(opened[0])
    assert not any("offer" in name or "deposit" in name or "answer" in name for name in names)


def test_suppliers_read_what_is_announced_and_ask(site: Site, place: Ready) -> None:
    market_id = make(site, place, launched)
    path = f"/api/v1/markets/{market_id}"
    alder = site.api("alder", ["answer"])
    seen = alder.get(path).json()
    assert seen["may_answer"] is True
    assert len(seen["lines"]) == 3
    assert "credits" not in str(seen)
    assert "credit_sheet" not in seen
    assert alder.post(f"{path}/questions", json={"text": "Étage ?"}).status_code == 201
    assert site.api("birch", ["answer"]).get(f"{path}/questions").json() == {"questions": []}
    mine = alder.get(f"{path}/questions").json()["questions"]
    assert [row["mine"] for row in mine] == [True]
    agents = site.api("buyer", SCOPES).get(f"{path}/questions").json()["questions"]
    assert [row["text"] for row in agents] == ["Étage ?"]
    assert "asker_mac" not in agents[0]


def test_doors(site: Site, place: Ready) -> None:
    market_id = make(site, place, draft)
    path = f"/api/v1/markets/{market_id}"
    assert site.anonymous().get(path).status_code == 401
    assert site.api("other_officer", SCOPES).get(path).status_code == 404
    assert site.api("alder", ["answer"]).get(path).status_code == 404
    assert site.api("buyer", ["read_file"]).post(f"{path}/copy").status_code == 403
    wrong = site.api("buyer", SCOPES).post("/api/v1/markets", json={"category_id": "x"})
    assert wrong.status_code == 422
    assert wrong.json()["problems"]


def test_the_api_describes_itself(site: Site) -> None:
    paths = site.anonymous().get("/api/v1/openapi.json").json()["paths"]
    assert "/api/v1/markets/{market_id}/launch" in paths


def test_the_grid_of_a_draft(site: Site, place: Ready) -> None:
    path, api = f"/api/v1/markets/{make(site, place, draft)}", site.api("buyer", SCOPES)
    state = {
        "label": "État", "side": "supplier", "type": "choice",
        "choices": ["Bon", "Usé"], "meanings": ["Propre et solide.", "Traces visibles."],
    }  # fmt: skip
    body = api.get(path).json()
    column = next(one for one in body["supplier_columns"] if one["role"] == "condition")
    assert column["meanings"][0]["picture"] is True
    changed = api.put(f"{path}/columns/{column['id']}", json=state).json()
    column = next(one for one in changed["supplier_columns"] if one["role"] == "condition")
    assert [each["text"] for each in column["meanings"]] == state["meanings"]
    matching = {"label": "Identiques ou dépareillées", "side": "buyer", "choices": ["Assorties"]}
    added = api.post(f"{path}/columns", json=matching)
    assert (added.status_code, added.json()["role"]) == (201, "matching")
    assert api.delete(f"{path}/columns/{added.json()['id']}").status_code == 204
    ids = [line["id"] for line in body["lines"]]
    ordered = api.put(f"{path}/line-order", json={"lines": ids[::-1]}).json()
    assert [line["id"] for line in ordered["lines"]] == ids[::-1]
    assert api.put(f"{path}/line-order", json={"lines": ids[1:]}).status_code == 404
    assert api.post(f"{path}/lots", json={"title": "Sièges"}).json() == {"number": 2}
    assert (
        site.api("buyer", ["read_file"]).post(f"{path}/lots", json={"title": "S"}).status_code
        == 403
    )
