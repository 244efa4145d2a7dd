"""Ids of answers tell neither an instant nor a number."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Integer, select

from sad.attachments.tables import Attachment
from sad.models import metadata
from sad.offers.opening import open_offers
from sad.offers.tables import Deposit, LateDeposit
from tests.offers.conftest import Stage
from tests.offers.scene import OPENING, T

OF_ANSWERS = ("offer_slot", "deposit", "late_deposit", "offer", "offer_line", "attachment")
COUNTED = {"version", "frame_version", "size", "slices"}  # of the thing itself, not of its rank


def test_deposits_receipts_and_late_ones_are_random(stage: Stage) -> None:
    numbers = [stage.submit("alder").number for _ in range(3)]
    numbers.append(stage.withdraw("alder").number)
    digest = stage.put("birch")
    stage.clock.set(T + timedelta(milliseconds=1))
    numbers.append(stage.submit("birch", digest).number)
    with stage.read() as work:
        connection = work.session.connection()
        ids = [*connection.execute(select(Deposit.id)).scalars()]
        ids += connection.execute(select(LateDeposit.id)).scalars()
    assert len(ids) == 6
    assert {UUID(str(one)).version for one in ids} == {4}
    assert len({number[3:7] for number in numbers}) == 5  # nothing shared at their heads


def test_files_keep_their_random_id_once_opened(stage: Stage) -> None:
    from sad.attachments.intake import Intake
    from sad.offers import files

    class Nowhere:
        def write(self, block: bytes) -> None:
            pass

    intake = Intake("devis.txt", None, Nowhere(), b"k" * 32, room=1000, most=1)
    intake.write(b"dix lampes\n")
    received = intake.finish()
    with stage.work(stage.actor("alder")) as work:
        given = files.attach(work, stage.scene.market_id, None, received, "0" * 32, b"k" * 32)
    stage.submit("alder")
    stage.clock.set(OPENING)
    with stage.work(stage.actor("buyer")) as work:
        open_offers(work, stage.scene.market_id)
    with stage.read() as work:
        (kept,) = work.session.connection().execute(select(Attachment.id)).scalars()
    assert UUID(given.id).version == 4 and str(kept) == given.id


def test_no_table_of_answers_counts_its_rows() -> None:
    for name in OF_ANSWERS:
        table = metadata.tables[name]
        counters = {
            column.name
            for column in table.columns
            if isinstance(column.type, Integer) and not column.name.endswith("_cents")
        }
        assert counters <= COUNTED, name
        assert not any(column.autoincrement is True for column in table.columns), name
