"""Things made once for a whole test run, whatever the number of pytest-xdist workers."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "SAD_TESTS_RUN"  # set by the controller, inherited by its workers


def start_run() -> None:
    """Makes the folder of the run; called by the controller before its workers start."""
    folder = Path(tempfile.mkdtemp(prefix="sad-tests-"))
    folder.chmod(0o755)  # the PostgreSQL user has to cross it
    os.environ[VARIABLE] = str(folder)
    (folder / "owner").write_text(str(os.getpid()))


def run_folder() -> Path:
    """The folder of the run, shared by the workers, removed at the end."""
    return Path(os.environ[VARIABLE])


def run_owner() -> int:
    """The process id of the controller."""
    return int((run_folder() / "owner").read_text())


@contextmanager
def once(name: str) -> Iterator[bool]:
    """Holds a lock between workers; gives True to the first only, False once it has succeeded.

    An exception leaves the thing to be made by the next one.
    """
    folder = run_folder()
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / f"{name}.done"
        yield not done.exists()
        done.touch()
