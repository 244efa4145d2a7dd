"""Seals: made once for what advanced, kept outside, and able to prove an event."""

from datetime import datetime

from sqlalchemy import Engine

from sad.audit.chains import Chain, person_chain
from sad.audit.merkle import EMPTY
from sad.audit.seals import keep_seals, last_seal, make_proof, make_seal, proof_seal, seals_after
from sad.audit.service import append_now, head, record
from sad.audit.signing import publish
from sad.kernel.ids import uuid7
from tests.support.rings import FixedRings

PERSONS = [person_chain(uuid7()) for _ in range(5)]


class MemoryStore:
    """Implements `SealStore` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put_locked(self, name: str, content: bytes, until: datetime) -> None:
        assert name not in self.kept
        self.kept[name] = content

    def locked_names(self) -> list[str]:
        return sorted(self.kept)


def _record(work, *chains: Chain) -> None:
    with work() as w:
        for chain in chains:
            record(w, chain, "person.signed_in", chain.id)


def test_a_seal_covers_what_advanced_and_nothing_twice(work) -> None:
    with work() as w:
        assert make_seal(w) is None
    _record(work, *PERSONS)
    with work() as w:
        first = make_seal(w)
    with work() as w:
        assert make_seal(w) is None
    _record(work, PERSONS[0])
    with work() as w:
        second = make_seal(w)
        assert last_seal(w.session.connection()) == second
        assert seals_after(w.session.connection()) == [first, second]
    assert first is not None
    assert second is not None
    assert (first.facts["size"], second.facts["size"]) == (6, 1)  # five persons, the installation
    assert second.facts["previous"] == first.digest
    assert first.signed_by(publish(FixedRings().signing)) is not None


def test_a_day_without_events_may_have_its_seal(work) -> None:
    with work() as w:
        seal = make_seal(w, even_empty=True)
    assert seal is not None
    assert seal.facts["root"] == EMPTY.hex()


def test_seals_are_kept_once_outside_even_after_a_failure(work, read) -> None:
    store = MemoryStore()
    for number in range(3):
        _record(work, PERSONS[number])
        with work() as w:
            make_seal(w)
        if number != 1:  # the store was away
            with read() as r:
                keep_seals(r, store)
    assert store.locked_names() == [f"seal-{n:08d}.json" for n in (1, 2, 3)]
    with read() as r:
        assert keep_seals(r, store) == 0


def test_a_proof_leads_from_an_event_to_its_seal(work, read, database: Engine) -> None:
    _record(work, *PERSONS)
    chain = PERSONS[2]
    with work() as w:
        before = head(w, chain)
        position = append_now(w, chain, "person.signed_in", chain.id)
        append_now(w, chain, "person.signed_out", chain.id)
    with read() as r:
        assert make_proof(r.session.connection(), chain.name, position.seq) is None
    with work() as w:
        seal = make_seal(w)
    with read() as r:
        proof = make_proof(r.session.connection(), chain.name, position.seq)
    assert proof is not None
    assert len(proof["events"]) == 2
    assert proof_seal(proof, chain.name, position.seq, before.hash) == seal
    assert proof_seal(proof, chain.name, position.seq, bytes(32)) is None
    assert proof_seal(proof, PERSONS[1].name, position.seq, before.hash) is None
    changed = {**proof, "events": [proof["events"][0].replace("signed_in", "named")]}
    assert proof_seal(changed, chain.name, position.seq, before.hash) is None
