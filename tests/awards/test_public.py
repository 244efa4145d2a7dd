"""What everybody reads of an award: nothing before the notification, then a name and an amount."""

from sad.awards import public
from sad.kernel.actor import ANONYMOUS
from sad.kernel.money import Money
from sad.markets.tables import SpecificMarket
from tests.awards.steps import decide, notify, propose, sign
from tests.conftest import OpenWork
from tests.evaluation.scene import Scene
from tests.support.cast import Cast


def test_a_result_is_public_once_notified(
    work: OpenWork, read: OpenWork, cast: Cast, ranked: Scene
) -> None:
    def shown() -> list[public.PublicResult]:
        with read(ANONYMOUS) as r:
            market = r.locate(SpecificMarket, ranked.market_id)
            return public.results(r, market.organisation_id, market.system_id)

    officer = cast.actor("officer")
    with work(officer) as w:
        (award,) = propose(w, cast, ranked)
    assert shown() == []
    with work(officer) as w:
        decide(w, cast, ranked)
    with work(officer) as w:
        sign(w, cast, award)
    assert shown() == []
    with work(officer) as w:
        notify(w, cast, award)
    (result,) = shown()
    assert (result.winner, result.ht) == ("Atelier birch", Money(award.ht_cents))
    with read(ANONYMOUS) as r:
        market = r.locate(SpecificMarket, ranked.market_id)
        elsewhere = (cast.other_organisation_id, market.system_id, None)
        other = (market.organisation_id, market.system_id, market.system_id)
        assert public.results(r, *elsewhere) == public.results(r, *other) == []
