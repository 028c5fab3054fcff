"""Who may ask: only this machine's browser with the token, from a page of this very server.

Every request passes here first. Host: against names that are bound to 127.0.0.1 elsewhere (DNS
rebinding). Token: against other users and programs of the machine. Origin: against other pages of
the same browser. The headers: against text of a document that became mark-up after all.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # Not no-referrer: browsers then send no Origin with the forms of our own pages.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_LARGEST = 4 << 20  # bytes of a request


class Guard:
    """ASGI: lets a request through to `app`, or answers that it may not pass.

    `hosts` are the values of Host that are this server's; `token` is the secret of this run.
    """

    def __init__(self, app: App, token: str, hosts: frozenset[str]) -> None:
        self.app = app
        self.token = token
        self.hosts = hosts
        port = next(iter(hosts)).rpartition(":")[2]
        # Cookies do not tell ports apart: two servers on one machine must not share one.
        self.cookie = f"gongwen_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if headers.get("host", "") not in self.hosts:
            await _answer(send, 421, "This address is not served here.")
            return
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token")
        if given is not None and scope["method"] == "GET" and self._is_token(given):
            await self._enter(scope, query, send)
            return
        if not self._is_token(self._cookie_of(headers)):
            await _answer(
                send,
                403,
                "请打开 gongwen review 显示的地址。\n"
                "Open the address that `gongwen review` has printed.",
            )
            return
        if scope["method"] not in ("GET", "HEAD") and not self._is_own(headers):
            await _answer(send, 403, "这个请求来自别的页面。\nThis request came from another page.")
            return
        if int(headers.get("content-length", "0") or 0) > _LARGEST:
            await _answer(send, 413, "Too much.")
            return
        await self.app(scope, receive, _with_headers(send))

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    def _cookie_of(self, headers: dict[str, str]) -> str:
        held = SimpleCookie()
        held.load(headers.get("cookie", ""))
        return held[self.cookie].value if self.cookie in held else ""

    def _is_own(self, headers: dict[str, str]) -> bool:
        """Whether a request that changes something comes from a page of this server."""
        return headers.get("origin") == f"http://{headers['host']}" and headers.get(
            "sec-fetch-site", "same-origin"
        ) in ("same-origin", "none")

    async def _enter(self, scope: Scope, query: list[tuple[str, str]], send: Send) -> None:
        """Put the token into a cookie and take it out of the address."""
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        # Only the path of this server: `//host` would lead elsewhere.
        path = "/" + scope["raw_path"].decode("latin-1").partition("?")[0].lstrip("/\\")
        cookie = f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"
        location = path + (f"?{rest}" if rest else "")
        more = ((b"location", location.encode("latin-1")), (b"set-cookie", cookie.encode()))
        await _answer(send, 303, "", more)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", []))
            names = {name for name, _ in given}
            given += [pair for pair in HEADERS if pair[0] not in names]
            if b"cache-control" not in names:
                given.append((b"cache-control", b"no-store"))
            message = {**message, "headers": given}
        await send(message)

    return sending


async def _answer(
    send: Send, status: int, text: str, more: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *HEADERS,
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
