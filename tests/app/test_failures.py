"""A failure of ours is answered and logged by its kind: never by what somebody typed."""

import logging
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from app.errors import Silenced, install

TYPED = "zoe@brume.example"


def failing() -> FastAPI:
    app = FastAPI()

    @app.get("/api/v1/failing")
    def fail() -> None:
        raise ValueError(TYPED)

    @app.get("/page")
    def fail_twice() -> None:  # its page cannot be written either: nothing is wired here
        raise ValueError(TYPED)

    @app.get("/api/v1/cut")
    def cut() -> StreamingResponse:
        def blocks() -> Any:
            yield b"begun"
            raise ValueError(TYPED)

        return StreamingResponse(blocks())

    install(app)
    return app


@pytest.mark.parametrize("path", ["/api/v1/failing", "/page"])
def test_a_failure_ends_here(path: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), TestClient(Silenced(failing())) as client:
        answer = client.get(path)
    assert answer.status_code == 500
    assert "Rien n'a été enregistré à moitié" in answer.text
    assert TYPED not in answer.text and TYPED not in caplog.text
    assert "ValueError" in caplog.text and "Traceback" not in caplog.text


def test_an_answer_cut_while_it_is_sent_says_nothing_either(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG), TestClient(Silenced(failing())) as client:
        assert client.get("/api/v1/cut").content == b"begun"
    assert TYPED not in caplog.text
