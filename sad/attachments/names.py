"""Names of files as people gave them, made safe to keep, show and write on any disk."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 120
"""Characters of a sanitised name, extension included."""
LONGEST_BYTES = 200
"""Bytes of it in UTF-8: disks allow 255, and callers may put a number in front."""
UNNAMED = "document"

_PUNCTUATION = frozenset(" ._()[]'’&+,;=@!#%°~€«»")
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*")


def clean_name(raw: str) -> str:
    """The last part of a path given by a browser, without what could mislead or hurt.

    Letters of every alphabet, digits, spaces and a few signs stay; control characters, direction
    overrides, emoji, separators and what Windows forbids go; names that Windows reserves get a
    « _ » in front. At most LONGEST characters and LONGEST_BYTES bytes, the extension kept. The same
    name always gives the same result, and a cleaned name cleans to itself.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw).rstrip("/\\"))[-1]
    kept = "".join(_safe(character) for character in last)
    tidy = re.sub(r"[ .]*\.", ".", re.sub(r" +", " ", kept)).strip(" ").rstrip(" .")
    stem, extension = _split(unicodedata.normalize("NFC", tidy))
    if _RESERVED.fullmatch(stem.partition(".")[0]):
        stem = f"_{stem}"
    return (_shortened(stem, extension) or UNNAMED) + extension


def extension(name: str) -> str:
    """What follows the last dot, in lower case, without the dot; empty if there is none."""
    return _split(name)[1][1:].lower()


def disposition(name: str) -> str:
    """The `Content-Disposition` that downloads under that name, never displays (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _safe(character: str) -> str:
    if character in _PUNCTUATION:
        return character
    if character.isspace():
        return " "
    kind = unicodedata.category(character)
    if kind in ("Nd", "No", "Mc", "Pd") or (kind[0] == "L" and character not in _BLANK_LETTERS):
        return character
    # Variation selectors are marks too, and only serve emoji and rare glyphs.
    if kind == "Mn" and not 0xFE00 <= ord(character) <= 0xFE0F:
        return character
    return "_" if character in '<>:"|?*$' else ""


def _split(name: str) -> tuple[str, str]:
    """Stem, and extension with its dot when it looks like one."""
    stem, dot, last = name.rpartition(".")
    if dot and _EXTENSION.fullmatch(dot + last):
        return stem.strip(" ."), dot + last
    return name.strip(" ."), ""


def _shortened(stem: str, extension: str) -> str:
    stem = stem[: LONGEST - len(extension)]
    room = LONGEST_BYTES - len(extension)
    stem = stem.encode()[:room].decode(errors="ignore")
    return stem.strip(" .")
