"""Numbers as people type them (acceptance 26): read exactly, or refused with what is accepted."""

import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.rendering.french import euros, number
from sad.kernel.digits import NumberRefused
from sad.kernel.french import parse_decimal, parse_money, parse_percent, parse_quantity
from sad.kernel.money import Money

SPACES = " \u00a0\u202f\u2009\u2007\u2003\u3000"
ANY_TEXT = st.one_of(st.text(max_size=50), st.text("0123456789.,- \u202f\u00a0€e+'٣2", max_size=14))


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12,50", 1250),
        ("1 234,5", 123450),
        ("1\u00a0234,5", 123450),
        ("1\u202f234,5", 123450),
        ("1\u2009234\u2009567,08", 123456708),
        ("12.5", 1250),
        ("12 €", 1200),
        ("12€", 1200),
        ("12,50\u00a0€", 1250),
        ("  0 ", 0),
        ("0,05", 5),
        ("0.10", 10),
        ("007", 700),
        ("1234,5", 123450),
        ("1 234.56", 123456),
        ("\u00a012\u202f", 1200),
        ("999 999 999,99", 99999999999),
    ],
)
def test_money_is_read_as_typed(text: str, cents: int) -> None:
    assert parse_money(text) == Money(cents)
    assert Money.parse(text) == Money(cents)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12,345", "number.too_precise"),
        ("12.3456", "number.too_precise"),
        ("-3", "number.negative"),
        ("\u22123,5 €", "number.negative"),
        ("abc", "number.unreadable"),
        ("1,234.50", "number.two_separators"),
        ("1.234,50", "number.two_separators"),
        ("1 234,50,2", "number.two_separators"),
        ("1.234", "number.ambiguous"),
        ("999.999", "number.ambiguous"),
        ("1 23,4", "number.bad_groups"),
        ("1234 567", "number.bad_groups"),
        ("12 34", "number.bad_groups"),
        ("1  234", "number.bad_groups"),
        ("0 123", "number.bad_groups"),
        ("1,234 567", "number.bad_groups"),
        ("12 ,5", "number.bad_groups"),
        ("1e3", "number.unreadable"),
        ("1E3", "number.unreadable"),
        ("NaN", "number.unreadable"),
        ("Infinity", "number.unreadable"),
        ("+3", "number.unreadable"),
        ("(3)", "number.unreadable"),
        ("1_000", "number.unreadable"),
        ("1'234", "number.unreadable"),
        ("12,", "number.unreadable"),
        (",50", "number.unreadable"),
        ("12 $", "number.unreadable"),
        ("12 €€", "number.unreadable"),
        ("12€50", "number.unreadable"),
        ("\uff11\uff12", "number.unreadable"),
        ("\u0663", "number.unreadable"),
        ("\u00b2", "number.unreadable"),
        ("1\u200b234", "number.unreadable"),
        ("12\n34", "number.unreadable"),
        ("1\t234", "number.unreadable"),
        ("", "number.missing"),
        ("   ", "number.missing"),
        ("€", "number.missing"),
        ("1 000 000 000", "number.too_large"),
        ("1" * 40, "number.too_large"),
        ("1" * 1_000_000, "number.unreadable"),
    ],
)
def test_anything_else_is_refused_naming_the_field(text: str, code: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        parse_money(text, where="lines.3.price")
    assert refused.value.code == code
    assert refused.value.where == "lines.3.price"
    assert refused.value.facts["example"] == Decimal("1234.56")
    assert len(refused.value.facts["text"]) <= 41


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("12", "12"), ("0", "0"), ("1,234", "1.234"), ("0.125", "0.125"), ("1 234.567", "1234.567")],
)
def test_a_quantity_has_three_decimals(text: str, quantity: str) -> None:
    assert parse_quantity(text) == Decimal(quantity)


def test_a_quantity_with_a_point_and_three_digits_is_never_guessed() -> None:
    with pytest.raises(NumberRefused) as refused:
        parse_quantity("1.234")
    assert refused.value.code == "number.ambiguous"


def test_a_quantity_fits_its_column() -> None:
    assert parse_quantity("999 999,999") == Decimal("999999.999")
    with pytest.raises(NumberRefused) as refused:
        parse_quantity("1 000 000")
    assert refused.value.code == "number.too_large"


def test_a_weight_in_percent() -> None:
    weights = [parse_percent(text) for text in ("33,33", "33,33 %", "33.34\u202f%")]
    assert sum(weights) == 100


def test_a_unit_is_accepted_only_where_it_belongs() -> None:
    with pytest.raises(NumberRefused):
        parse_quantity("12 €")
    with pytest.raises(NumberRefused):
        parse_decimal("12,5", 0)


@given(st.integers(0, 99_999_999_999))
def test_what_we_write_we_read_back(cents: int) -> None:
    assert Money.parse(euros(cents)) == Money(cents)


@given(st.integers(0, 10**6 - 1), st.integers(0, 999))
def test_quantities_we_write_we_read_back(whole: int, thousandths: int) -> None:
    quantity = whole + Decimal(thousandths) / 1000
    assert parse_quantity(number(quantity)) == quantity


@given(st.integers(1000, 10**9 - 1), st.sampled_from(SPACES), st.sampled_from(",."))
def test_any_space_groups_thousands(whole: int, space: str, point: str) -> None:
    text = f"{whole:,}".replace(",", space) + f"{point}25"
    assert parse_money(text) == Money(whole * 100 + 25)


@given(ANY_TEXT)
@example("1.234")
@example("1,5e2")
def test_a_text_is_read_digit_for_digit_or_refused(text: str) -> None:
    try:
        read = parse_decimal(text, 2)
    except NumberRefused:
        return
    digits = re.sub(r"\s", "", text).replace(",", ".")
    assert re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", digits, re.ASCII)
    assert read == Decimal(digits)
