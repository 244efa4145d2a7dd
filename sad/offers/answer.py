"""What a slot holds for its supplier (`mine`): its draft, its files, what it sent.

Canonical JSON, by `to_dict` and `from_dict`; an empty object is an answer not started.

    {"lines": {line id: {column key: value kept by cells.stored}},
     "answers": {question key: value kept by cells.stored}, what is asked once for the whole offer
     "files": [{"id", "line", "name", "media_type", "size", "sha256", "sealed_size",
                "sealed_sha256", "object", "key", "draft", "sent", "scan",
                "copies": null until made, then [{"side", "width", "height", "object", "key"}]}],
     "infected": [{"name", "line", "at", "malware", "sha256"}],     refused, kept as a trace
     "sent": [{"id", "kind", "at", "payload"}],     payload: base64 of zlib, null for a withdrawal
     "in_force": deposit id or null,
     "acts": [{"key", "route", "body", "actor", "deposit"}],
     "started_at", "saved_at": instants or null}
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from sad.attachments.scanning import Verdict
from sad.offers.rules import MOST_ACTS, MOST_INFECTED

Raw = str | int | bool | None
"""A cell's value as canonical JSON keeps it."""

LineValues = dict[str, Raw]


@dataclass(slots=True)
class AnswerFile:
    """A file of the answer, encrypted in the store; its key is nowhere else before the opening."""

    id: str
    line: str | None  # the line's id; None: of the whole answer
    name: str
    media_type: str
    size: int  # clear bytes
    sha256: str  # of the clear bytes
    sealed_size: int
    sealed_sha256: str
    object: str
    key: str  # hexadecimal
    draft: bool = True  # part of the draft
    sent: bool = False  # named by a payload already sent: its bytes must stay
    scan: str = Verdict.NONE.value
    copies: list[dict[str, Any]] | None = None  # smaller ones, of a photograph

    @property
    def listed(self) -> dict[str, Any]:
        """As a payload lists it: nothing that changes by itself once the answer was reviewed."""
        values = asdict(self)
        for ours in ("draft", "sent", "scan", "copies"):
            del values[ours]
        return values

    @property
    def objects(self) -> list[str]:
        """Names of its objects in the store: its own, and those of its copies."""
        return [self.object, *(copy["object"] for copy in self.copies or ())]


@dataclass(slots=True)
class InfectedFile:
    """A file the antivirus refused: its trace, for its supplier alone (OFF-07)."""

    name: str
    line: str | None
    at: str
    malware: str  # the signature found
    sha256: str


@dataclass(slots=True)
class Sent:
    """One acknowledged act, with the exact bytes of what was sent."""

    id: str
    kind: str
    at: str
    payload: str | None

    @property
    def content(self) -> bytes | None:
        """The payload as its receipt hashes it."""
        return None if self.payload is None else zlib.decompress(base64.b64decode(self.payload))

    @staticmethod
    def pack(payload: bytes) -> str:
        """How a payload is kept: fifty answers of three hundred lines stay a small slot."""
        return base64.b64encode(zlib.compress(payload)).decode()


@dataclass(slots=True)
class ActDone:
    """An act key already used, and the deposit it gave."""

    key: str
    route: str
    body: str
    actor: str
    deposit: str


@dataclass(slots=True)
class Answer:
    """The whole state of a slot."""

    lines: dict[str, LineValues] = field(default_factory=dict)
    answers: LineValues = field(default_factory=dict)
    files: list[AnswerFile] = field(default_factory=list)
    infected: list[InfectedFile] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    in_force: str | None = None
    acts: list[ActDone] = field(default_factory=list)
    started_at: str | None = None
    saved_at: str | None = None

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> Self:
        """The answer a slot holds."""
        return cls(
            lines=state.get("lines", {}),
            answers=state.get("answers", {}),
            files=[AnswerFile(**file) for file in state.get("files", ())],
            infected=[InfectedFile(**one) for one in state.get("infected", ())],
            sent=[Sent(**one) for one in state.get("sent", ())],
            in_force=state.get("in_force"),
            acts=[ActDone(**act) for act in state.get("acts", ())],
            started_at=state.get("started_at"),
            saved_at=state.get("saved_at"),
        )

    def to_dict(self) -> dict[str, Any]:
        """Canonical JSON values."""
        return {
            "lines": self.lines,
            "answers": self.answers,
            "files": [_plain(file) for file in self.files],
            "infected": [_plain(one) for one in self.infected],
            "sent": [_plain(one) for one in self.sent],
            "in_force": self.in_force,
            "acts": [_plain(act) for act in self.acts],
            "started_at": self.started_at,
            "saved_at": self.saved_at,
        }

    @property
    def empty(self) -> bool:
        """Nothing typed, no file."""
        return not self.lines and not self.answers and not self.draft_files

    @property
    def draft_files(self) -> list[AnswerFile]:
        """The files of the draft, in the order they came."""
        return [file for file in self.files if file.draft]

    @property
    def in_force_sent(self) -> Sent | None:
        """What the opening would read."""
        return next((one for one in self.sent if one.id == self.in_force), None)

    def act(self, key: str) -> ActDone | None:
        """The act already done with this key."""
        return next((act for act in self.acts if act.key == key), None)

    def trace(self, infected: InfectedFile) -> None:
        """Keeps the trace of a file refused by the antivirus, and forgets the oldest ones."""
        self.infected = [*self.infected, infected][-MOST_INFECTED:]

    def remember(self, act: ActDone) -> None:
        """Keeps the key of an act just done, and forgets the oldest ones."""
        self.acts = [*self.acts, act][-MOST_ACTS:]


def _plain(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}
