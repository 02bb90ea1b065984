"""Words to the people who run the line, by a webhook that takes what Slack's takes.

Nothing is sent unless the setting names an address. The address is a secret (who knows it may write there):
it stands in no message, log or result.
"""

from __future__ import annotations

import json
import logging
import os
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

logger = logging.getLogger(__name__)

WEBHOOK_SETTING = "HANDOFF_ALERT_WEBHOOK"
SECONDS_TO_ANSWER = 10.0
# A webhook may be busy for a moment: after so many seconds each it is asked again.
PAUSES = (1.0, 4.0)
_MOST_LINES = 20
_MOST_CHARACTERS = 3000


def alert(title: str, lines: Sequence[str] = ()) -> bool:
    """Send a title and some lines, and return whether they arrived; False as well where nothing is set.

    Never raises: a run must not fail because its alert does. What went wrong is logged, without the address.
    """
    address = os.environ.get(WEBHOOK_SETTING, "").strip()
    if not address:
        return False
    if not address.startswith(("http://", "https://")):
        logger.warning("%s is no http(s) address: nothing was sent.", WEBHOOK_SETTING)
        return False
    body = json.dumps({"text": message(title, lines)}).encode()
    for pause in (*PAUSES, None):
        problem = _post(address, body)
        if problem is None:
            return True
        if pause is None or not problem.may_pass:
            logger.warning("The alert %r did not arrive: %s.", title, problem.words)
            return False
        time.sleep(pause)
    return False


def message(title: str, lines: Sequence[str]) -> str:
    """Return the text of an alert: no markup of the receiver's can be made by what it quotes."""
    shown = [
        *lines[:_MOST_LINES],
        *([f"and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []),
    ]
    text = "\n".join([title, *(f"• {line}" for line in shown)])
    if len(text) > _MOST_CHARACTERS:
        text = text[: _MOST_CHARACTERS - 1] + "…"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Problem:
    def __init__(self, words: str, *, may_pass: bool) -> None:
        self.words = words
        self.may_pass = may_pass


def _post(address: str, body: bytes) -> _Problem | None:
    try:
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER):
            return None
    except urllib.error.HTTPError as error:
        return _Problem(f"the webhook answered {error.code}", may_pass=error.code >= 500 or error.code == 429)
    except urllib.error.URLError as error:
        return _Problem(f"the webhook cannot be reached ({_reason(error.reason)})", may_pass=True)
    except (OSError, ValueError) as error:
        return _Problem(f"the webhook cannot be reached ({type(error).__name__})", may_pass=True)


def _reason(reason: object) -> str:
    return (
        (reason.strerror or type(reason).__name__) if isinstance(reason, OSError) else type(reason).__name__
    )
