"""A real S3 server for the tests: one Ceph RADOS Gateway for a whole run."""

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from tests.support.missing import require_component
from tests.support.once import once, run_folder, run_owner

CEPH_UP = Path(__file__).resolve().parents[1] / "services" / "ceph_up.sh"
PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool")
KEY, SECRET = "AKTESTS", "SKTESTS-secret/with+signs"


def s3_server() -> str:
    """`host:port` of the run's S3 server, started by the first who asks, keys KEY and SECRET.

    Its daemons stop by themselves, by their process ids, when the run is over.
    """
    present = all(shutil.which(program) for program in PROGRAMS)
    require_component("Ceph RADOS Gateway (Debian: radosgw ceph-osd ceph-mon)", present)
    written = run_folder() / "s3-server"
    with once("s3-server") as first:
        if first:
            # Apart from the run's folder, which goes while the daemons still write.
            folder = tempfile.mkdtemp(prefix="sad-ceph-")
            rgw, *monitor = _free_ports(3)
            ports = [str(port) for port in (rgw, *monitor)]
            subprocess.run([CEPH_UP, folder, *ports, str(run_owner()), KEY, SECRET], check=True)
            written.write_text(f"127.0.0.1:{rgw}")
    return written.read_text()


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()
