"""A cell saved as it is typed on the page: what the browser sends, what it gets back to show."""

from collections.abc import Sequence
from itertools import cycle

from app.security.sessions import cookie_name, csrf_of
from tests.bench.load import Caller, Operation
from tests.bench.scene import Scene

SAVES = 300


def autosaves(scene: Scene, warm: int) -> list[Operation]:
    """The price of a line typed again and again, each time another, on several markets."""
    headers = {
        "Cookie": f"{cookie_name(False)}={scene.session}",
        "X-CSRF-Token": csrf_of(scene.session),
        "HX-Request": "true",
        "Sec-Fetch-Site": "same-origin",
    }
    key = _price(scene.answer)
    return [
        _saving(f"/reponse/{market}/lignes/1", key, count, headers)
        for count, market in zip(range(SAVES + warm), cycle(scene.markets))
    ]


def _saving(path: str, key: str, count: int, headers: dict[str, str]) -> Operation:
    typed = {f"1.{key}": f"{10 + count % 80},{count % 100:02d}"}

    def save(caller: Caller) -> object:
        return caller.form(path, typed, **headers)

    return save


def _price(answer: dict[str, object]) -> str:
    lines = answer["lines"]
    if not isinstance(lines, Sequence):
        raise TypeError("an answer without lines")
    return next(str(key) for key, text in lines[0]["values"].items() if text == "19,90")
