"""The words of mails: one template a kind, the same words in both forms."""

import ast

import pytest

from app.mail.render import compose, render_mail
from app.web.pages import TEMPLATES
from tests.architecture.source import python_files, short

MAILS = sorted(path.name.removesuffix(".txt") for path in (TEMPLATES / "mails").glob("*.txt"))
SENDERS = {"notify": 1, "enqueue": 1}


def kinds_sent() -> dict[str, str]:
    """The kinds given as literals to `notify` and `enqueue`, each with the file that sends it."""
    found: dict[str, str] = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            place = SENDERS.get(node.func.id)
            if place is None or len(node.args) <= place:
                continue
            kind = node.args[place]
            if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                found[kind.value] = short(path)
    return found


def test_each_kind_sent_has_its_template() -> None:
    missing = {f"{where}: {kind}" for kind, where in kinds_sent().items() if kind not in MAILS}
    assert not missing, "\n".join(sorted(missing))


@pytest.mark.parametrize("kind", MAILS)
def test_each_template_has_its_blocks(kind: str) -> None:
    source = (TEMPLATES / "mails" / f"{kind}.txt").read_text(encoding="utf-8")
    for block in ("subject", "body"):
        assert f"block {block} %}}" in source, block


def test_words_are_escaped_in_the_rich_form_only() -> None:
    facts = {"name": "<b>Zoé & Léo</b>", "minutes": 30}
    mail = render_mail("accounts.link", "z@b.example", facts, "/entrer/x", "https://a.example")
    assert "<b>Zoé & Léo</b>" in mail.text
    assert "&lt;b&gt;Zoé &amp; Léo&lt;/b&gt;" in mail.html


def test_a_subject_is_one_line_whatever_the_facts_hold() -> None:
    facts = {
        "name": "Zoé",
        "inviter": "A\r\nBcc: x@y.example",
        "until": "2026-09-08T08:00:00.000000Z",
    }
    composed = compose("accounts.invitation", facts, "/entrer/x")
    assert composed.subject == "A Bcc: x@y.example vous invite à entrer"
    assert "jusqu'au mardi 8 septembre 2026 à 10 h 00" in " ".join(composed.paragraphs)


def test_without_a_link_there_is_no_button() -> None:
    facts = {"person": "Zoé", "browser": "Firefox", "at": "2026-09-08T08:00:00.000000Z"}
    assert compose("accounts.new_browser", facts, None).button is None
