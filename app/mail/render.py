"""Mails and messages, from one template a kind: `templates/mails/<kind>.txt`.

Three blocks: `subject` (one line: what happened, what to do), `body` (plain paragraphs) and
`button` (the words of the one link). Facts are there under their own names, and `name` is who
reads. The HTML twin is made from the same words: nothing can differ between the two.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from app.rendering import french
from app.web.pages import FILTERS, TEMPLATES, environment

HTML = "mails/layout.html"
# Spaces, control characters, and what else ends a line for a mail reader; not the unbreakable ones.
BREAKS = re.compile("[ \x00-\x1f\x7f-\x9f\u2028\u2029]+")
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Composed:
    """The words of a message: its subject, its paragraphs, its button (None without link)."""

    subject: str
    paragraphs: list[str]
    button: str | None
    link: str | None


@dataclass(frozen=True)
class Enclosure:
    """A PDF that a mail carries."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail ready to leave."""

    to: str
    subject: str
    text: str
    html: str
    enclosed: tuple[Enclosure, ...] = ()


def compose(kind: str, facts: dict[str, Any], link: str | None, name: str = "") -> Composed:
    """The words of a message. Raises jinja2.TemplateError when its template and facts disagree."""
    template = _texts().get_template(f"mails/{kind}.txt")
    context = {**facts, "facts": facts, "name": facts.get("name", name), "link": link}
    body = _block(template, "body", context)
    paragraphs = [_lines(part.strip()) for part in re.split(r"\n\s*\n", body) if part.strip()]
    button = _line(_block(template, "button", context)) if link else None
    return Composed(_line(_block(template, "subject", context)), paragraphs, button, link)


def render_mail(
    kind: str, to: str, facts: dict[str, Any], link: str | None, public_url: str, name: str = ""
) -> Mail:
    """The mail of a message; its link is absolute from the installation's public address."""
    composed = compose(kind, facts, link, name)
    address = f"{public_url}{link}" if link else None
    return Mail(
        to=to,
        subject=composed.subject,
        text=_text(composed, address),
        html=environment().get_template(HTML).render(mail=composed, address=address),
    )


def _lines(paragraph: str) -> str:
    """Line ends are the author's only in a list; elsewhere they are those of the template."""
    if re.search(r"(?m)^- ", paragraph):
        return "\n".join(_line(line) for line in paragraph.splitlines())
    return _line(paragraph)


def _text(composed: Composed, address: str | None) -> str:
    parts = list(composed.paragraphs)
    if address:
        parts.append(f"{composed.button} :\n{address}")
    parts.append("-- \nCe message est envoyé automatiquement : il n'attend pas de réponse.")
    return "\n\n".join(parts) + "\n"


def _block(template: Template, block: str, context: dict[str, Any]) -> str:
    if block not in template.blocks:
        return ""
    return "".join(template.blocks[block](template.new_context(context)))


def _line(text: str) -> str:
    """One line; French punctuation keeps its word, amounts keep their own spaces."""
    folded = BREAKS.sub(" ", text).strip()
    return re.sub(r" (?=[:;?!»])|(?<=«) ", NO_BREAK, folded)


@cache
def _texts() -> Environment:
    """Plain texts: nothing is escaped, names are strict, the filters are those of pages."""
    env = Environment(  # noqa: S701 - plain text; the HTML twin escapes every word
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in FILTERS:
        env.filters[name] = getattr(french, name)
    return env
