"""Two screens that ask questions: double mean (OAB-01) and second lowest (OAB-02)."""

from decimal import Decimal

from sad.kernel.money import Money
from sad.scoring.low_prices import double_mean, screen, second_lowest


def prices(*euros: int) -> dict[str, Money]:
    return {f"o{i}": Money(each * 100) for i, each in enumerate(euros)}


def test_the_double_mean_forgets_what_is_too_dear_first() -> None:
    # mean 1 120; 2 000 is more than 20 % above and dropped; mean of the others 900
    (suspect,) = double_mean(prices(1000, 1000, 1000, 600, 2000))
    assert suspect.offer == "o3"
    assert suspect.reference == Money(900_00)
    assert suspect.percent_below == Decimal("33.33")


def test_exactly_ten_percent_below_is_questioned() -> None:
    # kept: 900, 1 000, 1 100, mean 1 000
    assert [suspect.offer for suspect in double_mean(prices(900, 1000, 1100))] == ["o0"]
    assert double_mean(prices(901, 1000, 1099)) == []


def test_nobody_is_suspect_alone_equal_or_absent() -> None:
    assert double_mean({}) == []
    assert double_mean(prices(10)) == []
    assert double_mean(prices(10, 10, 10)) == []


def test_the_second_lowest_screen_needs_five_offers_and_both_gaps() -> None:
    (suspect,) = second_lowest(prices(1000, 1000, 499, 1000, 1000))
    assert (suspect.offer, suspect.reference) == ("o2", Money(1000_00))
    assert second_lowest(prices(1000, 1000, 499, 1000)) == []
    assert second_lowest(prices(1000, 1000, 500, 1000, 1000)) == []
    assert second_lowest(prices(450, 500, 1500, 1500, 1500)) == []


def test_every_figure_of_the_screens_is_said() -> None:
    found = screen(prices(1000, 1000, 1000, 600, 2000))
    assert found is not None
    assert (found.offers, found.mean, found.ceiling) == (5, Money(1120_00), Money(1344_00))
    assert (found.kept, found.reference, found.threshold) == (4, Money(900_00), Money(810_00))
    assert (found.half, found.near) == (Money(625_00), Money(800_00))
    assert [one.code for one in found.suspects] == [
        "evaluation.low_double_mean",
        "evaluation.low_second_lowest",
    ]
    four = screen(prices(900, 1000, 1100, 1000))
    assert four is not None and four.half is None and four.near is None
    assert screen(prices(10)) is None


def test_the_screens_do_not_depend_on_the_order() -> None:
    given = prices(300, 900, 1000, 1000, 1100)
    backwards = dict(reversed(given.items()))
    assert double_mean(given) == double_mean(backwards)
    assert second_lowest(given) == second_lowest(backwards)
