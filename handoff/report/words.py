"""How numbers and names read on the page."""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Callable

from markupsafe import Markup, escape

# A space that neither breaks nor stretches, between a number and its unit.
THIN = "\u202f"

LAYERS = {
    "capture": "Capture",
    "qualification": "Qualification",
    "routing": "Routing",
    "action": "First action",
    "status": "Status",
    "outcome": "Outcome",
}

# "Handoffs break first …"
LAYER_PLACES = {
    "capture": "at capture",
    "qualification": "at qualification",
    "routing": "at routing",
    "action": "at the first action",
    "status": "at their status",
    "outcome": "at their outcome",
}

LAYER_QUESTIONS = {
    "capture": "Does the record say who this is and where they came from?",
    "qualification": "Does it say why the lead was handed over?",
    "routing": "Did a person who sells own it in time?",
    "action": "Did that person act, in time?",
    "status": "Do status and stage say what happened?",
    "outcome": "Did the result come back, with its reason?",
}

VERDICTS = {
    "ok": "ok",
    "broken": "broken",
    "pending": "pending",
    "not_reached": "not reached",
    "not_recorded": "not recorded",
}

STAGES = ("inquiry", "mql", "sal", "sql", "opportunity", "customer", "recycled", "disqualified", "(none)")
STATUS_GROUPS = ("new", "working", "accepted", "converted", "recycled", "rejected", "unmapped")

# The five quality dimensions, and who can mend each.
FIXES = {
    "channel": "Marketing · channel",
    "form": "Marketing · form",
    "routing": "RevOps · routing",
    "sales_process": "Sales · process",
    "crm_data": "RevOps · CRM data",
}

# What a gap is made of, in the order of the waterfall.
FACTORS = {
    "lead_quality_mix": "Lead quality",
    "process_mix": "Process",
    "rate_effect": "Neither",
}

GAP_VERDICTS = {
    "lead_quality": "Lead quality",
    "process_quality": "Process quality",
    "both": "Both",
    "unexplained": "Unexplained",
    "not_enough_data": "Not enough data",
}

SEGMENTS = {
    "source_system": "Source system",
    "source": "Source",
    "channel": "Channel",
    "campaign": "Campaign",
    "form": "Form",
    "team": "Team",
    "queue": "Queue",
    "territory": "Territory",
}

ABBREVIATIONS = {
    "mql": "MQL",
    "sal": "SAL",
    "sql": "SQL",
    "crm": "CRM",
    "sla": "SLA",
    "id": "ID",
    "dbt": "dbt",
}

# Whose turn a row of the worklist is.
WHO = {"owner": "Owner", "queue": "Queue", "routing": "RevOps, routing", "marketing": "Marketing"}

STATUSES = {
    "pass": "passed",
    "not_applicable": "does not apply",
    "too_early": "too early",
    "warn": "warned",
    "fail": "failed",
}

# Shares of fewer than this are no ground to act on; the metrics mart calls them unreliable.
RELIABLE_FROM = 30
TOO_FEW = f"fewer than {RELIABLE_FROM}: read with care"
FEW = f" That is fewer than {RELIABLE_FROM}: read with care."


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share (0 to 1) as a percentage; an em dash where there is none."""
    if share is None:
        return "—"
    # A share that is neither none nor all must not be rounded into either.
    if 0 < share < 10 ** -(digits + 2) / 2:
        return f"<{10**-digits:g}{THIN}%"
    if 1 - 10 ** -(digits + 2) / 2 < share < 1:
        return f">{100 - 10**-digits:g}{THIN}%"
    # Halves go up, as they do in the page's script.
    return f"{math.floor(share * 100 * 10**digits + 0.5) / 10**digits:.{digits}f}{THIN}%"


def fine(share: float | None) -> str:
    """Return a share with one decimal."""
    return percent(share, 1)


def number(count: float | None) -> str:
    """Return a count with thousands separated; an em dash where there is none."""
    return "—" if count is None else f"{count:,.0f}"


def duration(minutes: float | None) -> str:
    """Return business minutes as minutes, or hours and minutes; an em dash where there are none."""
    if minutes is None:
        return "—"
    if 0 < minutes < 1:
        return f"{minutes * 60:.0f}{THIN}s"
    hours, rest = divmod(math.floor(minutes + 0.5), 60)
    if hours == 0:
        return f"{rest}{THIN}min"
    return f"{hours:,}{THIN}h" if rest == 0 else f"{hours:,}{THIN}h {rest}{THIN}min"


def spoken(name: str) -> str:
    """Return a snake_case name as words, abbreviations as people write them."""
    words = [ABBREVIATIONS.get(word, word) for word in name.split("_") if word]
    first = words[0] if words[0] in ABBREVIATIONS.values() else words[0].capitalize()
    return " ".join([first, *words[1:]])


def lowered(name: str) -> str:
    """Return a snake_case name as words inside a sentence."""
    text = spoken(name)
    return text if text.split(" ")[0] in ABBREVIATIONS.values() else text[0].lower() + text[1:]


def points(share: float) -> str:
    """Return a difference of two shares in percentage points, signed."""
    rounded = round(share * 100, 1)
    text = f"{abs(rounded):.0f}" if abs(rounded) >= 10 or rounded == int(rounded) else f"{abs(rounded):.1f}"
    sign = "\N{MINUS SIGN}" if rounded < 0 else "+" if rounded > 0 else "±"
    return f"{sign}{text}{THIN}pts"


_NUMBERS: dict[str, Callable[[float], str]] = {"percent": percent, "fine": fine, "duration": duration}


def reads(value: object, form: str) -> str:
    """Return a table's value as people read it: form is as in ``tables.Column``; text is never trusted."""
    if form == "reason":
        return "—" if value is None else "No reason given" if value == "(none)" else spoken(str(value))
    if value is None:
        return "—"
    if isinstance(value, int | float):
        if form == "layer":
            return list(LAYERS.values())[int(value)]
        return _NUMBERS.get(form, number)(value)
    return spoken(str(value)) if form == "name" else str(value)


def broken_lines(text: str, longest: int) -> list[str]:
    """Return a text as lines of at most ``longest`` letters, for a picture's title."""
    return textwrap.wrap(text, longest)


def plain_text(text: object, longest: int = 300) -> str:
    """Return text that came from a CRM without control characters or direction marks, for places that hold no
    markup; it still has to be escaped there.
    """
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") else letter
        for letter in str(text)[:longest]
    )


def crm_text(text: object, longest: int = 300) -> Markup:
    """Return text that came from a CRM, escaped, isolated in its writing direction, and without control
    characters.

    Direction marks inside a name would otherwise reorder the words around it.
    """
    return Markup("<bdi>") + escape(plain_text(text, longest)) + Markup("</bdi>")
