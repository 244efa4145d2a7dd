"""Acceptance 34: nobody but its author can tell an installation with answers from one without."""

import io
import json
import logging
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from sad.accounts.tables import Membership
from sad.candidatures.tables import Candidature
from sad.frames.tables import FrameColumn, FrameLine
from sad.funding.tables import Movement
from sad.markets.tables import SpecificMarket
from sad.notifications.tables import Message
from tests.secrecy.installations import (
    AFTER,
    SCOPES,
    SECRETS,
    Scene,
    entered,
    installation,
    letters,
    look,
    neutral,
    play,
    rest,
)
from tests.support.doors import doors

WATCHING = (
    "officer",
    "auditor",
    "birch",
    "buyer",
    "administrator",
    "evaluator",
    "other_officer",
    "stranger",
    "nobody",
)
EVERYWHERE = {"officer", "auditor", "birch", "administrator"}  # the others: markets and lists
LISTS = {
    "/",
    "/marches",
    "/journal",
    "/journal/export.jsonl",
    "/journal/integrite",
    "/bureau",
    "/messages",
    "/credits",
    "/candidatures",
    "/healthz",
    "/mon-compte",
    "/api/v1/markets",
    "/api/v1/me",
    "/api/v1/funding/lines",
    "/sad/{system_id}",
    "/sad/{system_id}/categories/{category_id}",
    "/sad/{system_id}/flux.atom",
    "/sad/{system_id}/calendrier.ics",
    "/api/v1/systems/{system_id}/calls",
}
DRAWN = ("/qr.svg", "/fiche.pdf")  # pictures of the system's own address: no two are alike
SEALS = "/scelles.json"  # random nonces make its roots; its size is the whole installation's
Seen = dict[tuple[str, str, str], tuple[int, Any]]


pytestmark = pytest.mark.xdist_group("unnoticed")  # the two installations are built once


