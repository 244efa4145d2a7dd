"""`sad worker`: mails, seals and cleaning, in a process of their own."""

import argparse
import signal
import sys
import threading

from app.settings import SettingError, load


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `worker`."""
    parser = subparsers.add_parser(
        "worker",
        help="exécute les tâches de fond : courriels, rappels, scellements",
        description=(
            "Exécute les tâches de fond jusqu'à Ctrl-C. Plusieurs peuvent tourner ensemble :"
            " chaque tâche n'a qu'un meneur à la fois."
        ),
    )
    parser.set_defaults(func=run)


def run(options: argparse.Namespace) -> int:
    """Works until SIGINT or SIGTERM."""
    from app.wiring import build
    from app.worker.worker import Worker

    try:
        wiring = build(load())
    except SettingError as error:
        print(f"sad : {error}", file=sys.stderr)
        return 1
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    worker = Worker(wiring)
    worker.start()
    print("Tâches de fond en cours. Ctrl-C pour arrêter.", flush=True)
    stopped.wait()
    worker.stop()
    wiring.engine.dispose()
    return 0
