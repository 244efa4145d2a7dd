"""Which routes seem to be the system's own; amounts beside credits with tax."""

from sad.inventories.rules import in_basis
from sad.inventories.sums import bought_here
from sad.kernel.money import Money


def test_the_routes_bought_through_the_system() -> None:
    sample = ["Marchés de travaux", "Mobilier réutilisé", "SAD réemploi / surcyclage", "Neuf"]
    assert bought_here(sample) == [False, False, True, False]
    assert bought_here(["Réemploi", "Reconditionné", "Neuf"]) == [True, True, False]
    assert bought_here(["Bleu", "Vert"]) == [False, False]


def test_an_estimate_beside_credits() -> None:
    assert in_basis(Money(100_01), "ttc") == Money(120_01)
    assert in_basis(Money(100_01), "ht") == Money(100_01)
