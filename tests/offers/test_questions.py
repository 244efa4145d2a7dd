"""What is asked once for the whole offer: typed, required, sent, opened."""

import json
from typing import Any

import pytest

from sad.frames.tables import FrameColumn
from sad.markets.tables import SpecificMarket
from sad.offers import drafts, queries
from sad.offers.opened import read_payload
from sad.offers.opening import open_offers
from sad.offers.rules import CellsRefused, OfferIncomplete
from sad.offers.states import Standing
from tests.offers.conftest import Stage
from tests.offers.scene import OPENING, typed

QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "key": "spare_parts",
        "label": "Et si une pièce casse ?",
        "type": "choice",
        "required": True,
        "choices": ["Je répare", "Je remplace"],
    },
    {"key": "tutor", "label": "Une personne accompagne-t-elle le travail ?", "type": "yes_no"},
    {"key": "trips", "label": "En combien de livraisons ?", "type": "integer"},
)


@pytest.fixture
def asked(stage: Stage) -> Stage:
    """The same market, asking three questions of the whole offer, the first one required."""
    with stage.work() as work:
        for rank, question in enumerate(QUESTIONS):
            work.add(
                FrameColumn(
                    organisation_id=stage.scene.cast.organisation_id,
                    frame_id=stage.scene.frame_id,
                    position=50 + rank,
                    side="offer",
                    **question,
                )
            )
    return stage


def answer(stage: Stage, **answers: str) -> drafts.Saved:
    with stage.work(stage.actor("alder")) as work:
        return drafts.save_lines(work, stage.scene.market_id, {}, answers)


def test_answers_are_saved_one_by_one_apart_from_the_lines(asked: Stage) -> None:
    answer(asked, spare_parts="je répare", trips="2")
    answer(asked, trips="", tutor="oui")
    with asked.read(asked.actor("alder")) as work:
        own = queries.own_answer(work, asked.scene.market_id)
    assert own.draft.answers == {"spare_parts": "Je répare", "tutor": True}
    assert own.draft.values == {}
    assert own.standing is Standing.DRAFT


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("spare_parts", "Peut-être", "frames.cell_not_choice"),
        ("tutor", "parfois", "frames.cell_not_yes_no"),
        ("trips", "1,5", "frames.cell_not_integer"),
        ("unit_price", "1", "offers.column_unknown"),
        ("condition", "Bon", "offers.column_unknown"),
    ],
)
def test_what_cannot_be_read_saves_nothing(asked: Stage, key: str, text: str, code: str) -> None:
    with pytest.raises(CellsRefused) as refused:
        answer(asked, **{"spare_parts": "Je répare", key: text})
    assert [(p.code, p.where) for p in refused.value.problems] == [(code, f"question:{key}")]
    with asked.read(asked.actor("alder")) as work:
        assert queries.own_answer(work, asked.scene.market_id).draft.answers == {}


def test_a_required_question_without_answer_is_listed_and_blocks_the_sending(asked: Stage) -> None:
    digest = asked.put("alder")
    with asked.read(asked.actor("alder")) as work:
        problems = queries.own_answer(work, asked.scene.market_id).draft.problems
    assert [(p.code, p.where) for p in problems] == [
        ("offers.question_unanswered", "question:spare_parts")
    ]
    with pytest.raises(OfferIncomplete):
        asked.submit("alder", digest)


def test_what_is_sent_once_is_hashed_and_opened(asked: Stage) -> None:
    before = asked.put("alder")
    saved = answer(asked, spare_parts="Je répare")
    assert saved.draft.digest != before
    assert json.loads(saved.draft.payload)["answers"] == {"spare_parts": "Je répare"}
    asked.submit("alder", saved.draft.digest)
    answer(asked, spare_parts="Je remplace")
    asked.clock.set(OPENING)
    with asked.work(asked.actor("buyer")) as work:
        open_offers(work, asked.scene.market_id)
    with asked.read(asked.actor("buyer")) as work:
        (offer,) = queries.offers_of(work, asked.scene.market_id)
    assert offer.answers == {"spare_parts": "Je répare"}


def test_a_whole_answer_put_without_answers_keeps_those_saved(asked: Stage) -> None:
    answer(asked, spare_parts="Je répare", trips="1")
    asked.put("alder")
    with asked.work(asked.actor("alder")) as work:
        kept = drafts.put(work, asked.scene.market_id, typed())
        assert kept.draft.answers == {"spare_parts": "Je répare", "trips": 1}
        given = drafts.put(work, asked.scene.market_id, typed(), {"tutor": "non"})
        assert given.draft.answers == {"tutor": False}


def test_a_grid_without_questions_sends_what_it_always_did(stage: Stage) -> None:
    stage.put("alder")
    with stage.read(stage.actor("alder")) as work:
        assert "answers" not in json.loads(
            queries.own_answer(work, stage.scene.market_id).draft.payload
        )


def test_a_payload_made_before_the_questions_is_still_read(asked: Stage) -> None:
    asked.put("alder")
    with asked.read(asked.actor("alder")) as work:
        own = queries.own_answer(work, asked.scene.market_id)
        sent = json.loads(own.draft.payload)
        del sent["answers"]
        market = work.get_in(
            SpecificMarket, asked.scene.cast.organisation_id, asked.scene.market_id
        )
        again = read_payload(work, market, own.desk.place.applicant_id, sent)
    assert again.answers == {}
    assert again.totals == own.draft.totals
