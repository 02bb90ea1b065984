"""How numbers and names read on the page."""

from __future__ import annotations

import unicodedata

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

# The five quality dimensions, and who can mend each.
FIXES = {
    "channel": "Marketing · channel",
    "form": "Marketing · form",
    "routing": "RevOps · routing",
    "sales_process": "Sales · process",
    "crm_data": "RevOps · CRM data",
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

SEVERITIES = {"critical": 0, "high": 1, "medium": 2, "low": 3}


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share (0 to 1) as a percentage; an em dash where there is none."""
    if share is None:
        return "—"
    # A share that is neither none nor all must not be rounded into either.
    if 0 < share < 10 ** -(digits + 2) / 2:
        return f"<{10**-digits:g}{THIN}%"
    if 1 - 10 ** -(digits + 2) / 2 < share < 1:
        return f">{100 - 10**-digits:g}{THIN}%"
    return f"{share * 100:.{digits}f}{THIN}%"


def number(count: float | None) -> str:
    """Return a count with thousands separated; an em dash where there is none."""
    return "—" if count is None else f"{count:,.0f}"


def duration(minutes: float | None) -> str:
    """Return business minutes as minutes, or hours and minutes; an em dash where there are none."""
    if minutes is None:
        return "—"
    if minutes < 1:
        return f"{minutes * 60:.0f}{THIN}s"
    hours, rest = divmod(round(minutes), 60)
    if hours == 0:
        return f"{rest}{THIN}min"
    return f"{hours:,}{THIN}h" if rest == 0 else f"{hours:,}{THIN}h {rest}{THIN}min"


def spoken(name: str) -> str:
    """Return a snake_case name as words, abbreviations as people write them."""
    words = [ABBREVIATIONS.get(word, word) for word in name.split("_") if word]
    first = words[0] if words[0] in ABBREVIATIONS.values() else words[0].capitalize()
    return " ".join([first, *words[1:]])


def crm_text(text: object, longest: int = 300) -> Markup:
    """Return text that came from a CRM, escaped, isolated in its writing direction, and without control
    characters.

    Direction marks inside a name would otherwise reorder the words around it.
    """
    visible = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") else letter
        for letter in str(text)[:longest]
    )
    return Markup("<bdi>") + escape(visible) + Markup("</bdi>")
