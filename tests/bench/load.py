"""A bounded load from a few threads, and what it cost: time, CPU of the application and base."""

import http.client
import json
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.bench.processes import cpu_seconds

THREADS = 4


@dataclass(frozen=True)
class Cost:
    """Of one operation, in milliseconds: median and 95th percentile of time, CPU of each side."""

    name: str
    operations: int
    p50: float
    p95: float
    application: float
    database: float

    def line(self, floor: "Cost | None") -> str:
        """One row of the printed table."""
        ratio = f"{self.application / floor.application:6.1f}" if floor else "     –"
        return (
            f"{self.name:<34}{self.operations:>6}{self.p50:>9.2f}{self.p95:>9.2f}"
            f"{self.application:>10.2f}{self.database:>9.2f}{ratio:>9}"
        )


class Caller:
    """One kept connection to the server."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's JSON; anything but a 2xx ends the measure."""
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        self._connection.request(method, path, data, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:500]!r}")
        return json.loads(text) if text else None


def measured(
    name: str,
    operations: Sequence[Callable[[Caller], Any]],
    url: str,
    application: int,
    database: int | None,
) -> Cost:
    """Runs the operations once each over a few connections, after two of them as a warm-up."""
    pids = [application, database]
    before = [cpu_seconds(pid) if pid else 0.0 for pid in pids]
    with ThreadPoolExecutor(THREADS) as pool:
        lots = [operations[i::THREADS] for i in range(THREADS)]
        times = [t for lot in pool.map(lambda lot: _timed(lot, url), lots) for t in lot]
    after = [cpu_seconds(pid) if pid else 0.0 for pid in pids]
    app_cost, base_cost = (
        (b - a) * 1000 / len(operations) for a, b in zip(before, after, strict=True)
    )
    times.sort()
    return Cost(
        name,
        len(times),
        statistics.median(times),
        times[int(len(times) * 0.95)],
        app_cost,
        base_cost,
    )


def _timed(operations: Sequence[Callable[[Caller], Any]], url: str) -> list[float]:
    caller = Caller(url)
    found = []
    for operation in operations:
        start = time.perf_counter()
        operation(caller)
        found.append((time.perf_counter() - start) * 1000)
    return found
