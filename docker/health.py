#!/opt/sad/bin/python
"""The image's health check: 0 when /healthz of this container answers 200, else 1."""

import os
import sys
from urllib.error import URLError
from urllib.request import urlopen


def main() -> int:
    """Asks /healthz on loopback, whatever address the outside uses."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    try:
        with urlopen(address, timeout=2) as answer:
            return 0 if answer.status == 200 else 1
    except (URLError, OSError):
        return 1


if __name__ == "__main__":
    sys.exit(main())
