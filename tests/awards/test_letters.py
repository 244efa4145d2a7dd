"""What letters reveal, and nothing more (P13)."""

import hashlib
import json
from decimal import Decimal

import pytest
from sqlmodel import col, select

from sad.evaluation import letters as issued
from sad.evaluation.states import LetterKind
from sad.evaluation.tables import Letter
from sad.kernel.actor import ENGINE
from sad.kernel.canonical import canonical
from sad.kernel.errors import NotFound
from tests.awards.steps import REASONS, decide, notify, propose, sign
from tests.conftest import OpenWork
from tests.evaluation.scene import Scene
from tests.support.cast import Cast


@pytest.fixture
def sent(work: OpenWork, cast: Cast, ranked: Scene) -> dict[tuple[str, str], Letter]:
    """Every letter of a market notified, by kind and supplier's part."""
    with work(cast.actor("officer")) as w:
        (award,) = propose(w, cast, ranked)
        decide(w, cast, ranked)
        sign(w, cast, award)
        notify(w, cast, award)
    parts = {id_: part for part, id_ in cast.suppliers.items()}
    with work(ENGINE) as w:
        rows = w.session.exec(select(Letter).order_by(col(Letter.issued_at))).all()
        return {(row.kind, parts[row.supplier_id]): row for row in rows}


def test_a_loser_can_compute_its_marks_again(sent: dict[tuple[str, str], Letter]) -> None:
    letter = sent["rejection", "alder"]
    (lot,) = letter.facts["lots"]  # type: ignore[misc]  # JSON
    (own,) = lot["groups"]
    price = next(mark for mark in own["marks"] if mark["label"] == "Prix")
    best, mine = price["figures"]["best"]["cents"], price["figures"]["own"]["cents"]
    assert round(Decimal(40) * best / mine, 2) == Decimal(price["points"])
    assert own["rank"] == 2
    assert [m["reason"] for m in own["marks"]][1:] == ["Bel état général."] * 2


def test_a_loser_reads_the_winners_name_marks_total_and_advantages(
    sent: dict[tuple[str, str], Letter],
) -> None:
    letter = sent["rejection", "alder"]
    (lot,) = letter.facts["lots"]  # type: ignore[misc]  # JSON
    (winner,) = lot["winners"]
    assert winner["name"] == "Atelier birch"
    assert winner["groups"][0]["price_cents"] == 320_000
    assert {mark["label"] for mark in winner["groups"][0]["marks"]} == {
        "Prix",
        "État et adéquation",
        "Environnement",
    }
    assert letter.facts["advantages"] == REASONS


def test_a_loser_reads_no_line_price_nor_another_losers_name(
    sent: dict[tuple[str, str], Letter],
) -> None:
    text = json.dumps(sent["rejection", "alder"].facts)
    assert "cedar" not in text
    for line_price in ("11000", "21000", "15000", "25000"):
        assert f": {line_price}," not in text
    assert "unit_cents" not in text


def test_letters_are_frozen_by_their_hash(sent: dict[tuple[str, str], Letter]) -> None:
    for letter in sent.values():
        assert hashlib.sha256(canonical(letter.facts)).hexdigest() == letter.sha256


def test_the_notification_says_how_to_be_paid(sent: dict[tuple[str, str], Letter]) -> None:
    facts = sent["notification", "birch"].facts
    assert facts["engagement_number"] == "E2026-0042"
    assert facts["invoice_siret"] == "99900000300015"
    assert [line["unit_cents"] for line in facts["lines"]] == [11_000, 21_000]  # type: ignore[index,union-attr]  # JSON
    assert facts["signatory"]["name"] == "Dominique Le Goff"  # type: ignore[index,call-overload]  # JSON


def test_only_the_supplier_concerned_and_the_agents_read_a_letter(
    work: OpenWork, read: OpenWork, cast: Cast, sent: dict[tuple[str, str], Letter]
) -> None:
    letter = sent["rejection", "alder"]
    for part in ("alder", "officer", "auditor"):
        with read(cast.actor(part)) as w:
            assert issued.letter(w, letter.id).kind == LetterKind.REJECTION
    for part in ("birch", "stranger", "other_officer"):
        with pytest.raises(NotFound), read(cast.actor(part)) as w:
            issued.letter(w, letter.id)
    with work(cast.actor("alder")) as w:
        issued.mark_read(w, letter.id)
    with read(ENGINE) as w:
        assert w.locate(Letter, letter.id).read_at is not None
