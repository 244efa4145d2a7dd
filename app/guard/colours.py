"""Colours and number formats of an XLSX workbook: themes, tints, palettes (ECMA-376, 18.8)."""

import re
from colorsys import hls_to_rgb, rgb_to_hls

from app.guard.package import attribute

# The palette of `indexed` colours when the file has none of its own (18.8.27): 8 twice, then 40.
_FIRST = "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF"
_PALETTE = tuple(
    f"{_FIRST} {_FIRST} 800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366"
    " FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 008080"
    " 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 3366FF 33CCCC 99CC00 FFCC00"
    " FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333".split()
)
# Cells name the theme's colours in another order than the theme does: light before dark.
_THEME_ORDER = [
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
]
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTS = {9, 10}
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


class Theme:
    """Hears `theme1.xml`: the colours cells refer to by number."""

    def __init__(self) -> None:
        self._named: dict[str, str] = {}
        self._current: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _THEME_ORDER:
            self._current = name
        elif self._current and name in ("srgbClr", "sysClr"):
            colour = attributes.get("lastClr") or attributes.get("val", "")
            self._named.setdefault(self._current, colour)

    def end(self, name: str) -> None:
        if name in _THEME_ORDER:
            self._current = None

    def text(self, text: str) -> None:
        """A theme has no text."""

    def colour(self, index: int) -> str | None:
        """The colour of a theme index; None when the theme has none."""
        if not 0 <= index < len(_THEME_ORDER):
            return None
        return _hexadecimal(self._named.get(_THEME_ORDER[index], ""))


class Styles:
    """Hears `styles.xml`: for each cell style, its fill colour and how it shows numbers."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._palette: list[str] = []
        self._fills: list[str | None] = []
        self._raw_fills: list[dict[str, str] | None] = []
        self._formats: dict[int, str] = {}
        self._cells: list[tuple[int, int]] = []  # fill, number format
        self._inside: list[str] = []
        self._pattern = "none"

    def start(self, name: str, attributes: dict[str, str]) -> None:
        parent = self._inside[-1] if self._inside else ""
        self._inside.append(name)
        if name == "xf" and parent == "cellXfs":
            fill = _whole(attributes.get("fillId")) if attributes.get("applyFill") != "0" else 0
            self._cells.append((fill, _whole(attributes.get("numFmtId"))))
        elif name == "numFmt":
            self._formats[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "rgbColor":
            self._palette.append(attributes.get("rgb", ""))
        elif "fills" in self._inside:
            self._start_fill(name, attributes)

    def _start_fill(self, name: str, attributes: dict[str, str]) -> None:
        if name == "fill":
            self._raw_fills.append(None)
        elif name in ("patternFill", "gradientFill"):
            self._pattern = attributes.get("patternType", "none")
            if name == "gradientFill":
                self._pattern = "gradient"
        elif self._raw_fills and self._raw_fills[-1] is None and self._paints(name):
            self._raw_fills[-1] = attributes

    def _paints(self, name: str) -> bool:
        """Whether a colour is what the eye sees: the front of a solid fill, a gradient's first."""
        return (name, self._pattern) in (("fgColor", "solid"), ("color", "gradient"))

    def end(self, name: str) -> None:
        self._inside.pop()

    def text(self, text: str) -> None:
        """Styles have no text."""

    def fill(self, style: int) -> str | None:
        """`RRGGBB` of a cell style; None for no fill and for white."""
        if not 0 <= style < len(self._cells):
            return None
        if len(self._fills) < len(self._raw_fills):  # once, when all is heard
            self._fills = [self._resolve(raw) if raw else None for raw in self._raw_fills]
        index = self._cells[style][0]
        return self._fills[index] if index < len(self._fills) else None

    def shows(self, style: int) -> str:
        """How the style shows a number: `date`, `percent`, `euro` or `plain`."""
        if not 0 <= style < len(self._cells):
            return "plain"
        number = self._cells[style][1]
        code = self._formats.get(number)
        if code is None:
            return "date" if number in _DATES else "percent" if number in _PERCENTS else "plain"
        bare = _NOT_SHOWN.sub("", code.partition(";")[0]).lower()
        if "%" in bare:
            return "percent"
        if "€" in code or "EUR" in code:
            return "euro"
        return "date" if re.search(r"[dmyj]", bare) and "0" not in bare else "plain"

    def _resolve(self, raw: dict[str, str]) -> str | None:
        colour: str | None = None
        if "rgb" in raw:
            colour = _hexadecimal(raw["rgb"])
        elif "theme" in raw:
            colour = self._theme.colour(_whole(raw["theme"]))
        elif "indexed" in raw:
            palette = self._palette or _PALETTE
            index = _whole(raw["indexed"])
            colour = _hexadecimal(palette[index]) if index < len(palette) else None
        if colour is None:
            return None
        tinted = tint(colour, _fraction(attribute(raw, "tint")))
        return None if tinted == "FFFFFF" else tinted


def tint(colour: str, amount: float) -> str:
    """A colour made lighter (amount up to 1) or darker (down to -1), on its luminance (18.8.3)."""
    if not amount:
        return colour
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, light, saturation = rgb_to_hls(red, green, blue)
    light = light * (1 + amount) if amount < 0 else light * (1 - amount) + amount
    channels = hls_to_rgb(hue, min(max(light, 0.0), 1.0), saturation)
    return "".join(f"{round(channel * 255):02X}" for channel in channels)


def _hexadecimal(text: str) -> str | None:
    """The last six digits of `AARRGGBB` or `RRGGBB`."""
    colour = text[-6:].upper()
    return colour if re.fullmatch(r"[0-9A-F]{6}", colour) else None


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _fraction(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
