"""The processes under measure: two web processes of `sad serve`, a bare endpoint, a database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import Server, child_environment, free_port

READY = 60.0  # seconds left to a process to answer, on a machine that does other things too


def cpu_seconds(root: int) -> float:
    """User and system time of a process and of all its descendants, in seconds."""
    return sum(_own(pid) for pid in [root, *descendants(root)])


def descendants(root: int) -> list[int]:
    """The process ids below `root`."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _own(pid: int) -> float:
    """Read from the process's own clock (clock_getcpuclockid), not in ticks of ten milliseconds."""
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return 0.0  # gone


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name; empty when the process is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


@contextmanager
def bare_endpoint(folder: Path) -> Iterator[Server]:
    """An empty FastAPI endpoint in two processes: the floor of any request."""
    port = free_port()
    log = folder / f"bare-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "tests.bench.bare:app", "--workers", "2"),
                *("--port", str(port), "--no-access-log", "--log-level", "warning"),
            ],
            env=child_environment({}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port)
        yield Server(f"http://127.0.0.1:{port}", process.pid, log)
    finally:
        process.terminate()
        process.wait(timeout=15)


def _wait_for(port: int) -> None:
    limit = time.monotonic() + READY
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.1)


@contextmanager
def durable_postgresql(folder: Path) -> Iterator[tuple[str, int]]:
    """A private cluster that syncs its commits, unlike the tests' one: its address and its pid."""
    script = Path(__file__).with_name("pg_durable.sh")
    folder.chmod(0o755)
    cluster = folder / "cluster"
    subprocess.run([str(script), str(cluster)], check=True)
    pid = int((cluster / "data" / "postmaster.pid").read_text().splitlines()[0])
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={cluster / 'sock'}", pid
    finally:
        os.kill(pid, 2)  # SIGINT: fast shutdown
        time.sleep(1)
