"""The real program in a child process: `sad serve` on a free port, `sad …` run to its end."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAD = Path(sys.executable).with_name("sad")
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")  # nothing else leaks from the tests' environment


@dataclass(frozen=True)
class Server:
    """A running server: its address without a final slash, its process id, what it printed."""

    url: str
    pid: int
    log: Path


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def child_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child: a few names of ours, then the settings given."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONWARNINGS": "default", **settings}


def run_sad(
    *arguments: str, settings: Mapping[str, str], timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Runs `sad …` to its end; the caller reads the exit code, stdout and stderr."""
    return subprocess.run(
        [str(SAD), *arguments],
        env=child_environment(settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@contextmanager
def serving(
    folder: Path, *arguments: str, settings: Mapping[str, str], path: str = "/healthz"
) -> Iterator[Server]:
    """`sad serve …` until the end of the block, ready once `path` answers 200.

    PORT and PUBLIC_URL are set here; the output goes to `folder/server-<port>.log`.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = folder / f"server-{port}.log"
    environment = {"PUBLIC_URL": url, **settings, "PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(SAD), "serve", *arguments],
            env=child_environment(environment),
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, port, path, log)
        yield Server(url, process.pid, log)
    finally:
        _stop(process)


def _wait_until_ready(
    process: subprocess.Popen[bytes], port: int, path: str, log: Path, seconds: float = 60
) -> None:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise RuntimeError(f"sad serve ended ({process.returncode}):\n{log.read_text()}")
        if _status(port, path) == 200:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{path} did not answer within {seconds:.0f} s:\n{log.read_text()}")


def _status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
