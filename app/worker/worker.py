"""The worker: APScheduler with a memory store, in the web process or in its own (`sad worker`)."""

import logging
import os
import secrets
import socket
from collections.abc import Callable
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app.wiring import Wiring
from app.worker.leases import give_back, lead
from app.worker.tasks import TASKS, Task

log = logging.getLogger("sad.worker")
THREADS = 3  # neither a slow mail relay nor many photographs hold the links


class Worker:
    """Looks for what is due, while it leads. Any number of them may run."""

    def __init__(self, wiring: Wiring, tasks: tuple[Task, ...] = TASKS) -> None:
        self._wiring = wiring
        self._tasks = tasks
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": ThreadPoolExecutor(THREADS)}
        )

    def start(self) -> None:
        """Returns at once; the tasks run in threads of their own."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        for task in self._tasks:
            self._scheduler.add_job(
                self.run,
                "interval",
                [task],
                id=task.name,
                seconds=task.every,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Lets the running tasks end, then leaves the lead to others."""
        self._scheduler.shutdown(wait=True)
        self._guarded("stopping", lambda: give_back(self._wiring, self.name))

    def run(self, task: Task) -> None:
        """One run of a task, if this worker leads it. A failure logs its type, stops nothing."""
        self._guarded(task.name, lambda: self._led(task))

    def _led(self, task: Task) -> None:
        if lead(self._wiring, task.name, self.name, task.lease):
            task.run(self._wiring, self.name)

    def _guarded(self, name: str, do: Callable[[], None]) -> None:
        try:
            do()
        except Exception as error:  # noqa: BLE001 - one failing task must not stop the worker
            # The type alone: a message may carry an address or what somebody typed.
            log.error("worker task %s failed: %s", name, type(error).__name__)
