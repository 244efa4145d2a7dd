"""What stands between a draft and its launch: every check, in the order of the pages.

`missing_to_launch` gives everything at once: it fills the checklist, disables the button and is
the body of the refusal. The ids are listed in docs/controles.md.
"""

from sad.markets import content_checks, gate_checks, timing_checks, wording_checks
from sad.markets.checking import Check
from sad.markets.facts import Finding, LaunchFacts
from sad.markets.states import Section

CHECKS: tuple[Check, ...] = (
    *gate_checks.GATES,
    *content_checks.NEED,
    *gate_checks.NEED,
    *content_checks.LINES,
    *content_checks.CRITERIA,
    *content_checks.CONDITIONS,
    *content_checks.DELIVERY,
    *content_checks.AWARD,
    *timing_checks.DEADLINE,
    *content_checks.CREDITS,
    *wording_checks.WORDING,
)
_ORDER = {section: place for place, section in enumerate(Section)}


def missing_to_launch(facts: LaunchFacts) -> list[Finding]:
    """Everything that blocks or deserves a look: the system's first, then page by page."""
    found = [finding for check in CHECKS for finding in check(facts)]
    return sorted(found, key=_page)


def _page(finding: Finding) -> int:
    return -1 if finding.section is None else _ORDER[finding.section]
