"""The articles of the sworn declaration (CAND-12); pages say each of them in plain words.

They are part of what is submitted and hashed: another list takes another version.
"""

VERSION = "2026-08"
MANDATORY = ("L2141-1", "L2141-2", "L2141-3", "L2141-4", "L2141-5")
OPTIONAL = ("L2141-7", "L2141-7-1", "L2141-7-2", "L2141-8", "L2141-9", "L2141-10")
DISABLED_WORKERS = "L5212-1"  # to L5212-11 of the Code du travail


def as_sworn() -> dict[str, object]:
    """What the payload keeps of the declaration that was read."""
    return {
        "version": VERSION,
        "mandatory": list(MANDATORY),
        "optional": list(OPTIONAL),
        "disabled_workers": DISABLED_WORKERS,
    }
