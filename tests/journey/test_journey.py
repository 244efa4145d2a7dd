"""One market from waiting candidatures to both letters, by the pages alone, on both databases."""

from tests.journey import steps
from tests.support.web import Site


def test_the_whole_journey_by_the_pages(site_on: Site) -> None:
    """What the issue asks to be shown when done, step after step."""
    site = site_on
    system_id, category_id, envelope_id = steps.prepared(site)
    steps.candidatures_decided(site, system_id, category_id)
    market = steps.market_launched(site, category_id, envelope_id)
    assert steps.movements(site, market) == ["reservation"]
    for part in ("alder", "birch"):
        steps.answered(site, market, part)
    steps.nothing_shows_before_the_opening(site, market)
    steps.time_passes(site, market)
    steps.opened(site, market)
    steps.judged_and_ranked(site, market)
    steps.awarded(site, market)
    steps.money_and_letters(site, market)
    steps.journal_intact(site, market)
