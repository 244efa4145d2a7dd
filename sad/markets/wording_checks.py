"""The checks of what is written: near suppliers preferred, papers asked too soon, a brand named.

They find words, not intentions: they warn, and quote what they found.
"""

import re
from collections.abc import Iterable

from sad.kernel.errors import Problem
from sad.markets.checking import warns
from sad.markets.facts import LaunchFacts
from sad.markets.states import Section

_WHO = (
    r"(?:entreprises?|fournisseurs?|artisans?|structures?|acteurs?|sociétés?|prestataires?"
    r"|candidats?|ateliers?|associations?|ressourceries?|recycleries?|producteurs?)"
)
_HERE = (
    r"(?:loca(?:l|le|les|ux)\b|régiona(?:l|le|les|ux)\b|proches?\b|voisine?s?\b|d'ici\b"
    r"|du (?:territoire|département|secteur|coin|bassin|pays)\b"
    r"|de (?:la région|proximité|l'agglomération|la commune|notre))"
)
_PREFERENCE = re.compile(
    rf"\b{_WHO}\s+(?:\S+\s+){{0,2}}?{_HERE}"
    r"|préférence\s+(?:\S+\s+){0,3}?(?:locale?s?|régionale?s?|géographique|territoriale)"
    r"|\b(?:situ|implant|install|bas|établi)\w*\s+(?:dans|en|à|sur)\s+(?:\S+\s+)?"
    r"(?:département|région|territoire|agglomération|commune|proximité|moins)"
    r"|\bcircuits?\s+courts?",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"\bproximité|\bdistances?\b|\bkilom|\b\d+\s*km\b|\bkm\b|\bimplant(?:é|ation)"
    r"|\b(?:du|dans le) département\b",
    re.IGNORECASE,
)
SAYING_WHERE = {Section.NEED, Section.CRITERIA, Section.CONDITIONS}
_STATUS = re.compile(
    r"économie sociale|\bESS\b|\bESUS\b|\bSIAE\b|\bESAT\b|\bSCOP\b|\bSCIC\b|statut juridique"
    r"|(?:entreprises?|structures?|ateliers?) (?:d'insertion|adaptée?s?|inclusive?s?|solidaires?)"
    r"|être (?:une )?association|statut associatif",
    re.IGNORECASE,
)
_PAPERS = re.compile(
    r"bilans?\s+(?:comptables?|des? (?:deux|trois|\d))|chiffres?\s+d'affaires|liasses?\s+fiscales?"
    r"|attestations?\s+(?:fiscales?|sociales?|urssaf|de vigilance|de régularité)"
    r"|certificats?\s+(?:fiscaux|fiscal|sociaux|social)|\bk-?bis\b|casier judiciaire"
    r"|(?:références?|marchés?)\s+similaires?|liste des références"
    r"|garantie\s+bancaire|caution(?:nement)?\b|\bdc[124]\b|mémoires?\s+techniques?"
    r"|curriculum|\bcv\b|organigramme",
    re.IGNORECASE,
)
_BRAND = re.compile(r"\bde\s+(?:la\s+)?marque\s+\S+|\bmarque\s*:\s*\S+", re.IGNORECASE)
_EQUIVALENT = re.compile(r"équivalent|similaire", re.IGNORECASE)


@warns("C20", "Article L3")
def local_preference(facts: LaunchFacts) -> Iterable[Problem]:
    """No preference of place, whatever the page it is written on."""
    for section, words in _found(facts, _PREFERENCE):
        yield _quoted("markets.local_preference", section, words)


@warns("C21", "Articles L3 et R2152-7")
def local_criterion(facts: LaunchFacts) -> Iterable[Problem]:
    """Distance and the place of a workshop are no criterion (P9)."""
    told = {section for section, _ in _found(facts, _PREFERENCE)}
    for section, words in _found(facts, _NEAR):
        if section is Section.CRITERIA:
            yield _quoted("markets.local_criterion", section, words)
        elif section in SAYING_WHERE - told:
            yield _quoted("markets.local_preference", section, words)


@warns("C22", "Articles L3 et R2152-7")
def status_criterion(facts: LaunchFacts) -> Iterable[Problem]:
    """Being of the social economy is no criterion (P9, EX-16): what is done for it may be."""
    for section, words in _found(facts, _STATUS):
        if section is Section.CRITERIA:
            yield _quoted("markets.status_criterion", section, words)


@warns("C23", "Articles L2142-1 et R2144-7")
def disproportionate_papers(facts: LaunchFacts) -> Iterable[Problem]:
    """Papers are asked of the winner only; levels stay in proportion (P8)."""
    for section, words in _found(facts, _PAPERS):
        yield _quoted("markets.papers_disproportionate", section, words)


@warns("C24", "Article R2111-7")
def brand_named(facts: LaunchFacts) -> Iterable[Problem]:
    """A brand is named only where nothing else describes the piece, « ou équivalent » beside."""
    for text in facts.texts:
        found = _BRAND.search(_plain(text.words))
        if found and not _EQUIVALENT.search(text.words):
            yield _quoted("markets.brand_named", text.section, found.group(0))
            return


def _found(facts: LaunchFacts, pattern: re.Pattern[str]) -> Iterable[tuple[Section, str]]:
    """The first words of each section that the pattern finds."""
    told = set()
    for text in facts.texts:
        found = pattern.search(_plain(text.words))
        if found and text.section not in told:
            told.add(text.section)
            yield text.section, found.group(0)


def _plain(words: str) -> str:
    return " ".join(words.replace("’", "'").split())


def _quoted(code: str, section: Section, words: str) -> Problem:
    return Problem(code, section, {"words": words.strip(" .,;:")})


WORDING = (
    local_preference,
    local_criterion,
    status_criterion,
    disproportionate_papers,
    brand_named,
)
