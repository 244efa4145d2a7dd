"""Walking through a site as one person: every link answers, every kind of page is looked at."""

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.support.browser import Visitor

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[A-Za-z0-9_-]{40,}|(?<=/)\d+(?=/|$)")

# Texts as a person could read them, closed details included; what is a code on purpose is left out.
READ = """() => {
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!at.closest('code, pre, script, noscript, style, textarea')) {
      words.push(walker.currentNode.data);
    }
  }
  for (const field of document.querySelectorAll('input[type=text]')) words.push(field.value);
  return words.join('\\n');
}"""

LEFT_OUT = ("/demonstration/courriels",)  # its links are for the people the mails were sent to

SAME = 4  # links of a kind that are asked for; the others are of the same template

RAW = (
    re.compile(r"(?<![\w@./-])[a-z]+\.[a-z]+_[a-z_]+"),  # a code: funding.line_exceeded
    re.compile(r"(?<![\w@./-])[a-z]+_[a-z_]+(?![\w@./])"),  # a value: not_proposed
    re.compile(r"(?<!\w)(?:None|undefined|NaN|True|False|null)(?!\w)"),
    re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])"),  # an ISO date
    re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-"),  # an identifier
    re.compile(r"\{[{%]|[%}]\}|&[a-z]+;|<[a-z/]"),  # a template or HTML shown as text
    re.compile(r"\d+\.\d+ ?(?:€|%)"),  # a number not written as in French
)


@dataclass
class Walk:
    """What a walk has seen: the pages looked at, the answers of every link, in order."""

    looked: list[str] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)
    shapes: Counter[str] = field(default_factory=Counter)


def shape(path: str) -> str:
    """The kind of page: its path without identifiers, its query without values."""
    parts = urlsplit(path)
    names = "&".join(sorted(pair.split("=", 1)[0] for pair in parts.query.split("&") if pair))
    return ID.sub("…", parts.path) + (f"?{names}" if names else "")


def internal_links(page: Page, origin: str) -> list[str]:
    """Paths (with their query) of the page's links that stay on the site, in order, once each."""
    hrefs: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")
    found = dict.fromkeys(href.split("#", 1)[0] for href in hrefs if href.startswith(origin + "/"))
    return [href.removeprefix(origin) for href in found]


def raw_words(page: Page) -> list[str]:
    """Codes, identifiers, ISO dates, Python's or JavaScript's words left in the texts."""
    text = str(page.evaluate(READ))
    return [match.group() for pattern in RAW for match in pattern.finditer(text)]


def walk(
    visitor: Visitor,
    start: str,
    look: Callable[[Page, str], None],
    *,
    each_shape: int = 2,
    most: int = 150,
    known: Callable[[str], bool] = lambda kind: False,
) -> Walk:
    """From `start`, follows every internal link; `look(page, path)` at each kind of page.

    At most `each_shape` pages of a kind are opened and `most` links in all are asked for. Kinds
    `known` from somebody else's walk are asked for without being opened.
    """
    seen = Walk()
    waiting = deque([start])
    found = {start}
    asked: Counter[str] = Counter()
    while waiting and len(seen.answered) < most:
        path = waiting.popleft()
        asked[shape(path)] += 1
        if asked[shape(path)] > SAME:
            continue
        response = visitor.context.request.get(visitor.origin + path, max_redirects=5)
        seen.answered[path] = response.status
        kind = shape(path)
        html = "text/html" in response.headers.get("content-type", "")
        led_elsewhere = shape(response.url.removeprefix(visitor.origin)) != kind
        if response.status >= 400 or not html or led_elsewhere or seen.shapes[kind] >= each_shape:
            continue
        seen.shapes[kind] += 1
        seen.looked.append(path)
        if known(kind):
            links = _links_written(response.text())
        else:
            page = visitor.go(path)
            look(page, path)
            links = internal_links(page, visitor.origin)
        for link in links:
            if link not in found and link not in LEFT_OUT:
                found.add(link)
                waiting.append(link)
    return seen


def _links_written(html: str) -> list[str]:
    """Paths of the links of a page's source that stay on the site, in order, once each."""
    hrefs = (unescape(href) for href in re.findall(r'<a\b[^>]*\bhref="(/[^"]*)"', html))
    return list(dict.fromkeys(href.split("#", 1)[0] for href in hrefs))
