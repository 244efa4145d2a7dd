"""Drafts are nobody's business; what is sent is received once, with its receipt and its clock."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from sad.audit.receipts import verify_receipt
from sad.audit.signing import publish
from sad.candidatures import drafts, queries, service, views
from sad.candidatures.rules import (
    Closed,
    Frozen,
    NothingToSubmit,
    NotOpen,
    PendingOrAdmitted,
)
from sad.candidatures.schemas import ChoiceInput, Declaration, DraftChange, DraftInput
from sad.candidatures.states import CandidatureAction, CandidatureState
from sad.categories.tables import Category
from sad.db.work import Work, writing
from sad.kernel.errors import Conflict, Incomplete, NotFound, Refusal
from sad.kernel.moves import MoveRefused
from sad.suppliers.schemas import SupplierChange
from sad.suppliers.service import change
from sad.systems.tables import PurchasingSystem
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.joined import CAPACITY, DECLARED, admit, draft, submitted
from tests.support.published import published_system
from tests.support.rings import FixedRings


@pytest.fixture
def categories(work: OpenWork, cast: Cast) -> list[UUID]:
    """Three categories of a system open since 1 August 2026."""
    with work(cast.actor("officer")) as w:
        return published_system(w, "luminaires", "metal", "bois-metal")[1]


def test_a_draft_is_edited_deleted_and_seen_by_nobody_else(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID]
) -> None:
    with work(cast.actor("alder")) as w:
        kept = draft(w, categories[0])
        drafts.edit(w, kept.id, DraftChange(version=kept.version, capacity="Lampes"))
    for part in ("officer", "buyer", "auditor"):
        with read(cast.actor(part)) as w:
            assert views.listing(w) == []
            with pytest.raises(NotFound):
                views.one(w, kept.id)
    with work(cast.actor("birch")) as w, pytest.raises(NotFound):
        drafts.remove(w, kept.id)
    with read(cast.actor("alder")) as w:
        assert [(v.state, v.capacity) for v in views.mine(w)] == [("draft", "Lampes")]
    with work(cast.actor("alder")) as w:
        with pytest.raises(Conflict):
            drafts.edit(w, kept.id, DraftChange(version=kept.version - 1, capacity="?"))
        drafts.remove(w, kept.id)
    with read(cast.actor("alder")) as w:
        assert views.mine(w) == []


def test_several_categories_are_sent_at_once_each_with_its_receipt(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID], rings: FixedRings
) -> None:
    with work(cast.actor("alder")) as w:
        chosen = [draft(w, category).id for category in categories[:2]]
        sent = service.submit(w, chosen, DECLARED)
    assert {c.category_id for c in sent} == set(categories[:2])
    files = [json.loads(c.receipt or "") for c in sent]
    keys = publish(rings.signing)
    for candidature, file in zip(sent, files, strict=True):
        verdict = verify_receipt(file, keys, [candidature.payload or b""])
        assert verdict.holds, verdict.reasons
        assert verdict.receipt["act"] == "candidature"
        assert verdict.receipt["deadline"] is None
    assert len({json.loads(file["receipt"])["number"] for file in files}) == 2
    with read(cast.actor("officer")) as w:
        assert {item.category_name for item in views.listing(w)} == {
            "Catégorie luminaires",
            "Catégorie metal",
        }


def test_the_file_is_copied_as_it_was(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID]
) -> None:
    with work(cast.actor("alder")) as w:
        sent = submitted(w, categories[0])
    with work(cast.actor("alder")) as w:
        change(w, SupplierChange(version=1, city="Dinan"))
    with read(cast.actor("officer")) as w:
        snapshot = views.one(w, sent).snapshot
    assert snapshot is not None
    assert snapshot["supplier"]["city"] == "Brume"
    assert snapshot["capacity"] == CAPACITY


def test_what_is_missing_is_listed_and_nothing_is_sent(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID]
) -> None:
    with work(cast.actor("alder")) as w:
        first = drafts.start(w, DraftInput(category_id=categories[0])).id
        second = draft(w, categories[1]).id
    with work(cast.actor("alder")) as w, pytest.raises(Incomplete) as refused:
        service.submit(w, [first, second])
    assert {p.where for p in refused.value.problems} == {
        "capacity",
        "declared",
        "declarant_name",
        "declarant_function",
    }
    with pytest.raises(Incomplete), work(cast.actor("alder")) as w:
        service.submit(w, [second], Declaration(declarant_name="S", declarant_function="G"))
    with read(cast.actor("officer")) as w:
        assert views.listing(w) == []
    with work(cast.actor("alder")) as w, pytest.raises(NothingToSubmit):
        service.submit(w, [])


def test_a_ground_that_concerns_the_structure_blocks_nothing(
    work: OpenWork, cast: Cast, categories: list[UUID]
) -> None:
    explained = DECLARED.model_copy(
        update={"no_ground": False, "reserve": "Un échéancier est signé avec l'URSSAF."}
    )
    with work(cast.actor("alder")) as w:
        sent = service.submit(w, [draft(w, categories[0]).id], explained)[0]
    assert sent.state == CandidatureState.SUBMITTED
    assert sent.snapshot is not None
    assert "échéancier" in str(sent.snapshot["declaration"])


def test_sent_it_is_frozen_and_withdrawn_before_the_decision(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID]
) -> None:
    with work(cast.actor("alder")) as w:
        sent = submitted(w, categories[0])
    with work(cast.actor("alder")) as w:
        with pytest.raises(Frozen):
            drafts.edit(w, sent, DraftChange(version=2, capacity="Autre"))
        with pytest.raises(Frozen):
            drafts.remove(w, sent)
    with work(cast.actor("alder")) as w:
        service.withdraw(w, sent)
    with work(cast.actor("alder")) as w, pytest.raises(MoveRefused):
        service.withdraw(w, sent)
    with work(cast.actor("alder")) as w:
        submitted(w, categories[0])
    with read(cast.actor("alder")) as w:
        assert [v.state for v in views.mine(w)] == ["submitted", "withdrawn"]


def test_two_drafts_may_exist_but_the_second_is_refused(
    work: OpenWork, cast: Cast, categories: list[UUID]
) -> None:
    with work(cast.actor("alder")) as w:
        first, second = draft(w, categories[0]).id, draft(w, categories[0]).id
        service.submit(w, [first], DECLARED)
    with work(cast.actor("alder")) as w, pytest.raises(PendingOrAdmitted):
        service.submit(w, [second], DECLARED)
    with work(cast.actor("officer")) as w:
        admit(w, first, cast.delegation_id)
    with work(cast.actor("alder")) as w, pytest.raises(PendingOrAdmitted):
        service.submit(w, [second], DECLARED)


def test_two_drafts_of_one_category_sent_together_are_both_refused(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID]
) -> None:
    with work(cast.actor("alder")) as w:
        both = [draft(w, categories[0]).id, draft(w, categories[0]).id]
    with pytest.raises(PendingOrAdmitted), work(cast.actor("alder")) as w:
        service.submit(w, both, DECLARED)
    with read(cast.actor("alder")) as w:
        assert {v.state for v in views.mine(w)} == {"draft"}


def test_twenty_simultaneous_sendings_make_exactly_one(
    work: OpenWork,
    read: OpenWork,
    cast: Cast,
    categories: list[UUID],
    database: Engine,
    clock: FixedClock,
    rings: FixedRings,
) -> None:
    with work(cast.actor("alder")) as w:
        waiting = [draft(w, categories[0]).id for _ in range(20)]

    def send(candidature_id: UUID) -> str:
        try:
            with writing(database, clock, rings, cast.actor("alder"), "test") as w:
                service.submit(w, [candidature_id], DECLARED)
        except Refusal as refusal:
            return refusal.code
        return "sent"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(send, waiting))
    assert outcomes.count("sent") == 1
    assert set(outcomes) == {"sent", "candidatures.pending_or_admitted"}
    with read(cast.actor("officer")) as w:
        assert len(views.listing(w)) == 1


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        (datetime(2026, 7, 31, 21, 59, 59, tzinfo=UTC), NotOpen),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), None),
        (datetime(2030, 7, 31, 21, 59, tzinfo=UTC), None),  # the closing instant itself
        (datetime(2030, 7, 31, 21, 59, 0, 1, tzinfo=UTC), Closed),
    ],
)
def test_only_an_open_system_receives(
    work: OpenWork,
    cast: Cast,
    categories: list[UUID],
    clock: FixedClock,
    moment: datetime,
    refusal: type[Refusal] | None,
) -> None:
    with work(cast.actor("alder")) as w:
        kept = draft(w, categories[0]).id
    clock.set(moment)
    with work(cast.actor("alder")) as w:
        if refusal is None:
            service.submit(w, [kept], DECLARED)
        else:
            with pytest.raises(refusal):
                service.submit(w, [kept], DECLARED)
            with pytest.raises(refusal):
                draft(w, categories[1])


def test_after_the_first_market_candidatures_have_no_deadline(
    work: OpenWork, cast: Cast, categories: list[UUID], clock: FixedClock
) -> None:
    with work() as w:
        system = w.locate(PurchasingSystem, _system_of(w, categories[0]))
        system.first_market_at = w.now
        w.add(system)
    clock.advance(timedelta(days=900))
    with work(cast.actor("birch")) as w:
        assert submitted(w, categories[0])


def test_the_joining_page_keeps_one_draft_a_category(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID]
) -> None:
    with work(cast.actor("alder")) as w:
        system_id = _system_of(w, categories[0])
        drafts.choose(w, system_id, ChoiceInput(category_ids=categories[:2], capacity="Lampes"))
        drafts.choose(w, system_id, ChoiceInput(category_ids=categories[1:], capacity="Tables"))
        kept = drafts.current(w, cast.organisation_id, system_id, cast.suppliers["alder"])
    assert {row.category_id for row in kept} == set(categories[1:])
    assert {row.capacity for row in kept} == {"Tables"}


def test_the_clock_counts_working_days_and_watches_the_shorter_count(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID], clock: FixedClock
) -> None:
    clock.set(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
    with work(cast.actor("alder")) as w:
        sent = submitted(w, categories[0])
    with read(cast.actor("officer")) as w:
        seen = views.one(w, sent).clock
    assert seen is not None
    assert (seen.decide_by, seen.watch_until) == (date(2026, 11, 17), date(2026, 11, 14))
    assert (seen.days_left, seen.soon, seen.late) == (10, False, False)
    clock.set(datetime(2026, 11, 13, 9, 0, tzinfo=UTC))
    with read(cast.actor("officer")) as w:
        seen = views.one(w, sent).clock
    assert seen is not None
    assert (seen.days_left, seen.soon, seen.late) == (2, True, False)
    clock.set(datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    with read(cast.actor("officer")) as w:
        seen = views.one(w, sent).clock
        assert queries.pending_past_limit(w, cast.organisation_id, categories[0]) == 1
    assert seen is not None
    assert (seen.days_left, seen.late) == (0, True)


def test_the_gate_of_a_launch_counts_what_waits(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID], clock: FixedClock
) -> None:
    clock.set(datetime(2026, 8, 10, 9, 0, tzinfo=UTC))
    with work(cast.actor("alder")) as w:
        system_id = _system_of(w, categories[0])
        first = submitted(w, categories[0])
    clock.set(datetime(2026, 8, 21, 9, 0, tzinfo=UTC))
    with work(cast.actor("birch")) as w:
        submitted(w, categories[1])
    with read() as w:
        lights = queries.gate(w, cast.organisation_id, system_id, categories[0])
        metal = queries.gate(w, cast.organisation_id, system_id, categories[1])
    assert (lights.first_date, lights.undecided_from_first_window) == (date(2026, 8, 20), 1)
    assert (lights.pending, metal.pending) == (1, 1)
    with work(cast.actor("officer")) as w:
        admit(w, first, cast.delegation_id)
    with read() as w:
        lights = queries.gate(w, cast.organisation_id, system_id, categories[0])
        names = [a.name for a in queries.admitted(w, cast.organisation_id, categories[0])]
    assert (lights.undecided_from_first_window, lights.pending) == (0, 0)
    assert names == ["Atelier alder"]


def test_what_a_supplier_may_do_follows_the_state(
    work: OpenWork, read: OpenWork, cast: Cast, categories: list[UUID]
) -> None:
    with work(cast.actor("alder")) as w:
        kept = draft(w, categories[0]).id
    assert _mine(read, cast, kept) == ["edit", "submit", "delete"]
    with work(cast.actor("alder")) as w:
        service.submit(w, [kept], DECLARED)
    assert _mine(read, cast, kept) == ["withdraw"]


def _mine(read: OpenWork, cast: Cast, candidature_id: UUID) -> list[CandidatureAction]:
    with read(cast.actor("alder")) as w:
        return views.mine_one(w, candidature_id).actions


def _system_of(work: Work, category_id: UUID) -> UUID:
    return work.locate(Category, category_id).system_id
