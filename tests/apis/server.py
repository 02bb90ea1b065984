"""A local HTTP server that answers as an API does, and fails as one does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

TOKEN = "t0ken-canary"


@dataclass(frozen=True)
class Request:
    """What was asked. at: seconds of a clock that only grows."""

    method: str
    path: str
    query: Mapping[str, str]
    body: dict[str, Any]
    at: float


@dataclass(frozen=True)
class Answer:
    """What is answered: JSON with a status."""

    content: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Strike = Answer | Literal["half", "broken json", "no answer"]


@dataclass
class Fault:
    """What goes wrong with requests for a path: after `passed` of them, `times` in a row."""

    path: str
    answer: Strike
    times: int = 1
    passed: int = 0

    def strikes(self, request: Request) -> bool:
        """Whether it is this request's turn."""
        if self.path not in request.path or self.times == 0:
            return False
        if self.passed:
            self.passed -= 1
            return False
        self.times -= 1
        return True


class Api:
    """An API that is served: subclasses answer, this one keeps what was asked and lets faults strike."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.token = TOKEN
        self.url = ""

    def answer(self, request: Request) -> Answer:
        """What the API says to a request with a valid token."""
        raise NotImplementedError

    def unauthorised(self) -> Answer:
        """What the API says to any other."""
        raise NotImplementedError

    def asked(self, path: str) -> list[Request]:
        """The requests for a path, in their order."""
        return [request for request in self.requests if path in request.path]


@contextmanager
def served(api: Api) -> Iterator[str]:
    """Serve an API on a free port of 127.0.0.1. Gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _handle(api, self)

        def do_POST(self) -> None:
            _handle(api, self)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing: tests look at what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield api.url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handle(api: Api, handler: BaseHTTPRequestHandler) -> None:
    parts = urlsplit(handler.path)
    length = int(handler.headers.get("Content-Length") or 0)
    raw = handler.rfile.read(length)
    is_json = "json" in handler.headers.get("Content-Type", "")
    body = json.loads(raw) if raw and is_json else dict(parse_qsl(raw.decode()))
    request = Request(handler.command, parts.path, dict(parse_qsl(parts.query)), body, monotonic())
    api.requests.append(request)
    fault = next((fault for fault in api.faults if fault.strikes(request)), None)
    if fault and isinstance(fault.answer, Answer):
        _send(handler, fault.answer)
        return
    is_known = handler.headers.get("Authorization") == f"Bearer {api.token}"
    answer = api.answer(request) if is_known or "oauth2" in parts.path else api.unauthorised()
    if fault is None:
        _send(handler, answer)
    elif fault.answer == "broken json":
        content = json.dumps(answer.content).encode()
        _send_bytes(handler, answer, content[: len(content) // 2], len(content) // 2)
    else:
        content = json.dumps(answer.content).encode() if fault.answer == "half" else b""
        _send_bytes(handler, answer, content[: len(content) // 2], len(content) or 10)
        handler.close_connection = True


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    content = json.dumps(answer.content).encode()
    _send_bytes(handler, answer, content, len(content))


def _send_bytes(handler: BaseHTTPRequestHandler, answer: Answer, content: bytes, length: int) -> None:
    handler.send_response(answer.status)
    for name, value in {"Content-Type": "application/json", **answer.headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()
    handler.wfile.write(content)
