"""A command read by `head` ends without a traceback."""

import subprocess
from pathlib import Path

from tests.support.server import ROOT, SAD

GRID = Path(ROOT) / "tests" / "data" / "cadre-reponse-tables.xlsx"


def test_a_reader_that_stops_early_sees_no_traceback() -> None:
    shown = subprocess.run(
        ["bash", "-c", f"{SAD} frame {GRID} --json | head -1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert shown.stdout == "{\n"
    assert shown.stderr == ""
