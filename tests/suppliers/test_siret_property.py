"""SIRET whatever the digits: Luhn twice, La Poste's own sum, spaces anywhere (ID-01, ID-02)."""

from hypothesis import given
from hypothesis import strategies as st

from sad.kernel.siret import read_siret, siret_key

DIGITS = "0123456789"
POSTE, SEAT = "356000000", "35600000000048"


def luhn(digits: str) -> bool:
    """Luhn's sum, written another way than the library's."""
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def completed(body: str) -> str:
    """The digits with the last one that makes the key right."""
    return next(body + d for d in DIGITS if luhn(body + d))


@st.composite
def valid_sirets(draw: st.DrawFn) -> str:
    """A SIREN with its key, an establishment with its own."""
    siren = completed(draw(st.text(DIGITS, min_size=8, max_size=8)))
    return completed(siren + draw(st.text(DIGITS, min_size=4, max_size=4)))


@given(valid_sirets().filter(lambda s: not s.startswith(POSTE)), st.data())
def test_a_right_key_is_read_with_spaces_anywhere(siret: str, data: st.DataObject) -> None:
    spaced = "".join(d + data.draw(st.sampled_from(["", " ", "\u00a0", "\u202f"])) for d in siret)
    assert read_siret(spaced) == siret


@given(valid_sirets().filter(lambda s: not s.startswith(POSTE)), st.integers(0, 13), st.data())
def test_one_wrong_digit_is_always_seen(siret: str, place: int, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from([d for d in DIGITS if d != siret[place]]))
    changed = siret[:place] + other + siret[place + 1 :]
    if not changed.startswith(POSTE):
        assert not siret_key(changed)


@given(st.text(DIGITS, min_size=5, max_size=5))
def test_la_poste_adds_its_digits(office: str) -> None:
    siret = POSTE + office
    expected = luhn(siret) if siret == SEAT else sum(map(int, siret)) % 5 == 0
    assert siret_key(siret) == expected


@given(st.text(DIGITS, max_size=20).filter(lambda s: len(s) != 14))
def test_fourteen_digits_and_no_other_number(digits: str) -> None:
    assert not siret_key(digits)
