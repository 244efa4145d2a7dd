"""Appending: order, births, instants, details, concurrency."""

import hashlib
import json
import threading
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from sad.audit.chains import (
    INSTALLATION,
    candidature_chain,
    funding_chain,
    market_chain,
    offer_chain,
    organisation_chain,
    person_chain,
    supplier_chain,
)
from sad.audit.heads import event_hash, genesis
from sad.audit.service import append_now, head, open_chains, record
from sad.audit.tables import audit_chain, audit_detail, audit_event
from sad.db.work import writing
from sad.kernel.actor import Actor, Role
from sad.kernel.canonical import canonical
from sad.kernel.ids import uuid7
from tests.audit.tamper import check

ORG, SYSTEM, CATEGORY, MARKET, APPLICANT = (uuid7() for _ in range(5))


def _events(engine: Engine, chain: str) -> list[dict]:
    query = select(audit_event).where(audit_event.c.chain == chain).order_by(audit_event.c.seq)
    with engine.connect() as connection:
        return [{**row._mapping, **json.loads(row.body)} for row in connection.execute(query)]


def test_the_body_is_canonical_and_chained(database: Engine, work) -> None:
    person = uuid7()
    actor = Actor(person_id=person, organisation_id=ORG, roles=frozenset({Role.BUYER}))
    chain = market_chain(ORG, SYSTEM, CATEGORY, MARKET)
    with work(actor, "req-1") as w:
        record(w, chain, "market.named", MARKET, before={"n": None}, after={"n": 1})
        record(w, chain, "market.launched", MARKET)
    first, second = _events(database, chain.name)
    opened = _events(database, chain.parent.name)[-1]
    assert (opened["action"], opened["object"]) == ("chain.opened", chain.name)
    assert first["previous"] == genesis(opened["hash"], chain.name).hex()
    assert event_hash(first["hash"], second["body"]) == second["hash"]
    with database.connect() as connection:
        body = connection.scalar(
            select(audit_event.c.body).where(
                audit_event.c.chain == chain.name, audit_event.c.seq == 1
            )
        )
    assert canonical(json.loads(body)).decode() == body
    assert json.loads(body) == {
        "chain": chain.name,
        "seq": 1,
        "at": "2026-09-01T08:00:00.000000Z",
        "actor": str(person),
        "role": "buyer",
        "action": "market.named",
        "object": str(MARKET),
        "before": {"n": None},
        "after": {"n": 1},
        "request": "req-1",
        "details": None,
        "previous": first["previous"],
    }


def test_generated_columns_are_those_of_the_body(database: Engine, work) -> None:
    with work() as w:
        record(w, INSTALLATION, "installation.named", "x")
    with database.connect() as connection:
        row = connection.execute(select(audit_event)).one()
    assert (row.at, row.actor, row.action, row.object) == (
        "2026-09-01T08:00:00.000000Z",
        "engine",
        "installation.named",
        "x",
    )


def test_personal_details_are_apart_and_salted(database: Engine, work) -> None:
    chain = supplier_chain(uuid7())
    with work() as w:
        record(w, chain, "supplier.renamed", chain.id, details={"name": "Zoé Ünal"})
        record(w, chain, "supplier.renamed", chain.id, details={"name": "Zoé Ünal"})
    one, two = _events(database, chain.name)
    with database.connect() as connection:
        rows = connection.execute(select(audit_detail).order_by(audit_detail.c.seq)).all()
    assert "Zoé" not in one["body"]
    assert one["details"] == hashlib.sha256(rows[0].salt + rows[0].json.encode()).hexdigest()
    assert one["details"] != two["details"]


def test_an_instant_never_decreases_in_a_chain(database: Engine, work, clock) -> None:
    for minutes in (0, -10, 5):
        clock.advance(minutes=minutes)
        with work() as w:
            record(w, INSTALLATION, "x.happened", "x")
    instants = [event["at"] for event in _events(database, "installation")]
    assert instants == [
        "2026-09-01T08:00:00.000000Z",
        "2026-09-01T08:00:00.000000Z",
        "2026-09-01T08:00:00.000000Z",
    ]


def test_nothing_is_left_of_a_work_rolled_back(database: Engine, work) -> None:
    class Broken(Exception):
        pass

    def broken() -> None:
        with work() as w:
            append_now(w, INSTALLATION, "x.happened", "x")
            record(w, person_chain(uuid7()), "x.happened", "x")
            raise Broken

    with pytest.raises(Broken):
        broken()
    assert _events(database, "installation") == []
    with work() as w:
        record(w, INSTALLATION, "x.happened", "x")
    assert check(database) == []


def test_a_personal_or_unsupported_value_is_refused_before_the_commit(work) -> None:
    def wrong() -> None:
        with work() as w:
            record(w, INSTALLATION, "x.happened", "x", after={"ratio": 0.5})

    with pytest.raises(TypeError):
        wrong()


def test_a_deposit_knows_its_place_before_and_after(database: Engine, work) -> None:
    chain = offer_chain(ORG, SYSTEM, CATEGORY, MARKET, APPLICANT)
    with work() as w:
        open_chains(w, [chain])
    births = _events(database, chain.parent.name)
    with work() as w:
        before = head(w, chain)
        position = append_now(w, chain, "offer.deposited", APPLICANT)
        record(w, chain, "offer.noted", APPLICANT)
        assert head(w, chain).hash == position.hash
    assert (before.seq, position.seq, position.previous) == (0, 1, before.hash)
    assert [event["seq"] for event in _events(database, chain.name)] == [1, 2]
    # A deposit leaves nothing in the market's chain.
    assert _events(database, chain.parent.name) == births
    with work() as w:
        assert head(w, chain, lock=False).seq == 2
        assert head(w, person_chain(uuid7()), lock=False).seq == 0
    assert check(database) == []


def test_what_later_callbacks_record_is_appended_too(database: Engine, work) -> None:
    with work() as w:
        record(w, INSTALLATION, "x.first", "x")
        w.before_commit.append(lambda: record(w, INSTALLATION, "x.second", "x"))
    actions = [event["action"] for event in _events(database, "installation")]
    assert actions == ["x.first", "x.second"]


def test_each_chain_knows_its_organisation(database: Engine, work) -> None:
    chains = [
        candidature_chain(ORG, SYSTEM, CATEGORY, uuid7()),
        funding_chain(ORG, uuid7()),
        supplier_chain(uuid7()),
    ]
    with work() as w:
        for chain in chains:
            record(w, chain, "x.happened", "x")
    with database.connect() as connection:
        found = dict(
            connection.execute(select(audit_chain.c.chain, audit_chain.c.organisation)).all()
        )
    assert [found[chain.name] for chain in chains] == [str(ORG), str(ORG), None]
    assert organisation_chain(ORG).name in found


def test_simultaneous_births_and_appends_make_one_chain(database: Engine, rings, clock) -> None:
    chains = [supplier_chain(UUID(int=n)) for n in range(3)]
    start = threading.Barrier(6)
    failures: list[BaseException] = []

    def append(order: int) -> None:
        try:
            start.wait()
            for _ in range(5):
                with writing(database, clock, rings) as w:
                    for chain in chains if order % 2 else reversed(chains):
                        record(w, chain, "x.happened", "x")
        except BaseException as error:  # noqa: BLE001  # shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=append, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert check(database) == []
    for chain in chains:
        assert len(_events(database, chain.name)) == 30
    assert len(_events(database, "installation")) == 3
