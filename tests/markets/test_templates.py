"""Markets kept as templates: listed when a market is prepared, copied without dates nor people."""

from datetime import UTC, datetime

import pytest

from sad.kernel.errors import Forbidden, NotFound
from sad.markets import queries, service, templates
from tests.conftest import OpenWork
from tests.support.cast import Cast
from tests.support.clock import FixedClock
from tests.support.markets import launched, ready
from tests.support.web import Site, text_of


def test_kept_once_copied_and_dropped(work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    with work(cast.actor("buyer")) as w:
        templates.keep(w, market.id)
        templates.keep(w, market.id)
        [one] = templates.listed(w)
        assert (one.market_id, one.lines, one.title) == (market.id, 3, "Tables et chaises")
        again = queries.one(w, service.copy(w, one.market_id).id)
        assert [line.code for line in again.frame.lines] == ["T-01", "C-01", "A-01"]
        assert again.row["deadline_at"] is None
        assert not templates.is_kept(w, again.id)
        templates.drop(w, market.id)
        templates.drop(w, market.id)
        assert templates.listed(w) == []


def test_of_a_closed_system_it_is_proposed_no_longer(
    work: OpenWork, cast: Cast, clock: FixedClock
) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    with work(cast.actor("buyer")) as w:
        templates.keep(w, market.id)
    clock.set(datetime(2031, 1, 1, tzinfo=UTC))
    with work(cast.actor("buyer")) as w:
        assert templates.listed(w) == []


@pytest.mark.parametrize("part", ["auditor", "evaluator", "alder"])
def test_who_may_not(part: str, work: OpenWork, cast: Cast) -> None:
    with work() as w:
        market = launched(w, cast, ready(w, cast))
    with pytest.raises(Forbidden), work(cast.actor(part)) as w:
        templates.keep(w, market.id)
    with pytest.raises(NotFound), work(cast.actor("other_officer")) as w:
        templates.keep(w, market.id)


def test_from_the_pages(site: Site) -> None:
    with site.work() as w:
        market = launched(w, site.cast, ready(w, site.cast))
    buyer, path = site.as_("buyer"), f"/marches/{market.id}/modele"
    assert buyer.post(path, {"keep": "oui"}).status_code == 303
    assert "Ne plus proposer comme modèle" in text_of(buyer.get(f"/marches/{market.id}"))
    assert "Ou repartir d’un modèle" in text_of(buyer.get("/marches/nouveau"))
    assert buyer.post(path, {}).status_code == 303
    assert "Ou repartir d’un modèle" not in text_of(buyer.get("/marches/nouveau"))
