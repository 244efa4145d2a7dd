"""argparse in French: its help, its usage line and its complaints; and the types of arguments."""

import argparse
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

_COMPLAINTS = (
    (r"the following arguments are required: (.*)", r"il manque : \1"),
    (r"argument (.*?): invalid choice: (.*) \(choose from (.*)\)", r"\1 : \2 n'est pas l'un de \3"),
    (r"invalid choice: (.*) \(choose from (.*)\)", r"\1 n'est pas l'un de \2"),
    (r"unrecognized arguments: (.*)", r"arguments inconnus : \1"),
    (r"argument (.*?): expected one argument", r"\1 attend une valeur"),
    (r"argument (.*?): invalid int value: (.*)", r"\1 attend un nombre entier, pas \2"),
    (r"argument (.*?): not allowed with argument (.*)", r"\1 ne va pas avec \2"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 peut désigner \2 : précisez"),
    (r"argument (.*?): (.*)", r"\1 : \2"),
)


class FrenchFormatter(argparse.HelpFormatter):
    """Help whose usage line starts in French."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """As argparse, with its own prefix when the caller gives none."""
        super().add_usage(usage, actions, groups, "usage : " if prefix is None else prefix)


class FrenchParser(argparse.ArgumentParser):
    """An ArgumentParser that speaks French; its sub-parsers are of the same class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", FrenchFormatter)
        kwargs.setdefault("allow_abbrev", False)
        super().__init__(*args, **{**kwargs, "add_help": False})
        self._positionals.title = "arguments"  # argparse has no public name for this group
        self.add_argument("-h", "--help", action="help", help="montre cette aide")

    def error(self, message: str) -> NoReturn:
        """Print the usage and the complaint on stderr; exit 2."""
        self.exit(2, f"{self.format_usage()}{self.prog} : {_in_french(message)}\n")


def existing_file(text: str) -> Path:
    """An argparse type: the path of a file that exists; a missing one is wrong usage (exit 2)."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"fichier introuvable : {text}")
    return path


def _in_french(message: str) -> str:
    for pattern, french in _COMPLAINTS:
        if re.fullmatch(pattern, message, re.DOTALL):
            return re.sub(pattern, french, message, flags=re.DOTALL)
    return message
