"""Why the child refuses a file: a word the parent turns into a refusal, with its facts."""


class Fault(Exception):
    """The file is refused; `reason` is a key of `app.guard.client.REFUSALS`."""

    def __init__(self, reason: str, **facts: str | int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
