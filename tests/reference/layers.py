"""The verdict per layer, and the first broken one."""

from __future__ import annotations

from .findings import Context
from .handoffs import Handoff

LAYERS = ("capture", "qualification", "routing", "action", "status", "outcome")
BREAKING = {"medium", "high", "critical"}


def judge(context: Context, handoff: Handoff, catalogue: dict[str, tuple[str, str]]) -> None:
    """Set the six verdicts and the first broken layer; `catalogue` gives (layer, severity) of each
    finding.
    """
    broken = {catalogue[code][0] for code in handoff.findings if catalogue[code][1] in BREAKING}
    verdicts = {
        "capture": capture(context),
        "qualification": qualification(context),
        "routing": routing(context, handoff),
        "action": action(context, handoff),
        "status": status(context, handoff),
        "outcome": outcome(context, handoff),
    }
    handoff.layers = {layer: "broken" if layer in broken else verdicts[layer] for layer in LAYERS}
    handoff.first_broken_layer = next((layer for layer in LAYERS if layer in broken), None)


def capture(context: Context) -> str:
    """Recorded or not; there is nothing to wait for."""
    elements = ("source", "campaign", "landing_page", "conversion_point", "contact")
    return "ok" if any(context.coverage.elements[element] for element in elements) else "not_recorded"


def qualification(context: Context) -> str:
    """Recorded or not; there is nothing to wait for."""
    elements = ("fit", "intent", "qualification_reason")
    return "ok" if any(context.coverage.elements[element] for element in elements) else "not_recorded"


def routing(context: Context, handoff: Handoff) -> str:
    """Done once a sales user owns the lead."""
    if not context.coverage.records("owner", "sales_team") or not context.coverage.reaches(
        "owner_id", handoff.opened.at
    ):
        return "not_recorded"
    if handoff.human_owned is not None:
        return "ok"
    return "pending" if handoff.outcome == "open" else "not_reached"


def action(context: Context, handoff: Handoff) -> str:
    """Done once a human sales activity happened."""
    if handoff.outcome == "merged":
        return "not_reached"
    if not context.coverage.records("owner", "activities") or handoff.log.is_merged:
        return "not_recorded"
    if handoff.is_owner_inferred and handoff.human_owned is not None:
        return "not_recorded"
    if not context.coverage.reaches("owner_id", handoff.opened.at):
        return "not_recorded"
    if handoff.human_activities:
        return "ok"
    return "pending" if handoff.outcome == "open" else "not_reached"


def status(context: Context, handoff: Handoff) -> str:
    """Done once sales has said anything: accepted, or the handoff ended."""
    if handoff.outcome in {"merged", "deleted"}:
        return "not_reached"
    # Today's status alone, or today's stage alone, cannot tell how a handoff went.
    tells = ("status_history", "stage_history", "acceptance")
    has_both = context.coverage.records("status", "stage")
    if not has_both and not any(context.coverage.elements[element] for element in tells):
        return "not_recorded"
    if handoff.outcome == "open" and handoff.accepted is None:
        return "pending"
    return "ok"


def outcome(context: Context, handoff: Handoff) -> str:
    """Done once the handoff ended as rejected, recycled or converted."""
    if handoff.outcome in {"merged", "deleted"}:
        return "not_reached"
    elements = context.coverage.elements
    if handoff.outcome == "open" and not elements["status"] and not elements["stage"]:
        return "not_recorded"
    if handoff.outcome == "rejected" and not elements["reason"]:
        return "not_recorded"
    return "pending" if handoff.outcome == "open" else "ok"
