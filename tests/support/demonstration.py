"""The demonstration, played once for a run and copied for each server that needs it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.once import once, run_folder
from tests.support.server import run_sad


@dataclass(frozen=True)
class Demonstration:
    """A copy of the demonstration's data, and what `sad demo --json` printed."""

    data_dir: Path
    printed: dict[str, Any]

    def path_to_sign_in(self, role: str, nth: int = 0) -> str:
        """The path of the sign-in link of the nth person printed with that role."""
        people = [person for person in self.printed["people"] if person["role"] == role]
        link = str(people[nth]["sign_in"])
        return "/" + link.split("://", 1)[-1].split("/", 1)[1] if "://" in link else link


def demonstration(folder: Path) -> Demonstration:
    """A fresh copy of the demonstration under `folder`."""
    source = run_folder() / "demonstration"
    printed = run_folder() / "demonstration.json"
    with once("demonstration") as first:
        if first:
            shutil.rmtree(source, ignore_errors=True)
            result = run_sad("demo", "--json", settings={"DATA_DIR": str(source)})
            if result.returncode != 0:
                raise RuntimeError(f"sad demo failed:\n{result.stdout}\n{result.stderr}")
            printed.write_text(result.stdout)
    copy = folder / "var"
    shutil.copytree(source, copy)
    return Demonstration(copy, json.loads(printed.read_text()))
