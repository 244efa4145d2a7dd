"""Suppliers are reminded once of what was asked of them, two days before it ends."""

from datetime import date, timedelta

import pytest

from app.mail.render import compose
from sad.candidatures import decisions, service
from sad.candidatures.rules import request_near
from sad.candidatures.schemas import RequestInput
from sad.candidatures.watching import remind_requests
from sad.notifications.outbox import Letter, kept_letters
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.joined import admit, submitted
from tests.support.published import published_system

LAST = date(2026, 9, 10)


@pytest.mark.parametrize(
    ("today", "reminded", "expected"),
    [
        (date(2026, 9, 7), None, False),
        (date(2026, 9, 8), None, True),
        (LAST, None, True),
        (date(2026, 9, 11), None, False),
        (LAST, LAST, False),
        (LAST, date(2026, 9, 1), True),
    ],
)
def test_two_days_before_the_last_one_and_once(
    today: date, reminded: date | None, expected: bool
) -> None:
    assert request_near(LAST, reminded, today) is expected
    assert not request_near(None, reminded, today)


def letters(work: OpenWork) -> list[Letter]:
    with work() as w:
        remind_requests(w)
    with work() as w:
        return [x for x in kept_letters(w) if x.kind == "candidatures.request_reminded"]


def test_complements_then_an_update_left_unanswered(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work(cast.actor("officer")) as w:
        category = published_system(w)[1][0]
    with work(cast.actor("alder")) as w:
        sent = submitted(w, category)
    with work(cast.actor("officer")) as w:
        due = w.today + timedelta(days=7)
        decisions.ask_complements(w, [sent], RequestInput(text="Votre attestation.", due_on=due))
    told = []
    for _ in range(8):
        told.append(len(letters(work)))
        clock.advance(days=1)
    assert told == [0, 0, 0, 0, 0, 1, 1, 1]
    with work(cast.actor("officer")) as w:
        admit(w, sent, cast.delegation_id)
        decisions.ask_update(w, [sent], "Vos coordonnées.")
    clock.advance(days=6)
    said = [compose(x.kind, x.facts, x.link, "Alder").subject for x in letters(work)]
    assert sum("mettre votre dossier à jour" in one for one in said) == 1
    assert sum("compléter votre candidature" in one for one in said) == 1


def test_nobody_is_reminded_of_what_it_gave(work: OpenWork, cast: Cast, clock: FixedClock) -> None:
    with work(cast.actor("officer")) as w:
        category = published_system(w)[1][0]
    with work(cast.actor("alder")) as w:
        sent = submitted(w, category)
    with work(cast.actor("officer")) as w:
        due = w.today + timedelta(days=2)
        decisions.ask_complements(w, [sent], RequestInput(text="Votre attestation.", due_on=due))
    with work(cast.actor("alder")) as w:
        service.complete(w, sent, "La voici.")
    assert letters(work) == []
