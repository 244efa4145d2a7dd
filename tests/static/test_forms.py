"""Fields: their label, hint and error are one thing for everybody, eyes or not."""

from typing import Any

import pytest
from jinja2 import Environment


def call(env: Environment, name: str, *args: object, **kwargs: object) -> str:
    forms: Any = env.get_template("macros/forms.html").module
    return str(getattr(forms, name)(*args, **kwargs))


@pytest.mark.parametrize("field", ["text", "number", "money", "date", "time", "textarea", "email"])
def test_error_and_hint_are_linked_to_the_input(env: Environment, field: str) -> None:
    html = call(env, field, "lines.3.x", "Libellé", "1", {"lines.3.x": "Faux."}, hint="Aide.")
    assert 'aria-describedby="f-lines-3-x-hint f-lines-3-x-error' in html
    assert 'id="f-lines-3-x-hint"' in html and 'id="f-lines-3-x-error"' in html
    assert 'for="f-lines-3-x"' in html and 'name="lines.3.x"' in html


def test_what_was_typed_is_kept_and_escaped(env: Environment) -> None:
    html = call(env, "text", "title", "Objet", '"><script>', {"title": "Non."})
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_groups_are_fieldsets_with_their_error(env: Environment) -> None:
    choices = [("yes", "Oui"), ("no", "Non", "Franchise en base")]
    html = call(env, "radios", "vat", "TVA ?", choices, "no", {"vat": "Choisissez."}, hint="Aide.")
    assert "<legend>TVA ?" in html and html.count("checked") == 1
    assert 'aria-describedby="f-vat-group-hint f-vat-group-error"' in html
    assert 'id="f-vat"' in html


def test_select_and_checkboxes_compare_as_text(env: Environment) -> None:
    assert 'value="2" selected' in call(env, "select", "n", "N", [(1, "Un"), (2, "Deux")], "2")
    assert 'value="2" checked' in call(env, "checkboxes", "n", "N", [(1, "Un"), (2, "Deux")], [2])


def test_single_box_links_hint_and_error(env: Environment) -> None:
    html = call(env, "checkbox", "ok", "D’accord", False, {"ok": "Cochez."}, hint="Aide.")
    assert 'aria-describedby="f-ok-hint f-ok-error"' in html and 'aria-invalid="true"' in html


def test_summary_links_each_field_and_is_silent_without_error(env: Environment) -> None:
    assert call(env, "error_summary", {}) == ""
    html = call(env, "error_summary", {"a.b": "Un.", "": "Deux."})
    assert '<a href="#f-a-b">Un.</a>' in html and "2 points sont à corriger" in html


def test_the_unit_is_read_with_its_field(env: Environment) -> None:
    html = call(env, "money", "price", "Prix", "12,50", suffix="€ net")
    assert 'aria-describedby="f-price-unit"' in html and 'id="f-price-unit">€ net' in html
