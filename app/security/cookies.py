"""The two cookies of a browser: its session's secret, and the mark by which we know it again."""

import re
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request, Response

from app.security.sessions import cookie_name
from sad.accounts.sessions import BROWSERS_KEPT, Browser
from sad.accounts.tokens import new_token

MARK = re.compile(r"[A-Za-z0-9_-]{43}")
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_of(request: Request) -> Browser:
    """The browser asking: its words, and its mark, a fresh one if it has none."""
    mark = request.cookies.get(_device_name(request), "")
    agent = request.headers.get("user-agent", "")
    return Browser(browser_label(agent), mark if MARK.fullmatch(mark) else new_token())


def browser_label(user_agent: str) -> str:
    """« Firefox sous Linux »: what people recognise of a User-Agent, nothing finer."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "Un navigateur")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), None)
    return f"{browser} sous {system}" if system else browser


def network_of(request: Request) -> str:
    """The network asking, for limits: the address, or the /64 of an IPv6 one."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)


def keep_session(
    request: Request, response: Response, token: str, expires_at: datetime, device: str
) -> None:
    """Gives the browser its session and its mark: HttpOnly, SameSite=Lax, Secure over https."""
    wiring = request.app.state.wiring
    left = int((expires_at - wiring.clock.real()).total_seconds())
    _set(request, response, cookie_name(wiring.settings.secure), token, left)
    _set(request, response, _device_name(request), device, int(BROWSERS_KEPT.total_seconds()))


def drop_session(request: Request, response: Response) -> Response:
    """Takes the session's cookie back; the mark stays: it tells a browser, not a person."""
    secure = request.app.state.wiring.settings.secure
    response.delete_cookie(cookie_name(secure), path="/", secure=secure, httponly=True)
    return response


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=request.app.state.wiring.settings.secure,
        httponly=True,
        samesite="lax",
    )


def _device_name(request: Request) -> str:
    return f"{cookie_name(request.app.state.wiring.settings.secure)}-device"
