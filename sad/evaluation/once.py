"""What suppliers answered once for their whole offer, beside the criteria marked on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sad.evaluation.file import File, kept_value
from sad.frames.cells import Value
from sad.frames.queries import ColumnView


@dataclass(frozen=True)
class AnsweredOnce:
    """A question of the whole offer. `criteria`: labels of those marked on it; answers by offer."""

    question: ColumnView
    criteria: Sequence[str]
    answers: Mapping[UUID, Value]


def answered_once(file: File) -> list[AnsweredOnce]:
    """The questions of the market in their order, with what every offer answers."""
    return [
        AnsweredOnce(
            question=view,
            criteria=[one.label for one in file.criteria if view.key in one.evidence],
            answers={
                offer.id: kept_value(view, offer.answers.get(view.key)) for offer in file.offers
            },
        )
        for view in file.frame.questions
    ]
