"""A ranking kept as canonical JSON reads back equal, whatever its formulas."""

import json
from decimal import Decimal

from sad.kernel.canonical import canonical
from sad.kernel.money import Money
from sad.scoring.frozen import freeze, thaw
from sad.scoring.rules import Criterion
from sad.scoring.scoring import Offered, score
from sad.scoring.states import Method

CRITERIA = (
    Criterion("price", "price", Decimal("39.5"), Method.LINEAR, n=Decimal("2.5")),
    Criterion("days", "delay", Decimal("20.5"), Method.PROPORTIONAL),
    Criterion("green", "environment", Decimal(40), Method.JUDGED, minimum=Decimal(5)),
)


def test_a_ranking_reads_back_equal_from_its_canonical_bytes() -> None:
    results = score(
        CRITERIA,
        [
            Offered(id_, Money(cents), {"days": Decimal(days), "green": Decimal(green)})
            for id_, cents, days, green in [
                ("A", 12_345_67, "10", "12.5"),
                ("B", 20_000_01, "7", "20"),
                ("C", 1, "1", "4.999"),
            ]
        ],
    )
    kept = json.loads(canonical(freeze(results)))
    assert thaw(kept) == results
    assert canonical(freeze(thaw(kept))) == canonical(freeze(results))
