"""Demands to come and the register of meetings, on both databases."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from sad.accounts.permissions import NotAllowed, SignInNeeded
from sad.kernel.actor import ANONYMOUS
from sad.kernel.errors import Conflict, NotFound
from sad.sourcing import queries, service
from sad.sourcing.rules import PublishedStays
from sad.sourcing.schemas import (
    NextDemandChange,
    NextDemandInput,
    SourcingChange,
    SourcingInput,
)
from sad.systems import queries as systems
from sad.systems.rules import SystemClosed
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.published import category_input, published_system

MARCH = date(2027, 3, 1)
MEETING = {
    "met_on": date(2026, 8, 28),
    "structure": "Ressourcerie du Port",
    "subject": "Ce qu'un atelier peut livrer",
    "information": "Les premières demandes porteront sur des chaises.",
}


@pytest.fixture
def place(work: OpenWork, cast: Cast) -> tuple[UUID, UUID]:
    with work(cast.actor("officer")) as w:
        system_id, (category_id,) = published_system(w)
    return system_id, category_id


def demand(category_id: UUID, quantity: str = "une vingtaine de chaises") -> NextDemandInput:
    return NextDemandInput(category_id=category_id, month=MARCH, quantity=quantity)


def test_a_demand_is_announced_rewritten_removed(
    work: OpenWork, read: OpenWork, cast: Cast, place: tuple[UUID, UUID]
) -> None:
    system_id, category_id = place
    with work(cast.actor("buyer")) as w:
        row = service.announce(w, system_id, demand(category_id))
    with work(cast.actor("officer")) as w:
        change = NextDemandChange(**demand(category_id, "trente chaises").model_dump(), version=1)
        service.rewrite(w, system_id, row.id, change)
        with pytest.raises(Conflict):
            service.rewrite(w, system_id, row.id, change)
    with read(ANONYMOUS) as r:
        (shown,) = queries.next_demands(r, systems.public_one(r, system_id))
    assert (shown.quantity, shown.month) == ("trente chaises", MARCH)
    with work(cast.actor("officer")) as w:
        service.remove(w, system_id, row.id)
    with read() as r:
        acts = r.connection.execute(
            text("SELECT action FROM audit_event WHERE action LIKE 'next_demand.%' ORDER BY seq")
        ).scalars()
        assert list(acts) == [f"next_demand.{act}" for act in ("announced", "rewritten", "removed")]
        assert queries.next_demands(r, systems.public_one(r, system_id)) == []


def test_a_past_month_is_no_longer_public_but_stays_to_agents(
    work: OpenWork, read: OpenWork, cast: Cast, place: tuple[UUID, UUID], clock: FixedClock
) -> None:
    system_id, category_id = place
    with work(cast.actor("buyer")) as w:
        service.announce(w, system_id, demand(category_id))
    clock.advance(days=365)
    with read(cast.actor("buyer")) as r:
        assert queries.next_demands(r, systems.public_one(r, system_id)) == []
        assert [one.month for one in queries.announced(r, system_id)] == [MARCH]


def test_what_is_said_to_one_is_told_to_all_without_naming_it(
    work: OpenWork, read: OpenWork, cast: Cast, place: tuple[UUID, UUID]
) -> None:
    system_id, _ = place
    with work(cast.actor("buyer")) as w:
        row = service.record_meeting(w, system_id, SourcingInput(**MEETING))
        service.correct_meeting(
            w, system_id, row.id, SourcingChange(**MEETING | {"subject": "Délais"}, version=1)
        )
    with read(ANONYMOUS) as r:
        assert queries.published(r, systems.public_one(r, system_id)) == []
    with work(cast.actor("officer")) as w:
        service.publish(w, system_id, row.id)
        with pytest.raises(PublishedStays):
            service.publish(w, system_id, row.id)
        with pytest.raises(PublishedStays):
            service.correct_meeting(w, system_id, row.id, SourcingChange(**MEETING, version=3))
    with read(ANONYMOUS) as r:
        (told,) = queries.published(r, systems.public_one(r, system_id))
        bodies = r.connection.execute(
            text("SELECT body FROM audit_event WHERE action LIKE 'sourcing.%'")
        ).scalars()
        assert not [body for body in bodies if "Ressourcerie" in str(body)]
    assert (told.subject, told.information) == ("Délais", MEETING["information"])
    assert "structure" not in told.model_dump()


def test_only_who_prepares_purchases_may_say_anything(
    work: OpenWork, read: OpenWork, cast: Cast, place: tuple[UUID, UUID]
) -> None:
    system_id, category_id = place
    with work(cast.actor("officer")) as w:
        row = service.record_meeting(w, system_id, SourcingInput(**MEETING))
        made = service.announce(w, system_id, demand(category_id))
    for part in ("auditor", "evaluator", "alder", "stranger"):
        with work(cast.actor(part)) as w:
            for attempt in (
                lambda w=w: service.announce(w, system_id, demand(category_id)),
                lambda w=w: service.remove(w, system_id, made.id),
                lambda w=w: service.record_meeting(w, system_id, SourcingInput(**MEETING)),
                lambda w=w: service.publish(w, system_id, row.id),
            ):
                with pytest.raises(NotAllowed):
                    attempt()
    with work(cast.actor("other_officer")) as w, pytest.raises(NotFound):
        service.publish(w, system_id, row.id)
    with read(ANONYMOUS) as r, pytest.raises(SignInNeeded):
        queries.register(r, system_id)
    with read(cast.actor("auditor")) as r:
        assert [one.structure for one in queries.register(r, system_id)] == [MEETING["structure"]]


def test_a_demand_stays_inside_its_system_and_its_period(
    work: OpenWork, cast: Cast, place: tuple[UUID, UUID], clock: FixedClock
) -> None:
    system_id, category_id = place
    with work(cast.actor("officer")) as w:
        other, _ = published_system(w, category_input("luminaires").code)
        made = service.announce(w, system_id, demand(category_id))
        for attempt in (
            lambda: service.announce(w, other, demand(category_id)),
            lambda: service.remove(w, other, made.id),
            lambda: service.remove(w, system_id, uuid4()),
        ):
            with pytest.raises(NotFound):
                attempt()
    clock.advance(days=5 * 365)
    with work(cast.actor("officer")) as w, pytest.raises(SystemClosed):
        service.announce(w, system_id, demand(category_id))
