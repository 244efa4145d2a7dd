"""What the demonstration holds: markets in each state, people, money, an intact journal."""

import json
from collections import Counter
from datetime import timedelta

from sqlmodel import col, select

from app.demo.stories_now import SEALED_PHRASE
from app.wiring import Wiring
from sad.accounts import sign_in
from sad.accounts.tables import Delegation
from sad.awards.tables import Award
from sad.candidatures.tables import Candidature
from sad.db.tables import Installation
from sad.db.work import reading
from sad.funding.tables import Movement
from sad.kernel.calendar import paris_date
from sad.kernel.vault import open_json
from sad.markets.states import MarketPhase, MarketState, phase_at
from sad.markets.tables import Question, SpecificMarket
from sad.notifications.outbox import kept_letters
from sad.notifications.service import MESSAGE
from sad.notifications.tables import Message
from sad.suppliers.tables import Supplier
from tests.support.demonstration import Demonstration
from tests.support.server import run_sad


def test_a_market_in_each_state(wiring: Wiring) -> None:
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        markets = work.session.exec(select(SpecificMarket)).all()
        phases = Counter(
            phase_at(MarketState(one.state), one.deadline_at, work.now) for one in markets
        )
        two_winners = Counter(one.market_id for one in work.session.exec(select(Award)))
        questions = work.session.exec(select(Question)).all()
    p = MarketPhase
    waiting = {p.DRAFT, p.OPEN, p.CLOSED, p.OPENED, p.RANKED, p.DECIDED}
    assert set(phases) == waiting | {p.SIGNED, p.NOTIFIED, p.PERFORMED, p.WITHDRAWN}
    assert phases[MarketPhase.DRAFT] == 2  # one of them ready to be launched
    assert max(two_winners.values()) > 1  # given by slices (P3)
    assert {one.answered_at is not None for one in questions} == {True, False}


def test_suppliers_and_candidatures(wiring: Wiring) -> None:
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        suppliers = work.session.exec(select(Supplier)).all()
        candidatures = work.session.exec(select(Candidature)).all()
        waiting = [one for one in candidatures if one.state == "submitted"]
        limits = sorted(one.decide_by for one in waiting if one.decide_by)
        today = work.today
    assert len(suppliers) == 23
    assert {one.vat_regime for one in suppliers} == {"liable", "franchise", "exempt", "margin"}
    states = Counter(one.state for one in candidatures)
    assert set(states) == {"submitted", "completing", "admitted", "refused"}
    assert len({one.applicant_id for one in waiting}) == 2
    assert today <= limits[0] <= today + timedelta(days=5)  # one is close to its limit
    assert all(one.reasons for one in candidatures if one.decided_at)


def test_money_and_powers(wiring: Wiring) -> None:
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        planned = work.session.exec(
            select(Movement).where(col(Movement.kind) == "allocation")
        ).all()
        kinds = {one.kind for one in work.session.exec(select(Movement))}
        powers = work.session.exec(select(Delegation)).all()
    assert sum(one.ttc_cents for one in planned) == 200_000_00
    assert {
        "vote",
        "allocation",
        "transfer",
        "reservation",
        "release",
        "engagement",
        "liquidation",
    } <= kinds
    assert sorted(one.ceiling_cents or 0 for one in powers) == [0, 10_000_00]


def test_legal_time_follows_the_story(wiring: Wiring) -> None:
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        installed = work.session.get(Installation, 1)
        assert installed is not None
        assert installed.kind == "demonstration"
        assert installed.clock_offset_us == 0
        launched = work.session.exec(
            select(SpecificMarket).where(col(SpecificMarket.state) == "launched")
        ).all()
        ahead = [one.deadline_at for one in launched if one.deadline_at > work.now]
        assert all(one.created_at < work.now for one in launched)
    today = paris_date(wiring.clock.real())
    assert len(ahead) == 2
    assert all(paris_date(one) <= today + timedelta(days=40) for one in ahead)


def test_the_sealed_phrase_is_nowhere_in_clear(played: Demonstration, wiring: Wiring) -> None:
    assert played.printed["sealed_phrase"] == SEALED_PHRASE
    spellings = [SEALED_PHRASE.encode(code) for code in ("utf-8", "utf-16-le", "latin-1")]
    spellings.append(json.dumps(SEALED_PHRASE).encode())
    for path in played.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(spelling in content for spelling in spellings), path
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        said = [str(letter.facts) for letter in kept_letters(work, limit=10_000)]
        for row in work.session.exec(select(Message)):
            said.append(str(open_json(work.rings, f"{MESSAGE}:{row.id}", row.sealed)))
    assert said
    assert not any(SEALED_PHRASE in words for words in said)


def test_the_journal_is_intact(played: Demonstration) -> None:
    result = run_sad("audit", "verify", "--json", settings={"DATA_DIR": str(played.data_dir)})
    assert result.returncode == 0, result.stdout
    found = json.loads(result.stdout)
    assert found["intact"] is True
    assert found["faults"] == []
    assert found["seals"] > 3


def test_what_is_printed_lets_everybody_in(played: Demonstration, wiring: Wiring) -> None:
    people = played.printed["people"]
    roles = Counter(person["role"] for person in people)
    assert set(roles) == {
        "officer", "buyer", "evaluator", "auditor", "administrator", "signatory", "supplier",
    }  # fmt: skip
    assert roles["signatory"] == 2
    assert roles["supplier"] == 24  # one of the structures has two people
    with reading(wiring.engine, wiring.clock, wiring.rings) as work:
        for person in people:
            assert person["sign_in"].startswith("http://127.0.0.1:8000/entrer/")
            entrance = sign_in.look(work, person["sign_in"].rsplit("/", 1)[1])
            assert person["name"].startswith(entrance.name.split()[0])
    markets = played.printed["systems"][0]["markets"]
    assert len(markets) == 12
    assert len(played.printed["systems"][0]["categories"]) == 7
