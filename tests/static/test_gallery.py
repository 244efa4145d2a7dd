"""The gallery shows every macro, and what it shows is sound for a screen reader and a policy."""

import re

import pytest
from jinja2 import Environment

from tests.static.conftest import STATIC, TEMPLATES, gallery_context

INNER = {
    "field_id",
    "described",
    "hint_and_error",
    "label_of",
    "choice",
    "choices_of",
    "head",
    "notice_icon",
    "market_card",
    "breadcrumbs",
    "contact",
    "phone",
    "hidden",
    "fieldset",
}


@pytest.mark.parametrize("file", ["forms", "tags", "tables", "tasks", "panels"])
def test_every_macro_is_shown_and_explained(file: str) -> None:
    source = (TEMPLATES / "macros" / f"{file}.html").read_text()
    gallery = (TEMPLATES / "gallery.html").read_text()
    readme = (TEMPLATES / "macros" / "README.md").read_text()
    names = set(re.findall(r"macro (\w+)\(", source))
    assert {n for n in names - INNER if f"{file}.{n}(" not in gallery} == set()
    public = names - (INNER - {"breadcrumbs", "contact", "phone", "hidden", "fieldset"})
    assert {n for n in public if f"{file}.{n}(" not in readme} == set()


def test_ids_are_unique_and_references_hold(gallery: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', gallery)
    assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1})
    for attribute in ("for", "aria-controls", "aria-describedby"):
        for value in re.findall(rf'\s{attribute}="([^"]+)"', gallery):
            assert set(value.split()) <= set(ids), (attribute, value)


def test_every_input_has_a_label(gallery: str) -> None:
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', gallery))
    inputs = re.findall(r"<(?:input|select|textarea)\b[^>]*>", gallery)
    named = [i for i in inputs if 'type="hidden"' not in i]
    assert named
    for field in named:
        identifier = re.search(r'\sid="([^"]+)"', field)
        assert identifier and identifier.group(1) in labelled, field


def test_no_space_is_lost_between_attributes(gallery: str) -> None:
    """Trimming of blocks must never glue an attribute to the one before."""
    elements = re.findall(r"<[a-z][^>]*>", gallery)
    assert [e for e in elements if re.search(r'="[^"]*"[^\s>/]', e)] == []


def test_icons_shown_exist(gallery: str) -> None:
    sprite = (STATIC / "icons.svg").read_text()
    for name in set(re.findall(r"icons\.svg[^#\"]*#([a-z0-9-]+)", gallery)):
        assert f'<symbol id="{name}"' in sprite, name


def test_classes_shown_are_dressed_or_known(gallery: str) -> None:
    css = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    plain = {"tag-neutral", "check-passed", "check-blocking", "confirm-primary"}
    plain |= {"line-todo", "event-when", "accent-sapin"}
    plain |= {f"task-{state}" for state in ("done", "started", "missing", "optional", "todo")}
    shown = {name for group in re.findall(r'class="([^"]*)"', gallery) for name in group.split()}
    toned = tuple(re.findall(r'\[class\*="(-[a-z]+)"\]', css))  # one tone for every -info, -danger…
    dressed = {name for name in shown if f".{name}" in css or name.endswith(toned)}
    assert shown - plain - dressed == set()


def test_demonstration_banner_and_footer(gallery: str) -> None:
    assert "Démonstration — données inventées" in gallery
    assert "mardi 3 novembre 2026 à 12" in gallery
    assert 'href="tel:0300000000"' in gallery and 'lang="fr"' in gallery
    assert 'hx-headers=\'{"X-CSRF-Token": "x"}\'' in gallery


def test_shell_needs_no_context(env: Environment) -> None:
    html = env.get_template("base.html").render()
    assert "Se connecter" in html and "Démonstration" not in html


def test_organisation_chooses_its_accent(env: Environment) -> None:
    context = gallery_context() | {"organisation": {"name": "Ville", "accent": "brique"}}
    html = env.get_template("base.html").render(context)
    assert 'class="accent-brique"' in html
