"""Before a deadline all the invited are told twice, whoever has answered or not."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

import storage
from app.mail.render import compose
from app.settings import load
from app.wiring import Wiring
from app.worker.tasks import watch
from sad.accounts.sign_in import look
from sad.due.reminders import markets_to_remind
from sad.markets import amending
from sad.markets.rules import RemindedRecently
from sad.notifications.outbox import Letter, kept_letters
from sad.notifications.queries import inbox
from sad.suppliers.tables import SupplierPaper
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.markets import DEADLINE, launched, ready
from tests.support.rings import FixedRings

EVERYBODY = ["alder@brume.example", "birch@brume.example"]


@pytest.fixture
def wiring(database: Engine, clock: FixedClock, rings: FixedRings, tmp_path: Path) -> Wiring:
    """What the worker runs on."""
    files = storage.open_store((tmp_path / "files").as_uri())
    settings = load({"DATA_DIR": str(tmp_path)})
    return Wiring(settings, database, clock, rings, files, "demonstration")


def letters(work: OpenWork, kind: str) -> list[Letter]:
    with work() as w:
        return sorted((one for one in kept_letters(w) if one.kind == kind), key=lambda one: one.to)


def test_all_the_invited_are_told_three_days_then_one_day_before(
    wiring: Wiring, work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        launched(w, cast, ready(w, cast))
    told = []
    for before in (
        timedelta(days=3, seconds=1),
        timedelta(days=3),
        timedelta(hours=25),
        timedelta(hours=24),
        timedelta(minutes=1),
        timedelta(hours=-1),
    ):
        clock.set(DEADLINE - before)
        watch(wiring, "one")
        watch(wiring, "two")
        told.append(len(letters(work, "market.reminded")))
    assert told == [0, 2, 2, 4, 4, 4]
    sent = letters(work, "market.reminded")
    assert [one.to for one in sent] == sorted(EVERYBODY * 2)
    words = {compose(one.kind, one.facts, one.link, "").subject for one in sent}
    assert {subject.partition("\u00a0:")[0] for subject in words} == {
        "Il reste trois jours",
        "Dernières 24 heures",
    }


def test_the_same_words_to_all(
    wiring: Wiring, work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        launched(w, cast, ready(w, cast))
    clock.set(DEADLINE - timedelta(days=3))
    watch(wiring, "one")
    alder, birch = letters(work, "market.reminded")
    assert alder.facts == birch.facts
    assert written(alder) == written(birch)


def written(letter: Letter) -> tuple[list[str], str | None]:
    """The words of a mail and where its link leads, its own token set aside."""
    said = compose(letter.kind, letter.facts, letter.link, "X")
    return [said.subject, *said.paragraphs], (letter.link or "").partition("?")[2]


def test_a_reminder_lets_its_own_reader_in(
    wiring: Wiring, work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    clock.set(DEADLINE - timedelta(days=3))
    watch(wiring, "one")
    alder, _ = letters(work, "market.reminded")
    link = urlsplit(alder.link or "")
    with work() as w:
        entrance = look(w, link.path.removeprefix("/entrer/"))
    assert entrance.person_id == cast.people["alder"]
    with work(cast.actor("alder")) as w:
        (told, *_), _ = inbox(w)
    assert told.link == f"/reponse/{market.id}", "the inbox keeps no way in"


def test_the_buyer_waits_48_hours_after_a_reminder_and_the_worker_24(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    clock.set(DEADLINE - timedelta(hours=40))
    with work(cast.actor("buyer")) as w:
        amending.remind(w, market.id)
    clock.set(DEADLINE - timedelta(hours=20))
    with work() as w:
        assert markets_to_remind(w) == []
    with pytest.raises(RemindedRecently), work(cast.actor("buyer")) as w:
        amending.remind(w, market.id)
    clock.set(DEADLINE - timedelta(hours=16))
    with work() as w:
        assert len(markets_to_remind(w)) == 1


def test_papers_that_end_are_said_once_thirty_days_before(
    wiring: Wiring, work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        ends = w.today + timedelta(days=31)
        for kind in ("tax", "vigilance"):
            w.add(
                SupplierPaper(
                    supplier_id=cast.suppliers["alder"],
                    kind=kind,
                    name=f"{kind}.pdf",
                    expires_on=ends,
                    created_at=w.now,
                )
            )
    told = []
    for _ in range(4):
        watch(wiring, "one")
        told.append(len(letters(work, "suppliers.papers_ending")))
        clock.advance(days=1)
    assert told == [0, 1, 1, 1]
    (letter,) = letters(work, "suppliers.papers_ending")
    said = compose(letter.kind, letter.facts, letter.link, "Alder")
    assert "2 pièces" in said.subject
    assert any("Attestation fiscale, jusqu'au" in one for one in said.paragraphs)
