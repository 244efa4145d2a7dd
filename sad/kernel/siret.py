"""SIRET: fourteen digits with their key, and La Poste's exception (ID-01, ID-02)."""

import re

from stdnum.fr import siret as checked

from sad.kernel.errors import Invalid

SPACES = re.compile(r"[\s\u00a0\u202f.-]")


class SiretWrong(Invalid):
    """Not fourteen digits, or the key does not match."""

    code = "siret.wrong"


def read_siret(text: str, where: str = "siret") -> str:
    """The fourteen digits; spaces, dots and dashes are accepted. Raises SiretWrong."""
    siret = compact(text)
    if not siret_key(siret):
        raise SiretWrong(where)
    return siret


def compact(text: str) -> str:
    """What was typed without its spaces, dots and dashes."""
    return SPACES.sub("", text)


def siret_key(siret: str) -> bool:
    """Whether these are fourteen digits with Luhn's key, on the SIREN too (ID-01).

    La Poste's, but its head office's, add up to a multiple of 5 instead (ID-02).
    """
    return siret.isascii() and bool(checked.is_valid(siret))
