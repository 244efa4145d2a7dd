"""A visit as it is announced to the invited (P20)."""

from sad.markets.visits import visit_words

NONE = dict.fromkeys(("visit_who", "visit_first", "visit_criterion")) | {
    "visit": "",
    "visit_checklist": "Elle est stable\n\nElle est propre",
}
LABELS = {"condition": "État des pièces"}


def test_nothing_planned_announces_nothing() -> None:
    assert visit_words(NONE, LABELS) == ""
    assert visit_words(NONE | {"visit": " Sur rendez-vous. "}, LABELS) == "Sur rendez-vous."


def test_who_what_and_why() -> None:
    planned = {"visit_who": "first", "visit_first": 3, "visit_criterion": "condition"}
    first, second, third = visit_words(NONE | planned | {"visit": "En mai."}, LABELS).splitlines()
    assert first.startswith("Les 3 premières structures du classement provisoire. Deux agents")
    assert first.endswith("éclaire le critère « État des pièces » et n’en ajoute pas.")
    assert second == "En mai."
    assert third == "Points regardés : Elle est stable ; Elle est propre."
    alone = NONE | {"visit_who": "first", "visit_first": 1, "visit_criterion": "gone"}
    assert visit_words(alone, LABELS).startswith("La première structure")
    assert "critère" not in visit_words(alone, LABELS)
    assert visit_words(NONE | {"visit_who": "all"}, LABELS).startswith("Toutes les structures")
