"""A real clamd for the tests: one for a whole run, whose only signature is the EICAR test file."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.support.missing import require_component
from tests.support.once import once, run_folder, run_owner
from tests.support.server import free_port

CLAMD_UP = Path(__file__).resolve().parents[1] / "services" / "clamd_up.sh"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Test.EICAR.UNOFFICIAL"
STREAM_MOST = 3 * 1024 * 1024
"""Bytes after which this clamd gives up: few, so that the limit is quick to reach."""


def clamd() -> str:
    """SCANNER_URL of the run's clamd, started by the first who asks; it ends with the run."""
    present = shutil.which("clamd", path="/usr/sbin:/usr/bin:/sbin:/bin") is not None
    require_component("clamd (Debian: clamav-daemon)", present)
    written = run_folder() / "clamd"
    with once("clamd") as first:
        if first:
            folder = tempfile.mkdtemp(prefix="sad-clamd-")
            port = free_port()
            most = str(STREAM_MOST)
            subprocess.run([CLAMD_UP, folder, str(port), str(run_owner()), most], check=True)
            written.write_text(f"clamd://127.0.0.1:{port}")
    return written.read_text()
