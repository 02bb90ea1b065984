"""Action: whether a person acted, and in time."""

# fmt: off
from demo.story import REP, due, story

(
    story("first_action_late", "The rep calls a minute after the first action was due.")
    .arrives().mql().owned_by(REP).call(due(1)).accepted().converts()
    .handoff("mql", "converted", "first_action_late")
)
(
    story("first_action_very_late", "The rep calls days later.")
    .arrives().mql().owned_by(REP).call(due(60, 900)).accepted().recycled()
    .handoff("mql", "recycled", "first_action_late")
)
(
    story("first_action_at_the_last_minute", "The rep calls when the first action is due.",
          near="first_action_late")
    .arrives().mql().owned_by(REP).call(due()).accepted().converts()
    .handoff("mql", "converted")
)
(
    story("first_action_missing", "A rep owns it, and the first action is a minute overdue.")
    .arrives().mql().owned_by(REP)
    .until_today(due(1))
    .handoff("mql", "open", "first_action_missing")
)
(
    story("first_action_missing_until_recycled", "Nobody touches it, then the rep recycles it.")
    .arrives().mql().owned_by(REP).recycled(due(1, 300))
    .handoff("mql", "recycled", "first_action_missing")
)
(
    story("first_action_due_now", "A rep owns it, the first action is due this minute.",
          near="first_action_missing")
    .arrives().mql().owned_by(REP)
    .until_today(due())
    .handoff("mql", "open")
)
(
    story("recycled_before_due", "Recycled untouched, but before the first action was due.",
          near="first_action_missing")
    .arrives().mql().owned_by(REP).recycled(due(-5))
    .handoff("mql", "recycled")
)
