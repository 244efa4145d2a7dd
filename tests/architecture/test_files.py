"""What no file of the project may be or say."""

import re

from tests.architecture.source import ROOT, committed, short

LONGEST = 400  # lines; a longer file asks for a second room
TEXT = {
    ".py", ".md", ".toml", ".html", ".css", ".js", ".json", ".yml", ".yaml", ".sh", ".txt", ".lock",
    ".cfg", ".ini", ".sql", ".typ", ".csv", ".svg", ".conf", "",
}  # fmt: skip

# Written in pieces, so that this file does not name them either.
REGISTRIES = (
    "py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs.org", "index" + "-url = ",
    "--index" + "-url", "--extra-index" + "-url",
)  # fmt: skip
MACHINE = re.compile(r"(?:^|[\s\"'=(`])/(?:work|root|Users/\w+|opt/p" + r"ypi)/", re.M)


def texts() -> list[tuple[str, str]]:
    """The committed texts, each with its path."""
    found = []
    for path in committed():
        if path.suffix in TEXT and "vendor" not in path.parts:
            try:
                found.append((short(path), path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue  # a sample in another encoding, or binary
    return found


def test_no_python_file_is_too_long() -> None:
    long = {
        name: text.count("\n")
        for name, text in texts()
        if name.endswith(".py") and "/versions/" not in name and text.count("\n") > LONGEST
    }
    assert not long


def test_no_file_names_a_package_registry() -> None:
    named = {
        f"{name}: {host}" for name, text in texts() for host in REGISTRIES if host in text.lower()
    }
    assert not named


def test_no_file_names_a_place_of_somebodys_machine() -> None:
    named = {f"{name}: {found[0]!r}" for name, text in texts() if (found := MACHINE.search(text))}
    assert not named


def test_each_decision_is_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in folder.glob("[0-9]*.md")}
    assert pages
    assert not {name for name in pages if f"({name})" not in listed}
    assert not set(re.findall(r"\((\d{4}-[^)]+\.md)\)", listed)) - pages


def test_decisions_have_each_their_own_number() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))
