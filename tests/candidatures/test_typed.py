"""What is typed while joining: its own person's, bounded, sworn boxes never kept, and forgotten."""

import pytest
from sqlmodel import select

from sad.candidatures import joining
from sad.candidatures.rules import TYPED_LENGTH, TypedTooLong, documents_missing, keepable
from sad.candidatures.states import Screen
from sad.candidatures.tables import JoiningDraft
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.published import published_system


def test_sworn_boxes_are_never_kept_and_the_rest_is_bounded() -> None:
    assert keepable({"reserve": "x", "no_ground": "oui", "declared": "oui"}) == {"reserve": "x"}
    with pytest.raises(TypedTooLong):
        keepable({"capacity": "x" * TYPED_LENGTH})
    with pytest.raises(TypedTooLong):
        keepable({f"f{n}": "" for n in range(201)})


def test_a_document_is_asked_once() -> None:
    required = ["Assurance", "Plaquette", "Statuts"]
    missing = documents_missing(
        required, {"Plaquette"}, {"Assurance": "a", "Statuts": "gone"}, {"a"}
    )
    assert missing == ["Statuts"]


def test_kept_sealed_for_its_person_then_forgotten(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work(cast.actor("officer")) as w:
        system_id = published_system(w)[0]
    with work(cast.actor("stranger")) as w:
        joining.keep(w, system_id, Screen.STRUCTURE, {"name": "Ressourcerie du Lac"})
        joining.keep(w, system_id, Screen.STRUCTURE, {"name": "Ressourcerie du Lac bleu"})
    with work() as w:
        (row,) = w.session.exec(select(JoiningDraft)).all()
        assert b"Ressourcerie" not in row.sealed
    for part, expected in (("stranger", {"name": "Ressourcerie du Lac bleu"}), ("alder", None)):
        with work(cast.actor(part)) as w:
            assert joining.kept(w, system_id, Screen.STRUCTURE) == expected
            assert joining.kept(w, system_id, Screen.CATEGORIES) is None
    clock.advance(days=181)
    with work() as w:
        joining.forget_old(w)
    with work() as w:
        assert w.session.exec(select(JoiningDraft)).all() == []
