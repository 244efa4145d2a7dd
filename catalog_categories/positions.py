"""Where each key of a TOML text stands: `tomllib` reads values but keeps no line numbers.

The text must already have been read by `tomllib`: this scanner only walks through valid TOML.
"""

from collections.abc import Mapping

Path = tuple[str | int, ...]


def positions(text: str) -> dict[Path, int]:
    """The line (from 1) of every key, table header and array item, by its path from the root."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest thing that contains it when it is absent."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        self.blank()
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self.header(2)
            elif self.text[self.at] == "[":
                table = self.header(1)
            else:
                self.pair(table)
            self.blank()

    def header(self, brackets: int) -> Path:
        """A `[table]` or `[[array]]` header; a name that is an array means its last item."""
        line = self.line
        self.skip(brackets)
        parts = self.key()
        self.skip(brackets)
        path: Path = ()
        for rank, part in enumerate(parts):
            path = (*path, part)
            if brackets == 2 and rank == len(parts) - 1:
                self.counts[path] = self.counts.get(path, 0) + 1
            self.lines.setdefault(path, line)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        self.lines[path] = line
        return path

    def pair(self, table: Path) -> None:
        line = self.line
        path = table
        for part in self.key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.skip(1)  # the equal sign
        self.blank()
        self.value(path)

    def key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self.blank()
            mark = self.text[self.at]
            if mark in "\"'":
                parts.append(self.string())
            else:
                start = self.at
                while self.text[self.at] not in " \t.=]":
                    self.at += 1
                parts.append(self.text[start : self.at])
            self.blank()
            if self.text[self.at] != ".":
                return parts
            self.skip(1)

    def value(self, path: Path) -> None:
        mark = self.text[self.at]
        if mark in "\"'":
            self.string()
        elif mark == "[":
            self.array(path)
        elif mark == "{":
            self.inline_table(path)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}\n#":
                self.at += 1

    def array(self, path: Path) -> None:
        self.skip(1)
        rank = 0
        while True:
            self.blank()
            if self.text[self.at] == "]":
                return self.skip(1)
            self.lines[(*path, rank)] = self.line
            self.value((*path, rank))
            rank += 1
            self.blank()
            if self.text[self.at] == ",":
                self.skip(1)

    def inline_table(self, path: Path) -> None:
        self.skip(1)
        while True:
            self.blank()
            if self.text[self.at] == "}":
                return self.skip(1)
            self.pair(path)
            self.blank()
            if self.text[self.at] == ",":
                self.skip(1)

    def string(self) -> str:
        """Skip a string of any of the four kinds; gives its text as written (keys need no more)."""
        quote = self.text[self.at]
        triple = self.text.startswith(quote * 3, self.at)
        mark = quote * 3 if triple else quote
        start = self.at + len(mark)
        end = start
        while not self.text.startswith(mark, end):
            end += 2 if quote == '"' and self.text[end] == "\\" else 1
        close = end + len(mark)
        while triple and self.text.startswith(quote, close):  # a text may end with its own quote
            close += 1
        self.skip(close - self.at)
        return self.text[start:end]

    def blank(self) -> None:
        """Skip spaces, line ends and comments."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at].isspace():
                self.skip(1)
            else:
                return

    def skip(self, count: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count
