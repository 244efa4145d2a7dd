"""The only module that reads or writes `HX-*` headers (decision 0001)."""

from fastapi import Request, Response


def is_fragment(request: Request) -> bool:
    """htmx asks for a piece of the page, not for the page."""
    return (
        request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"
    )


def go(response: Response, path: str) -> Response:
    """Tells htmx to load another page."""
    response.headers["HX-Redirect"] = path
    return response


def trigger(response: Response, event: str) -> Response:
    """Tells the page that something happened."""
    response.headers["HX-Trigger"] = event
    return response
