"""SIRET: fourteen digits with their key, and La Poste's exception."""

import re

from sad.kernel.errors import Invalid

DIGITS = 14
LA_POSTE, ITS_SEAT = "356000000", "35600000000048"
SPACES = re.compile(r"[\s\u00a0\u202f.-]")


class SiretWrong(Invalid):
    """Not fourteen digits, or the key does not match."""

    code = "siret.wrong"


def read_siret(text: str, where: str = "siret") -> str:
    """The fourteen digits; spaces, dots and dashes are accepted. Raises SiretWrong."""
    siret = SPACES.sub("", text)
    if not (siret.isascii() and siret.isdigit() and len(siret) == DIGITS and siret_key(siret)):
        raise SiretWrong(where)
    return siret


def siret_key(siret: str) -> bool:
    """Whether the keys of fourteen digits hold: Luhn on the SIREN and on the whole (ID-01).

    La Poste's offices: the sum of the digits is divisible by 5 instead (ID-02).
    """
    if siret.startswith(LA_POSTE) and siret != ITS_SEAT:
        return sum(map(int, siret)) % 5 == 0
    return luhn(siret[:9]) and luhn(siret)


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn key of the others."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