@pytest.fixture(scope="module", params=["sqlite"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list["Told"]:
    """What each of the two installations shows, tells and logs."""
    folder = tmp_path_factory.mktemp("two")
    return [
        watched(folder / name, request.param, busy=name == "busy") for name in ("quiet", "busy")
    ]


class Told:
    """Everything an installation lets out, by stage of its life."""

    def __init__(self) -> None:
        self.seen: Seen = {}
        self.letters: list[tuple[str, ...]] = []
        self.to_all: list[tuple[str, ...]] = []
        self.acknowledged: set[str] = set()
        self.afterwards: set[str] = set()
        self.logged: list[str] = []
        self.seals: list[Any] = []
        self.acts: list[tuple[str, int, str]] = []


class Kept(logging.Handler):
    """Keeps what is logged, but for the test's own client."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def __enter__(self) -> None:
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self)
        root.setLevel(logging.DEBUG)

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        logging.getLogger().setLevel(self._level)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".")[0] not in {"httpx", "httpcore", "asyncio", "httpx2"}:
            self.lines.append(f"{record.levelname} {record.name} {self.format(record)}")


def watched(folder: Path, kind: str, *, busy: bool) -> Told:
    told, kept = Told(), Kept()
    with installation(folder, kind) as scene, kept:
        start = scene.site.clock.now()
        look(scene)
        if busy:
            play(scene)
        scene.site.clock.set(start + timedelta(days=3))
        live(scene, told)
    told.logged = kept.lines
    return told


def live(scene: Scene, told: Told) -> None:
    """From the answers to a minute after the deadline, agents acting meanwhile."""
    ids, site = things(scene), scene.site
    rest(scene)
    crawl(scene, ids, "open", told, first=True)
    act(scene, told)
    told.acknowledged = offer_mails(scene)
    site.clock.set(AFTER)
    rest(scene)
    crawl(scene, ids, "closed", told)
    buyer = site.as_("buyer")
    for market in (scene.market, scene.ended):
        answer = buyer.post(f"/marches/{market}/ouverture")
        told.acts.append(("opening too early", answer.status_code, neutral(answer.text)))
    told.letters = letters(scene, set(scene.answering))
    every = letters(scene, set())
    told.afterwards = offer_mails(scene) - told.acknowledged
    told.to_all = [one for one in every if one[1].startswith("market")]
    told.seals = site.anonymous().get(SEALS).json()["seals"]


def offer_mails(scene: Scene) -> set[str]:
    """The kinds of mails that leave because of an answer."""
    return {kind for _, kind, *_ in letters(scene, set()) if kind.startswith("offer")}


def act(scene: Scene, told: Told) -> None:
    """What agents may do to an open market, with its answer."""
    site = scene.site
    buyer, officer = site.as_("buyer"), site.as_("officer")
    base, other = f"/marches/{scene.market}", f"/marches/{scene.ended}"
    ending = {
        "kind": "withdrawn",
        "reasons": "Le besoin a disparu.",
        "delegation_id": str(site.cast.delegation_id),
    }
    for name, client, path, typed in (
        ("remind", buyer, f"{base}/relancer", {}),
        ("amend", officer, f"{base}/rectificatif", {"text": "Livraison par l'arrière."}),
        ("end", officer, f"{other}/sans-suite", ending),
        ("open", buyer, f"{base}/ouverture", {}),
    ):
        answer = client.post(path, typed)
        told.acts.append((name, answer.status_code, neutral(answer.text)))


def things(scene: Scene) -> dict[str, UUID | str]:
    """Ids of what exists on both sides, and of one answer where there is one."""
    place, site = scene.place, scene.site
    with site.read() as work:

        def one(column: Any, *order: Any, **of: Any) -> UUID:
            query = select(column).filter_by(**of).order_by(*order or (column,)).limit(1)
            found: UUID = work.session.exec(query).one()
            return found

        frame_id = work.locate(SpecificMarket, scene.market).frame_id

        found: dict[str, UUID | str] = {
            "system_id": place.system_id,
            "category_id": place.category_id,
            "market_id": scene.market,
            "candidature_id": one(Candidature.id),
            "line_id": one(FrameLine.id, FrameLine.position, frame_id=frame_id),
            "column_id": one(FrameColumn.id, FrameColumn.position, frame_id=frame_id),
            "movement_id": one(Movement.id),
            "membership_id": one(Membership.id),
            "message_id": one(Message.id),
            "funding_line_id": place.funding_line_id,
            "envelope_id": place.envelope_id,
            "person_id": site.cast.people["buyer"],
            "delegation_id": site.cast.delegation_id,
            "chain": f"market:{scene.market}",
        }
    return found | scene.made


def crawl(
    scene: Scene, ids: dict[str, UUID | str], stage: str, told: Told, *, first: bool = False
) -> None:
    """Every address that reads, asked by everybody but the authors of answers.

    Afterwards, what is near a market again, of the live one and of the ended one.
    """
    site = scene.site
    asked = [door for door in doors(site.app) if not door.writes and door.path != SEALS]
    near = [door for door in asked if "{market" in door.path or door.path in LISTS]
    for part in WATCHING if first else WATCHING[:3]:
        pages = site.anonymous() if part == "nobody" else signed(scene, part)
        api = site.anonymous().http if part == "nobody" else site.api(part, SCOPES)
        for door in asked if first and part in EVERYWHERE else near:
            money = "/credits/" in door.path or "/funding/" in door.path
            known = ids | {"line_id": ids["funding_line_id"]} if money else ids
            for market in (scene.market,) if first else (scene.market, scene.ended):
                path = door.address(known | {"market_id": market, "chain": f"market:{market}"})
                answer = (api if door.api else pages).get(path)
                packed = answer.content.startswith(b"PK")  # its size is that of its identifiers
                unsaid = {"set-cookie", "content-length"} if packed else {"set-cookie"}
                headers = {n: v for n, v in answer.headers.items() if n not in unsaid}
                body = unpacked(answer.content) if packed else answer.text
                said = neutral(f"{sorted(headers.items())}\n{body}")
                if path.endswith(DRAWN):
                    said = headers["content-type"]
                which = "live" if market == scene.market else "ended"
                told.seen[stage, part, f"{door.path} {which}"] = (answer.status_code, said)
                if "{market" not in door.path and "{chain" not in door.path:
                    break


def unpacked(content: bytes) -> str:
    """What the parts of a spreadsheet say."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [f"{name}\n{package.read(name).decode()}" for name in package.namelist()]
    return "\n".join(parts)


def signed(scene: Scene, part: str) -> Any:
    return entered(scene, part) if part == "birch" else scene.site.as_(part)


def test_no_page_and_no_answer_of_the_api_differs(both: list[Told]) -> None:
    quiet, busy = both
    assert len(quiet.seen) > 1000
    assert quiet.seen.keys() == busy.seen.keys()
    differing = [key for key in quiet.seen if quiet.seen[key] != busy.seen[key]]
    assert [(key, first_difference(quiet.seen[key], busy.seen[key])) for key in differing] == []


def test_what_was_compared_was_really_read(both: list[Told]) -> None:
    """A crawl of refusals would prove nothing."""
    busy = both[1]
    read = {(part, path) for (_, part, path), (status, _) in busy.seen.items() if status == 200}
    for part in ("buyer", "officer", "auditor", "evaluator"):
        for path in ("/marches/{market_id} live", "/marches/{market_id}/ouverture live"):
            assert (part, path) in read
    assert ("auditor", "/journal/export.jsonl live") in read
    assert ("birch", "/reponse/{market_id} live") in read
    assert max(status for status, _ in busy.seen.values()) < 500


def test_no_word_of_an_answer_is_in_what_others_read(both: list[Told]) -> None:
    for key, (_, said) in both[1].seen.items():
        assert [word for word in SECRETS if word in said] == [], key


def test_acts_on_an_open_market_answer_the_same(both: list[Told]) -> None:
    quiet, busy = both
    assert [act[:2] for act in quiet.acts] == [act[:2] for act in busy.acts]
    assert quiet.acts == busy.acts
    done = {name: status for name, status, _ in quiet.acts}
    assert (done["remind"], done["amend"], done["end"]) == (303, 303, 303)
    assert done["open"] == done["opening too early"] == 409


def test_nothing_is_logged_that_differs(both: list[Told]) -> None:
    quiet, busy = both
    assert sorted(set(map(neutral, quiet.logged))) == sorted(set(map(neutral, busy.logged)))
    assert not [line for line in busy.logged for word in SECRETS if word in line]


def test_mails_to_others_are_the_same_in_number_and_words(both: list[Told]) -> None:
    quiet, busy = both
    assert quiet.letters == busy.letters
    assert {to for to, *_ in quiet.letters} >= {"birch@brume.example"}
    assert busy.acknowledged == {"offer.acknowledged"} and not quiet.acknowledged
    # The receipts themselves leave after the deadline only, to who answered (trust 1).
    assert busy.afterwards == {"offer.receipts"} and not quiet.afterwards


def test_agents_acts_write_the_same_to_all_the_invited(both: list[Told]) -> None:
    """Who answered is told what the others are told: a relay sees no difference either."""
    quiet, busy = both
    assert {to for to, *_ in quiet.to_all} >= {"alder@brume.example", "more10@brume.example"}
    assert quiet.to_all == busy.to_all


def test_seals_differ_by_their_size_alone(both: list[Told]) -> None:
    quiet, busy = ([json.loads(seal["body"]) for seal in one.seals] for one in both)
    assert len(quiet) == len(busy) > 0
    random = {"root", "previous", "size"}
    for one, other in zip(quiet, busy, strict=True):
        assert one.keys() == other.keys()
        assert [one[k] for k in one if k not in random] == [
            other[k] for k in other if k not in random
        ]


def first_difference(one: tuple[int, str], other: tuple[int, str]) -> str:
    if one[0] != other[0]:
        return f"{one[0]} and {other[0]}"
    at = next(
        (n for n, (a, b) in enumerate(zip(one[1], other[1], strict=False)) if a != b),
        min(len(one[1]), len(other[1])),
    )
    return f"…{one[1][max(0, at - 60) : at + 60]!r} and …{other[1][max(0, at - 60) : at + 60]!r}"
