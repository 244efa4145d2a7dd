"""SIRET: the key, the spaces people type, La Poste's exception (acceptance 10)."""

import pytest

from sad.kernel.siret import SiretWrong, read_siret


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("73282932000074", "73282932000074"),
        ("732 829 320 00074", "73282932000074"),
        (" 732\u00a0829\u202f320.00074 ", "73282932000074"),
        ("35600000000048", "35600000000048"),  # La Poste's seat keeps the common key
        ("35600000049837", "35600000049837"),  # one of its offices
    ],
)
def test_a_siret_is_read_with_its_spaces(typed: str, read: str) -> None:
    assert read_siret(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["", "7328293200007", "732829320000745", "73282932000075", "35600000000013", "7328293200007a",
     "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"],
)  # fmt: skip
def test_a_wrong_siret_names_its_field(typed: str) -> None:
    with pytest.raises(SiretWrong) as refused:
        read_siret(typed, "siret")
    assert refused.value.where == "siret"
