"""The faults Pydantic finds, said in French to the person who writes a family file."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

Facts = Mapping[str, Any]


def sentence(kind: str, facts: Facts, value: Any, known: Sequence[str] = ()) -> str:
    """The French sentence of one Pydantic error; `known` are the keys accepted beside it."""
    if kind == "extra_forbidden":
        return _unknown(str(facts.get("key", "")), known)
    say = _SENTENCES.get(kind)
    return say(facts, value) if say else f"valeur refusée : {shown(value)}."


def shown(value: Any) -> str:
    """A value as it can be quoted in a sentence, cut when long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "une liste"
    if isinstance(value, dict):
        return "une table"
    text = str(value)
    return f"« {text[:60]}… »" if len(text) > 60 else f"« {text} »"


def _unknown(key: str, known: Sequence[str]) -> str:
    near = get_close_matches(key, known, n=1)
    if near:
        return f"clé inconnue ; vouliez-vous écrire « {near[0]} » ?"
    return "clé inconnue ; retirez-la ou corrigez son nom (voir catalog_categories/README.md)."


def _expected(facts: Facts, value: Any) -> str:
    return f"{shown(value)} n'est pas accepté ; valeurs possibles : {facts['expected']}."


def _pattern(facts: Facts, value: Any) -> str:
    meaning = _PATTERNS.get(str(facts["pattern"]), f"le motif {facts['pattern']}")
    return f"{shown(value)} n'a pas la forme attendue : {meaning}."


def _too_short(facts: Facts, value: Any) -> str:
    if isinstance(value, str):
        return "le texte est vide ; écrivez-le."
    count = len(value) if isinstance(value, (list, tuple)) else facts["actual_length"]
    return f"la liste est trop courte : {facts['min_length']} au moins, il y en a {count}."


def _too_long(facts: Facts, value: Any) -> str:
    return f"le texte est trop long : {facts['max_length']} signes au plus, il en a {len(value)}."


_PATTERNS = {
    r"^[0-9]{8}$": "huit chiffres, sans le chiffre de contrôle",
    r"^[a-z][a-z0-9_]*$": "des minuscules sans accent, des chiffres et « _ »",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "des minuscules sans accent, des chiffres et des tirets",
    r"^[A-Za-z0-9_]+$": "des lettres sans accent, des chiffres et « _ »",
}


def _must_be(what: str) -> Callable[[Facts, Any], str]:
    return lambda facts, value: f"{what} est attendu, pas {shown(value)}."


_SENTENCES: dict[str, Callable[[Facts, Any], str]] = {
    "missing": lambda facts, value: "cette clé manque ; elle est obligatoire.",
    "literal_error": _expected,
    "enum": _expected,
    "string_pattern_mismatch": _pattern,
    "string_type": _must_be("un texte entre guillemets"),
    "string_too_short": lambda facts, value: "le texte est vide ; écrivez-le.",
    "string_too_long": _too_long,
    "too_long": _too_long,
    "int_type": _must_be("un nombre entier sans guillemets"),
    "is_instance_of": _must_be("un nombre sans guillemets"),
    "decimal_type": _must_be("un nombre sans guillemets"),
    "decimal_max_places": lambda facts, value: (
        f"{facts['decimal_places']} décimales au plus, pas {shown(value)}."
    ),
    "bool_type": _must_be("« true » ou « false » sans guillemets"),
    "tuple_type": _must_be("une liste"),
    "dict_type": _must_be("une table"),
    "model_type": _must_be("une table"),
    "too_short": _too_short,
    "greater_than": lambda facts, value: f"doit dépasser {facts['gt']}, pas {shown(value)}.",
    "greater_than_equal": lambda facts, value: f"{facts['ge']} au moins, pas {shown(value)}.",
    "less_than_equal": lambda facts, value: f"{facts['le']} au plus, pas {shown(value)}.",
    "finite_number": _must_be("un nombre fini"),
}
