"""Forms as a person finds them on a page: what they already hold, then what is typed over it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from tests.support.web import Client, text_of


@dataclass
class Form:
    """A form of a page, with the values it would send as it stands."""

    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # every field it could send
    choices: dict[str, list[str]] = field(default_factory=dict)  # of its radio buttons and lists

    @property
    def unchosen(self) -> dict[str, str]:
        """The first choice of each question that has none yet."""
        return {
            name: next(value for value in values if value)
            for name, values in self.choices.items()
            if any(values) and not any(self.fields.get(name, []))
        }

    def data(self, typed: dict[str, Any]) -> dict[str, Any]:
        """What is sent once `typed` is; a name the form does not have is a fault of the test."""
        unknown = typed.keys() - self.names
        assert not unknown, f"{self.action} has no field {sorted(unknown)}: {sorted(self.names)}"
        return {**self.fields, **typed}


class _Reader(HTMLParser):
    """Forms and their fields, those that stand elsewhere on the page (`form="…"`) included."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.named: dict[str, Form] = {}
        self.inside: Form | None = None
        self.open: tuple[Form, str, list[tuple[str, bool]]] | None = None  # a list or a text area

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = self.named.setdefault(said.get("id") or f"#{len(self.forms)}", Form())
            self.inside.action = said.get("action", "")
            self.inside.method = said.get("method", "get").lower()
            self.forms.append(self.inside)
        elif tag == "option" and self.open is not None:
            self.open[2].append((said.get("value", ""), "selected" in said))
        elif tag in {"input", "select", "textarea", "button"} and said.get("name"):
            self._field(tag, said)

    def _field(self, tag: str, said: dict[str, str]) -> None:
        """Keeps a field of its form, with what it holds."""
        owner = self.inside
        if "form" in said:  # it may come before its form
            owner = self.named.setdefault(said["form"], Form("", "get"))
        if owner is None or "disabled" in said:
            return
        name, kind = said["name"], said.get("type", "text")
        owner.names.add(name)
        if tag in {"select", "textarea"}:
            self.open = (owner, name, [])
        elif tag == "input" and _sent(kind, said):
            owner.fields.setdefault(name, []).append(said.get("value", ""))
        if kind == "radio":
            owner.choices.setdefault(name, []).append(said.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.open is not None and str(self.get_starttag_text()).startswith("<textarea"):
            self.open[2].append((data, True))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "textarea" and self.open is not None:
            owner, name, parts = self.open
            text = "".join(part for part, _ in parts)
            owner.fields[name] = [text.removeprefix("\n")]
            self.open = None
        elif tag == "select" and self.open is not None:
            owner, name, options = self.open
            owner.choices[name] = [value for value, _ in options]
            chosen = [value for value, selected in options if selected]
            owner.fields[name] = chosen or [value for value, _ in options[:1]]
            self.open = None


def _sent(kind: str, said: dict[str, str]) -> bool:
    """Whether a browser sends this input as it stands."""
    ticked = kind not in {"checkbox", "radio"} or "checked" in said
    return ticked and kind not in {"file", "submit"}


def forms_of(page: Any) -> list[Form]:
    """The forms of a page that change something."""
    reader = _Reader()
    reader.feed(page.text)
    return [form for form in reader.forms if form.method == "post"]


def press(client: Client, page: Any, typed: dict[str, Any], to: str = "", **options: Any) -> Any:
    """Fills in the form of the page whose address ends with `to`, sends it, gives what follows."""
    form, here = form_of(page, to), str(page.url.path)
    answer = client.post(urljoin(here, form.action or here), form.data(typed), **options)
    said = text_of(answer) if answer.status_code not in (200, 303) else ""
    assert not said, f"{form.action}: {answer.status_code} {said[300:2500]}"
    return client.follow(answer) if answer.status_code == 303 else answer


def form_of(page: Any, to: str) -> Form:
    """The one form of a page whose address ends so."""
    here = str(page.url.path)
    found = [
        form
        for form in forms_of(page)
        if urljoin(here, form.action or here).endswith(to) and "deconnexion" not in form.action
    ]
    actions = [form.action for form in forms_of(page)]
    assert len(found) == 1, f"{page.status_code} {here}: {actions} for {to!r}"
    return found[0]
