"""Each code of a refusal or of a missing thing has its French sentence, and the reverse."""

import ast
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator

import app
import catalog_categories
import sad
import storage
from sad.kernel.errors import Refusal
from tests.architecture.source import ROOT, python_files, short

CODE = re.compile(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")


def sentences() -> dict[str, str]:
    """code → sentence, from templates/messages.fr.toml, without the labels of enumerations."""
    text = (ROOT / "templates" / "messages.fr.toml").read_text(encoding="utf-8")
    return {
        name if concept == "general" else f"{concept}.{name}": sentence
        for concept, table in tomllib.loads(text).items()
        if concept != "labels"
        for name, sentence in table.items()
    }


def import_everything() -> None:
    """Imports every module of the four packages, so that every refusal class exists."""
    for package in (sad, app, storage, catalog_categories):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name and not found.name.endswith("__main__"):
                importlib.import_module(found.name)


def refusals(above: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Refusal and every class under it."""
    yield above
    for below in above.__subclasses__():
        yield from refusals(below)


def problem_codes() -> dict[str, str]:
    """Codes given to `Problem(…)` and `code=…` as literals, each with the file that says it."""
    found: dict[str, str] = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            named = [word.value for word in node.keywords if word.arg == "code"]
            is_problem = isinstance(node.func, ast.Name) and node.func.id == "Problem"
            for value in [*named, *(node.args[:1] if is_problem else [])]:
                text = value.value if isinstance(value, ast.Constant) else None
                if isinstance(text, str) and (is_problem or CODE.match(text)):
                    found[text] = short(path)
    return found


def test_each_refusal_has_its_sentence() -> None:
    import_everything()
    known = sentences()
    missing = {
        f"{refusal.__module__}.{refusal.__qualname__}: {refusal.code}"
        for refusal in refusals()
        if refusal.code not in known and not refusal.__module__.startswith("tests")
    }
    assert not missing, "\n".join(sorted(missing))


def test_each_missing_thing_has_its_sentence() -> None:
    known = sentences()
    missing = {f"{where}: {code}" for code, where in problem_codes().items() if code not in known}
    assert not missing, "\n".join(sorted(missing))


def test_each_sentence_has_its_code() -> None:
    said = {
        node.value
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = sorted(code for code in sentences() if code not in said)
    assert not unused, "sentences without their code: " + ", ".join(unused)
