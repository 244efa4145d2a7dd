"""Questions asked once, and the criteria marked on them: from the catalogue to a market's copy."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.catalogue import category_input, families
from app.guard.client import parse_grid
from app.market_defaults import proposal
from catalog_categories.schema import Entry
from sad.frames.columns import ColumnType
from sad.frames.drawing import QuestionIsPicture
from sad.frames.schemas import ColumnInput
from sad.frames.shape import shape_sha256
from sad.frames.sheet import read_frame
from sad.frames.vocabulary import Side
from sad.markets import grid, queries, sections, service
from sad.markets.announced import first_criteria, first_tie_break
from sad.markets.rows import criteria_of as criteria_rows
from sad.markets.schemas import CriteriaInput, CriterionInput
from sad.markets.tables import SpecificMarket
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.markets import ready

DATA = Path(__file__).parents[1] / "data"
CODE = "reemploi-ressourcerie"


@pytest.fixture
def market(work: OpenWork, cast: Cast) -> SpecificMarket:
    """A draft made from a family of the catalogue."""
    columns, hints, defaults = proposal(CODE)
    with work() as w:
        place = ready(w, cast)
    with work(cast.actor("buyer")) as w:
        return service.create_draft(
            w, place.category_id, "Chaises", columns=columns, hints=hints, defaults=defaults
        )


def labels(view: queries.MarketView) -> list[str]:
    return [question.label for question in view.frame.questions]


def test_the_family_s_questions_come_with_its_columns(
    market: SpecificMarket, work: OpenWork, cast: Cast
) -> None:
    with work(cast.actor("buyer")) as w:
        view = queries.one(w, market.id)
    assert view.frame.questions
    assert all(one.column.side is Side.OFFER for one in view.frame.questions)
    assert all(one.column.role is None for one in view.frame.questions)
    assert not {one.key for one in view.frame.questions} & {one.key for one in view.frame.supplier}


def test_a_grid_read_from_a_file_keeps_the_questions(
    market: SpecificMarket, work: OpenWork, cast: Cast
) -> None:
    path = DATA / "cadre-reponse-ressourcerie.xlsx"
    with work(cast.actor("buyer")) as w:
        before = queries.one(w, market.id)
        grid.import_grid(w, market.id, read_frame(parse_grid(path.read_bytes(), path.name)), "g")
        after = queries.one(w, market.id)
    assert labels(after) == labels(before)
    assert [one.hint for one in after.frame.questions] == [
        one.hint for one in before.frame.questions
    ]
    assert len(after.frame.lines) > 0


def test_a_question_is_added_changed_and_taken_out(
    market: SpecificMarket, work: OpenWork, cast: Cast
) -> None:
    given = ColumnInput(label="Quand peut-on vous appeler ?", side=Side.OFFER)
    with work(cast.actor("buyer")) as w:
        first = shape_sha256(queries.one(w, market.id).frame.frame)
        column = grid.add_column(w, market.id, given)
        asked = queries.one(w, market.id)
        assert labels(asked)[-1] == given.label
        assert shape_sha256(asked.frame.frame) != first
        fresh = given.model_copy(update={"label": "À quelle heure ?", "required": True})
        grid.edit_column(w, market.id, column.id, fresh)
        assert queries.one(w, market.id).frame.questions[-1].column.required
        grid.remove_column(w, market.id, column.id)
        assert shape_sha256(queries.one(w, market.id).frame.frame) == first
        picture = given.model_copy(update={"type": ColumnType.PICTURE})
        with pytest.raises(QuestionIsPicture):
            grid.add_column(w, market.id, picture)


def test_a_copy_asks_the_same_questions(market: SpecificMarket, work: OpenWork, cast: Cast) -> None:
    with work(cast.actor("buyer")) as w:
        again = service.copy(w, market.id)
        assert labels(queries.one(w, again.id)) == labels(queries.one(w, market.id))


# Criteria


@pytest.mark.parametrize("entry", families(), ids=lambda entry: entry.code)
def test_every_family_gives_criteria_with_scales_summing_to_a_hundred(entry: Entry) -> None:
    criteria = criteria_of(entry)
    assert sum(one.weight for one in criteria) == 100
    assert len({one.code for one in criteria}) == len(criteria)
    judged = [one for one in criteria if one.method == "judged"]
    assert judged
    assert all(one.anchors for one in judged)
    keys = {column.key for column in proposal(entry.code)[0]} | {"visit"}
    assert all(set(one.evidence) <= keys for one in criteria)
    environment = [one for one in criteria if one.family == "environment"]
    asked = {column.key for column in proposal(entry.code)[0] if column.side is Side.OFFER}
    assert any(set(one.evidence) & asked for one in environment)
    tie_break = first_tie_break(criteria)
    assert set(tie_break) <= {one.code for one in criteria}


def criteria_of(entry: Entry, **weights: Decimal) -> list[Any]:
    """The criteria of a new market of this family, its notice's weights changed or not."""
    market = SpecificMarket()
    ranges = category_input(entry).ranges
    rows = [
        row.model_copy(update={"weight_default": weights.get(row.family, row.weight_default)})
        for row in ranges
    ]
    return first_criteria(market, rows)  # type: ignore[arg-type]  # read by their names only


def test_parts_follow_the_weight_the_officer_announced() -> None:
    entry = next(one for one in families() if one.code == CODE)
    parts = [one.weight for one in criteria_of(entry) if one.family == "environment"]
    changed = criteria_of(entry, environment=Decimal("33.333"))
    cut = [one.weight for one in changed if one.family == "environment"]
    assert len(cut) == len(parts) > 1
    assert sum(cut) == Decimal("33.333")


def test_a_criterion_kept_is_still_marked_on_the_same_answers(
    market: SpecificMarket, work: OpenWork, cast: Cast
) -> None:
    with work(cast.actor("buyer")) as w:
        row = w.get(SpecificMarket, market.id, lock=True)
        for one in criteria_rows(w, row):
            one.evidence = ["spare_parts"]
            w.add(one)
        said = [
            CriterionInput(code=code, family="environment", label=code, weight=Decimal(50))
            for code in ("environment", "another")
        ]
        sections.update_criteria(w, row.id, CriteriaInput(criteria=said), row.version)
        kept = {one.code: one.evidence for one in criteria_rows(w, row)}
    assert kept == {"environment": ["spare_parts"], "another": []}
