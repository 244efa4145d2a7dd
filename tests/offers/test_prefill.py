"""The last answer proposed again: same lines, same columns, from one's own slots alone."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sad.db.work import Work
from sad.frames.tables import FrameColumn, FrameLine, ResponseFrame
from sad.markets.tables import Invitation, SpecificMarket
from sad.offers.prefill import proposal
from sad.offers.queries import own_answer
from sad.offers.sealing import Place, make_market_keys, market_public_key, write_slot
from sad.offers.tables import OfferSlot
from tests.offers.conftest import Stage
from tests.offers.scene import COLUMNS, Scene, T, typed

LINES: tuple[dict[str, Any], ...] = (
    {"designation": "ARMOIRE HAUTE", "code": "Z-9", "quantity": Decimal(20)},
    {"designation": "Caisson mobile", "code": "M-01", "quantity": Decimal(4)},  # asks fewer
    {"designation": "Table de réunion", "code": "M-03", "unit": "lot"},  # another unit
    {"designation": "Lampadaire", "code": "M-02"},
)


def again(work: Work, scene: Scene, part: str = "alder") -> UUID:
    """Another market of the category, some lines alike, where the same supplier is invited."""
    org = scene.cast.organisation_id
    frame = work.add(ResponseFrame(organisation_id=org, content_sha256="cd" * 32))
    changed = {"condition": {"choices": ["Comme neuf", "Correct"]}, "note": {"type": "decimal"}}
    for position, column in enumerate(COLUMNS):
        described = column | changed.get(column["key"], {})
        work.add(
            FrameColumn(
                organisation_id=org,
                frame_id=frame.id,
                position=position,
                side="supplier",
                **described,
            )
        )
    for position, line in enumerate(LINES, start=1):
        row = {"unit": "pièce", "quantity": Decimal(20), "number": str(position), "values": {}}
        work.add(
            FrameLine(
                organisation_id=org,
                frame_id=frame.id,
                position=position,
                mandatory=False,
                **row | line,
            )
        )
    market = SpecificMarket(
        organisation_id=org,
        system_id=scene.system_id,
        category_id=scene.category_id,
        frame_id=frame.id,
        number=f"2026S01-00{2 + (part == 'birch')}-01",
        state="launched",
        title="Deuxième demande",
        deadline_at=T,
        questions_until=T - timedelta(days=4),
        opening_from=T + timedelta(seconds=60),
        partial_allowed=True,
        launched_at=work.now,
        launched_by=scene.cast.people["buyer"],
        created_at=work.now,
    )
    keys = make_market_keys(work.rings, market.id, T)
    market.public_key, market.private_key = keys.public, keys.private
    market.key_fingerprint = keys.fingerprint
    work.add(market)
    applicant = scene.applicants[part]
    key = {"organisation_id": org, "market_id": market.id, "applicant_id": applicant}
    supplier = scene.cast.suppliers[part]
    work.add(Invitation(supplier_id=supplier, sent_at=work.now, **key))
    public = market_public_key(work.rings, market.id, market.public_key)
    sealed = write_slot(work.rings, Place(org, market.id, applicant), {}, None, public)
    work.add(OfferSlot(mine=sealed.mine, pli=sealed.pli, **key))
    return UUID(str(market.id))


def test_what_matches_is_proposed_and_nothing_is_saved(stage: Stage) -> None:
    with stage.work() as work:
        second = again(work, stage.scene)
    cells = typed()
    for line in cells.values():
        line["available"] = "20"
    cells[1] |= {"condition": "Correct", "price": "980"}
    digest = stage.put("alder", cells)
    with stage.read(stage.actor("alder")) as work:
        assert proposal(work, second) is None  # a draft is no answer
    stage.submit("alder", digest)
    with stage.read(stage.actor("alder")) as work:
        found = proposal(work, second)
        assert own_answer(work, second).draft.answer.empty
    assert found is not None
    assert found.title == "Armoires pour la médiathèque"
    assert found.lines == {
        1: {"available": "20", "condition": "Correct", "price": "980,00", "delivery": "2026-10-05"},
        2: {"price": "12,50", "delivery": "2026-10-05"},  # « Bon » and twenty are not possible here
    }
    assert found.cells == 6


def test_a_day_gone_by_and_anothers_answer_are_never_proposed(stage: Stage) -> None:
    with stage.work() as work:
        second, third = again(work, stage.scene), again(work, stage.scene, "birch")
    stage.submit("alder")
    stage.clock.advance(timedelta(days=60))
    with stage.read(stage.actor("alder")) as work:
        found = proposal(work, second)
    assert found is not None
    assert "delivery" not in found.lines[1]
    with stage.read(stage.actor("birch")) as work:
        assert proposal(work, third) is None
