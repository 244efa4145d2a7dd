"""The two back ends, each ready to receive the same tests."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from sad.attachments.store import Store
from storage import open_store
from tests.support.objects import KEY, SECRET, s3_server

_numbers = itertools.count(1)


def s3_url() -> str:
    """The address of a bucket of its own on the run's S3 server."""
    keys = f"{quote(KEY, safe='')}:{quote(SECRET, safe='')}"
    return f"s3://{keys}@{s3_server()}/t-{os.getpid()}-{next(_numbers)}?secure=0"


@pytest.fixture
def fresh_s3_url() -> str:
    """An S3 bucket that no test has used."""
    return s3_url()


@pytest.fixture(scope="session")
def s3_store() -> Store:
    """One store on the S3 server for the session: names are random, tests do not meet."""
    return open_store(s3_url())


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store on each back end in turn."""
    if request.param == "folder":
        yield open_store(f"file://{tmp_path}/files")
    else:
        yield request.getfixturevalue("s3_store")
