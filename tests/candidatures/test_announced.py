"""The longer evaluation announced for before the first market (CAND-05)."""

from datetime import date
from uuid import UUID

import pytest

from sad.candidatures import decisions, queries, views
from sad.candidatures.clock import check_announced, limit_of
from sad.candidatures.rules import (
    AlreadyExtended,
    ExtensionNotAnnounced,
    FirstMarketSent,
    ReasonsMissing,
)
from sad.candidatures.states import CandidatureAction
from sad.kernel.calendar import Calendar
from sad.systems.tables import PurchasingSystem
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.joined import admit, submitted
from tests.support.published import published_system

A = CandidatureAction


def test_the_days_announced_come_on_top() -> None:
    received, calendar = date(2026, 9, 1), Calendar()
    limits = [
        limit_of(received, calendar, extended=extended, announced=announced).regulation
        for extended, announced in ((False, 0), (False, 5), (True, 0), (True, 5))
    ]
    assert limits == [
        date(2026, 9, 15),
        date(2026, 9, 22),
        date(2026, 9, 22),
        date(2026, 9, 29),
    ]


def test_announced_once_and_before_the_first_market() -> None:
    assert check_announced(20, None, first_market_sent=False) == 20
    for announced, already, sent, refusal in (
        (None, None, False, ExtensionNotAnnounced),
        (0, None, False, ExtensionNotAnnounced),
        (20, None, True, FirstMarketSent),
        (20, 20, False, AlreadyExtended),
    ):
        with pytest.raises(refusal):
            check_announced(announced, already, sent)


@pytest.fixture
def system(work: OpenWork, cast: Cast) -> tuple[UUID, UUID]:
    """(system, category), whose documents announce 20 working days more."""
    with work(cast.actor("officer")) as w:
        system_id, (category_id, *_) = published_system(w)
        row = w.get(PurchasingSystem, system_id)
        row.evaluation_extension_days = 20
        w.add(row)
    return system_id, category_id


def test_it_moves_the_limit_and_holds_the_first_market_back(
    work: OpenWork, read: OpenWork, cast: Cast, system: tuple[UUID, UUID]
) -> None:
    with work(cast.actor("alder")) as w:
        sent = submitted(w, system[1])
    with work(cast.actor("officer")) as w:
        assert queries.gate(w, cast.organisation_id, *system).undecided_from_first_window == 0
        with pytest.raises(ReasonsMissing):
            decisions.extend_as_announced(w, sent, " ")
        decisions.extend_as_announced(w, sent, "Trois cents candidatures à lire.")
        assert queries.gate(w, cast.organisation_id, *system).undecided_from_first_window == 1
    with read(cast.actor("officer")) as w:
        seen = views.one(w, sent)
    assert seen.clock is not None
    assert seen.clock.decide_by == date(2026, 10, 13)
    assert A.EXTEND_ANNOUNCED not in seen.actions and A.EXTEND in seen.actions
    with work(cast.actor("officer")) as w:
        admit(w, sent, cast.delegation_id)
        assert queries.gate(w, cast.organisation_id, *system).undecided_from_first_window == 0


def test_not_after_the_first_market(work: OpenWork, cast: Cast, system: tuple[UUID, UUID]) -> None:
    with work(cast.actor("alder")) as w:
        sent = submitted(w, system[1])
    with work(cast.actor("officer")) as w:
        row = w.get(PurchasingSystem, system[0])
        row.first_market_at = w.now
        w.add(row)
        with pytest.raises(FirstMarketSent):
            decisions.extend_as_announced(w, sent, "Trop tard.")
        assert A.EXTEND_ANNOUNCED not in views.one(w, sent).actions
