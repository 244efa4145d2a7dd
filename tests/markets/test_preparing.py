"""Preparing a draft, alone or two together, copying it, sending it to the officer (20, 23)."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.guard.client import parse_grid
from sad.frames import queries as frames
from sad.frames.columns import ColumnType
from sad.frames.drawing import ColumnKept, ColumnTwice
from sad.frames.schemas import ColumnInput, LineInput
from sad.frames.sheet import read_frame
from sad.frames.vocabulary import Side
from sad.kernel.errors import Conflict, Forbidden, Incomplete, NotFound
from sad.kernel.money import Money
from sad.markets import approving, grid, queries, sections, service
from sad.markets.rules import CreditsBelowEstimate, EnvelopeOfOther, NotDraft
from sad.markets.schemas import CreditsInput, DeliveryInput, LotInput, NeedInput
from sad.markets.tables import SpecificMarket
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.markets import draft, launched, ready

DATA = Path(__file__).parents[1] / "data"


def test_a_draft_starts_with_what_its_category_proposes(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast)
    with work(cast.actor("buyer")) as w:
        market = service.create_draft(w, place.category_id, "  Tables  ")
        view = queries.one(w, market.id)
        assert view.row["title"] == "Tables"
        assert view.row["deadline_at"] is not None
        assert [(c["family"], c["weight"]) for c in view.criteria] == [
            ("price", Decimal(40)),
            ("quality", Decimal(30)),
            ("environment", Decimal(20)),
            ("delay", Decimal(10)),
        ]
        assert len(view.frame.supplier) == 6
        assert "emballage" in view.row["condition_of_performance"]


def test_who_may_draft(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast)
    for part in ("auditor", "evaluator", "alder"):
        with pytest.raises(Forbidden), work(cast.actor(part)) as w:
            service.create_draft(w, place.category_id, "Tables")
    with pytest.raises(NotFound), work(cast.actor("other_officer")) as w:
        service.create_draft(w, place.category_id, "Tables")


def test_two_people_one_section(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = draft(w, cast, ready(w, cast))
    read = market.version
    with work(cast.actor("officer")) as w:
        given = NeedInput(title="Tables rondes", description="Deux salles.", need_confirmed=True)
        sections.update_need(w, market.id, given, read)
    mine = NeedInput(title="Tables carrées", description="Deux salles.", need_confirmed=True)
    with pytest.raises(Conflict) as conflict, work(cast.actor("buyer")) as w:
        sections.update_need(w, market.id, mine, read)
    facts = conflict.value.facts
    assert facts["theirs"] == {"title": "Tables rondes"}
    assert facts["yours"] == {"title": "Tables carrées"}
    with work(cast.actor("buyer")) as w:
        assert w.get(SpecificMarket, market.id).title == "Tables rondes"
        sections.update_need(w, market.id, mine, facts["version"])
        assert w.get(SpecificMarket, market.id).title == "Tables carrées"


def test_two_people_two_sections(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = draft(w, cast, ready(w, cast))
    read = market.version
    with work(cast.actor("officer")) as w:
        sections.update_need(w, market.id, NeedInput(title="Autre titre"), read)
    with work(cast.actor("buyer")) as w:
        given = DeliveryInput(delivery_place="Ailleurs")
        assert sections.update_delivery(w, market.id, given, read).delivery_place == "Ailleurs"


def test_a_line_changed_by_two_people(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = draft(w, cast, ready(w, cast))
    read = market.version
    with work(cast.actor("officer")) as w:
        line = queries.one(w, market.id).frame.lines[0]
        asked = LineInput(designation="Table ronde", quantity=Decimal(5), code="T-01")
        grid.edit_line(w, market.id, line.id, asked, read)
    mine = LineInput(designation="Table ovale", quantity=Decimal(4), code="T-01")
    with pytest.raises(Conflict) as conflict, work(cast.actor("buyer")) as w:
        grid.edit_line(w, market.id, line.id, mine, read)
    assert conflict.value.facts["theirs"]["designation"] == "Table ronde"
    assert conflict.value.facts["yours"]["designation"] == "Table ovale"


def test_copying_takes_lines_and_criteria_only(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    with work(cast.actor("buyer")) as w:
        copied = service.copy(w, market.id)
        before, after = queries.one(w, market.id), queries.one(w, copied.id)
        assert [line.code for line in after.frame.lines] == ["T-01", "C-01", "A-01"]
        assert {line.id for line in after.frame.lines}.isdisjoint(
            line.id for line in before.frame.lines
        )
        assert after.criteria == before.criteria
        assert after.frame.frame == replace(before.frame.frame, sheet=after.frame.frame.sheet)
        row = after.row
        for name in ("number", "deadline_at", "questions_until", "launched_at", "delivery_until"):
            assert row[name] is None
        assert not row["need_confirmed"]
        assert queries.questions(w, copied.id) == []
        assert queries.invited_count(w, copied.id) == 0
        assert after.lots[0].credits is None


@pytest.mark.parametrize(
    ("name", "lines"), [("cadre-reponse-tables.xlsx", 5), ("cadre-reponse-ressourcerie.xlsx", 8)]
)
def test_a_real_spreadsheet_becomes_the_grid(
    work: OpenWork, cast: Cast, name: str, lines: int
) -> None:
    read = read_frame(parse_grid((DATA / name).read_bytes(), name))
    with work() as w:
        place = ready(w, cast)
    with work(cast.actor("buyer")) as w:
        market = service.create_draft(w, place.category_id, "Tables")
        grid.import_grid(w, market.id, read, name, market.version)
        kept = queries.one(w, market.id).frame
        assert kept.frame.buyer_columns == tuple(read.buyer_columns)
        assert kept.frame.supplier_columns == tuple(read.supplier_columns)
        assert [(x.code, x.quantity) for x in kept.lines] == [
            (x.code, x.quantity) for x in read.lines
        ]
        assert len(kept.lines) == lines


def test_a_spreadsheet_with_a_line_without_quantity_changes_nothing(
    work: OpenWork, cast: Cast
) -> None:
    name = "cadre-reponse-tables.xlsx"
    read = read_frame(parse_grid((DATA / name).read_bytes(), name))
    broken = replace(read, lines=(replace(read.lines[0], quantity=None), *read.lines[1:]))
    with work() as w:
        market = draft(w, cast, ready(w, cast))
    with pytest.raises(Incomplete) as refusal, work(cast.actor("buyer")) as w:
        grid.import_grid(w, market.id, broken, name)
    assert [p.code for p in refusal.value.problems] == ["frames.line_without_quantity"]
    with work(cast.actor("buyer")) as w:
        assert len(queries.one(w, market.id).frame.lines) == 3


def test_columns_by_hand(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = draft(w, cast, ready(w, cast))
    with work(cast.actor("buyer")) as w:
        warranty = ColumnInput(label="Garantie (mois)", side=Side.SUPPLIER, type=ColumnType.INTEGER)
        column = grid.add_column(w, market.id, warranty)
        assert column.role == "warranty"
        place = ColumnInput(label="Niveau et pièce", side=Side.BUYER)
        added = grid.add_column(w, market.id, place)
        view = frames.frame(w, w.organisation_id, market.frame_id)
        assert view.supplier[-1].label == "Garantie (mois)"
        assert view.buyer[-1].label == "Niveau et pièce"
        line = LineInput(designation="Lampe", quantity=Decimal(1), values={added.key: "Niveau 3"})
        grid.add_line(w, market.id, line)
        grid.remove_column(w, market.id, added.id)
        lines = frames.frame(w, w.organisation_id, market.frame_id).lines
        assert added.key not in lines[-1].values
    with pytest.raises(ColumnTwice), work(cast.actor("buyer")) as w:
        grid.add_column(w, market.id, warranty)
    price = next(c for c in view.supplier if c.key == "unit_price")
    with pytest.raises(ColumnKept), work(cast.actor("buyer")) as w:
        grid.remove_column(w, market.id, price.id)


def test_removing_a_line_keeps_the_others_in_order(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = draft(w, cast, ready(w, cast))
    with work(cast.actor("buyer")) as w:
        first = queries.one(w, market.id).frame.lines[0]
        grid.remove_line(w, market.id, first.id)
        lines = queries.one(w, market.id).frame.lines
        assert [(line.position, line.code) for line in lines] == [(1, "C-01"), (2, "A-01")]


def test_credits_cover_the_estimate_on_the_category_s_envelope(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        place = ready(w, cast)
        market = draft(w, cast, place)
    lot = LotInput(estimate=Money(100_00), credits=Money(99_99), envelope_id=place.envelope_id)
    with pytest.raises(CreditsBelowEstimate), work(cast.actor("buyer")) as w:
        sections.update_credits(w, market.id, CreditsInput(lots=[lot]), market.version)
    with work(cast.actor("buyer")) as w:
        other = service.create_draft(w, place.other_category_id, "Bois")
        other_id = other.id
    good = lot.model_copy(update={"credits": Money(200_00)})
    with pytest.raises(EnvelopeOfOther), work(cast.actor("buyer")) as w:
        sections.update_credits(w, other_id, CreditsInput(lots=[good]), 99)
    with work(cast.actor("buyer")) as w:
        sections.update_credits(w, market.id, CreditsInput(lots=[good]), 99)
        assert queries.one(w, market.id).lots[0].credits_ht == Money(166_67)


def test_sent_for_approval_it_waits_and_comes_back(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = draft(w, cast, ready(w, cast))
    with work(cast.actor("buyer")) as w:
        approving.send_for_approval(w, market.id)
    with pytest.raises(NotDraft), work(cast.actor("buyer")) as w:
        sections.update_need(w, market.id, NeedInput(title="Autre"), 99)
    with work(cast.actor("officer")) as w:
        approving.send_back(w, market.id, "Précisez la livraison.")
    with work(cast.actor("buyer")) as w:
        sections.update_need(w, market.id, NeedInput(title="Autre"), 99)
