"""Publishing a system: what is missing is named, what is published is frozen (acceptance 1–3)."""

from datetime import date, timedelta

import pytest

from sad.accounts.permissions import NotAllowed
from sad.categories.service import add, publish, remove
from sad.kernel.errors import Conflict, Incomplete, NotFound
from sad.systems import queries
from sad.systems.rules import AlreadyPublished, ClosingPast, ClosingUnchanged, Frozen
from sad.systems.schemas import SystemChange, SystemInput
from sad.systems.service import change, create, move_closing
from sad.systems.tables import PurchasingSystem
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.published import category_input, notice, published_system


def test_a_draft_is_invisible_to_the_public_until_published(
    work: OpenWork, read: OpenWork, cast: Cast
) -> None:
    with work(cast.actor("officer")) as w:
        draft = create(w, SystemInput(title="Brouillon", maximum_cents=50_000_00)).id
        shown, _ = published_system(w)
    with read() as w:
        assert [view.id for view in queries.published(w)] == [shown]
    with read(cast.actor("alder")) as w, pytest.raises(NotFound):
        queries.public_one(w, draft)


def test_publishing_names_everything_missing(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        system = create(w, SystemInput(title="Vide", maximum_cents=50_000_00))
        with pytest.raises(Incomplete) as refused:
            publish(w, system.id)
    missing = {problem.where for problem in refused.value.problems}
    assert {"object", "notice_sent_on", "closing_at", "categories", "variants_allowed"} <= missing


def test_each_category_needs_its_selection_criterion(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        system = create(w, SystemInput(title="Sans critère", maximum_cents=50_000_00))
        add(w, system.id, category_input().model_copy(update={"selection_criteria": ""}))
        change(w, system.id, notice(system.version))
        with pytest.raises(Incomplete) as refused:
            publish(w, system.id)
    assert [p.code for p in refused.value.problems] == ["categories.missing_selection"]


def test_first_candidatures_wait_thirty_days(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        system = create(w, SystemInput(title="Trop tôt", maximum_cents=50_000_00))
        add(w, system.id, category_input())
        said = notice(system.version).model_copy(
            update={"first_candidatures_on": date(2026, 8, 18)}
        )
        change(w, system.id, SystemChange.model_validate(said.model_dump(exclude_unset=True)))
        with pytest.raises(Incomplete) as refused:
            publish(w, system.id)
    assert refused.value.problems[0].code == "systems.first_candidatures_too_early"


def test_what_is_published_is_frozen_but_contact_and_description(
    work: OpenWork, cast: Cast
) -> None:
    with work(cast.actor("officer")) as w:
        system_id, categories = published_system(w)
        version = w.get(PurchasingSystem, system_id).version
        with pytest.raises(Frozen):
            change(w, system_id, SystemChange(version=version, object="Autre chose"))
        with pytest.raises(Frozen):
            remove(w, categories[0])
        with pytest.raises(AlreadyPublished):
            publish(w, system_id)
        changed = change(w, system_id, SystemChange(version=version, contact_phone="02 00"))
    assert changed.contact_phone == "02 00"


def test_moving_the_closing_keeps_the_old_one_with_its_reason(
    work: OpenWork, read: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work(cast.actor("officer")) as w:
        system_id, _ = published_system(w)
        old = w.get(PurchasingSystem, system_id).closing_at
        assert old is not None
        with pytest.raises(ClosingUnchanged):
            move_closing(w, system_id, old, "erreur")
        with pytest.raises(ClosingPast):
            move_closing(w, system_id, clock.now() - timedelta(days=1), "trop tard")
        move_closing(w, system_id, old + timedelta(days=180), "Chantier retardé")
    with read(cast.actor("auditor")) as w:
        kept = queries.period_changes(w, queries.one(w, system_id))
    assert [(c.old_closing_at, c.reason) for c in kept] == [(old, "Chantier retardé")]


def test_two_people_edit_one_draft(work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        system = create(w, SystemInput(title="Partagé", maximum_cents=50_000_00))
        seen = system.version
        change(w, system.id, SystemChange(version=seen, title="Premier"))
        with pytest.raises(Conflict) as told:
            change(w, system.id, SystemChange(version=seen, title="Second"))
    assert told.value.facts == {"title": "Premier"}


@pytest.mark.parametrize("part", ["buyer", "auditor", "evaluator", "administrator", "alder"])
def test_only_the_officer_creates_a_system(work: OpenWork, cast: Cast, part: str) -> None:
    with work(cast.actor(part)) as w, pytest.raises(NotAllowed):
        create(w, SystemInput(title="Non", maximum_cents=1_00))


def test_another_organisation_sees_nothing(work: OpenWork, read: OpenWork, cast: Cast) -> None:
    with work(cast.actor("officer")) as w:
        draft = create(w, SystemInput(title="À nous", maximum_cents=1_00)).id
    with read(cast.actor("other_officer")) as w, pytest.raises(NotFound):
        queries.one(w, draft)
