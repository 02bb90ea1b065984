"""Outcome: why it ended, and whether the record says so."""

# fmt: off
from demo.story import REP, business, story

(
    story("rejection_reason_missing", "Rejected without a word.")
    .arrives().mql().owned_by(REP).call().accepted().rejected(None)
    .handoff("mql", "rejected", "rejection_reason_missing")
)
(
    story("rejection_reason_in_note", "The reason stands in a free-text note.")
    .arrives().mql().owned_by(REP).call().accepted().rejected(None, note=True)
    .handoff("mql", "rejected", "rejection_reason_in_notes")
)
(
    story("rejection_reason_in_call_log", "The reason stands in what the rep wrote about his last call.")
    .arrives().mql().owned_by(REP).email().accepted().call(business(30, 300), body=True).rejected(None)
    .handoff("mql", "rejected", "rejection_reason_in_notes")
)
(
    story("rejection_reason_and_note", "A reason from the list, and a note beside it.",
          near=("rejection_reason_missing", "rejection_reason_in_notes"))
    .arrives().mql().owned_by(REP).call().accepted().rejected(note=True)
    .handoff("mql", "rejected")
)  # fmt: skip
