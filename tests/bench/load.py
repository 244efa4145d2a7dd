"""A bounded load from a few threads, and what it cost: time, CPU of the application and base."""

import http.client
import json
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.bench.processes import cpu_seconds
from tests.support.server import Server

THREADS = 4
ROUNDS = 4


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

    def form(self, path: str, fields: dict[str, str], **headers: str) -> bytes:
        """A page's fields posted as a browser does; anything but a 200 ends the measure."""
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request("POST", path, urlencode(fields), headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text[:500]!r}")
        return text


Operation = Callable[[Caller], Any]


@dataclass(frozen=True)
class Load:
    """Operations to do on a server; `database` is the process of its database, if it has one."""

    name: str
    server: Server
    operations: Sequence[Operation]
    database: int | None = None


@dataclass(frozen=True)
class Cost:
    """Of one operation, in milliseconds: times, then CPU of each side.

    `application` and `database` over all rounds; `quietest` is the application's in the round that
    the neighbours of the machine troubled least: marks are held to it.
    """

    name: str
    operations: int
    p50: float
    p95: float
    application: float
    quietest: float
    database: float


@dataclass(frozen=True)
class _Round:
    times: list[float]
    application: float
    database: float


def alternated(load: Load, floor: Load, warm: int) -> tuple[Cost, Cost]:
    """The cost of a load and of its floor, in alternate rounds: both meet the same noise."""
    for one in (load, floor):
        _round(one, one.operations[:warm])
    found: dict[str, list[_Round]] = {load.name: [], floor.name: []}
    for number in range(ROUNDS):
        for one in (floor, load):
            found[one.name].append(_round(one, one.operations[warm + number :: ROUNDS]))
    return _cost(load.name, found[load.name]), _cost(floor.name, found[floor.name])


def _round(load: Load, operations: Sequence[Operation]) -> _Round:
    """Does the operations once each, over a few connections."""
    pids = [load.server.pid, load.database]
    before = [cpu_seconds(pid) if pid else 0.0 for pid in pids]
    with ThreadPoolExecutor(THREADS) as pool:
        lots = [operations[i::THREADS] for i in range(THREADS)]
        times = [t for lot in pool.map(lambda lot: _timed(lot, load.server.url), lots) for t in lot]
    after = [cpu_seconds(pid) if pid else 0.0 for pid in pids]
    spent = ((b - a) * 1000 for a, b in zip(before, after, strict=True))
    return _Round(times, *spent)


def _timed(operations: Sequence[Operation], url: str) -> list[float]:
    caller = Caller(url)
    found = []
    for operation in operations:
        start = time.perf_counter()
        operation(caller)
        found.append((time.perf_counter() - start) * 1000)
    return found


def _cost(name: str, rounds: Sequence[_Round]) -> Cost:
    times = sorted(time for one in rounds for time in one.times)
    return Cost(
        name=name,
        operations=len(times),
        p50=statistics.median(times),
        p95=times[int(len(times) * 0.95)],
        application=sum(one.application for one in rounds) / len(times),
        quietest=min(one.application / len(one.times) for one in rounds),
        database=sum(one.database for one in rounds) / len(times),
    )
