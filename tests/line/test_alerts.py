"""Alerts: what a Slack-compatible webhook is sent, when, and what is never said."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from handoff import alerts
from handoff.alerts import alert, message

SECRET = "T0KEN-B0B-canary"


@dataclass
class Webhook:
    """A local server that takes what Slack takes. answers: status codes in turn, then 200."""

    address: str = ""
    answers: list[int] = field(default_factory=list)
    received: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """A webhook on 127.0.0.1, set as the one to tell; pauses between tries are short."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.received.append(json.loads(body))
            assert self.headers["Content-Type"] == "application/json"
            self.send_response(hook.answers.pop(0) if hook.answers else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        hook.address = f"http://127.0.0.1:{server.server_port}/services/{SECRET}"
        monkeypatch.setenv("HANDOFF_ALERT_WEBHOOK", hook.address)
        monkeypatch.setattr(alerts, "PAUSES", (0.01, 0.01))
        yield hook
        server.shutdown()


def test_an_alert_arrives_as_the_text_that_slack_takes(webhook: Webhook) -> None:
    assert alert("run 1 failed", ["owners_present on fct_handoffs: found 3 % & less"])
    assert webhook.received == [
        {"text": "run 1 failed\n• owners_present on fct_handoffs: found 3 % &amp; less"}
    ]


def test_silent_without_the_setting(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANDOFF_ALERT_WEBHOOK")
    assert not alert("run 1 failed")
    assert webhook.received == []


def test_a_busy_webhook_is_asked_again_and_one_that_refuses_is_not(
    webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.answers = [503, 429]
    assert alert("first")
    assert len(webhook.received) == 3
    webhook.answers = [403]
    with caplog.at_level(logging.WARNING):
        assert not alert("second")
    assert len(webhook.received) == 4
    assert "did not arrive: the webhook answered 403" in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        f"http://127.0.0.1:9/{SECRET}",
        f"http://{SECRET}.invalid/x",
        f"file:///etc/{SECRET}",
        f"http://[{SECRET}",
    ],
)
def test_a_webhook_that_is_not_there_fails_no_run_and_its_address_is_never_told(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HANDOFF_ALERT_WEBHOOK", address)
    monkeypatch.setattr(alerts, "PAUSES", ())
    with caplog.at_level(logging.DEBUG):
        assert not alert("run 1 failed")
    assert caplog.text
    assert SECRET not in caplog.text


def test_what_is_quoted_cannot_call_anybody_nor_flood() -> None:
    text = message("title", [f"<!channel> <https://evil.example|click> {number}" for number in range(100)])
    assert "<" not in text
    assert text.splitlines()[-1] == "• and 80 more"
    assert len(message("title", ["x" * 10_000])) <= 3000
