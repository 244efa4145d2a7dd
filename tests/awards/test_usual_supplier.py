"""Check C09: a category whose last awards all went to one structure says so before a launch."""

import pytest

from sad.categories.tables import Category
from sad.markets import checks
from sad.markets.tables import SpecificMarket
from tests.awards.steps import decide, propose
from tests.conftest import OpenWork
from tests.evaluation.scene import Scene
from tests.support.cast import Cast


def test_the_usual_supplier_is_who_had_every_one_of_the_last_awards(
    work: OpenWork, cast: Cast, ranked: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> str:
        with work(cast.actor("officer")) as w:
            category = w.get(Category, w.get(SpecificMarket, ranked.market_id).category_id)
            return checks.usual_supplier(w, category)

    monkeypatch.setattr(checks, "LAST_AWARDS", 1)
    with work(cast.actor("officer")) as w:
        propose(w, cast, ranked)
    assert told() == ""  # proposed is not given
    with work(cast.actor("officer")) as w:
        decide(w, cast, ranked)
    assert told() == "Atelier birch"
    monkeypatch.setattr(checks, "LAST_AWARDS", 3)
    assert told() == ""  # one award is no habit
