"""Routing: who owned the lead, and when."""

# fmt: off
from demo.story import ROBOT, allowance, business, story

(
    story("owner_missing", "Nobody of sales owns it, and the time to assign it has just run out.")
    .arrives().mql()
    .until_today(allowance("owner_assignment", 1).since("mql"))
    .handoff("mql", "open", "owner_missing")
)
(
    story("owner_missing_until_recycled", "Marketing takes it back before anybody of sales owned it.")
    .arrives().mql().recycled(business(70, 400), by=ROBOT)
    .handoff("mql", "recycled", "owner_missing")
)
(
    story("owner_still_due", "Nobody owns it yet; the time to assign it ends this very minute.",
          near="owner_missing")
    .arrives().mql()
    .until_today(allowance("owner_assignment").since("mql"))
    .handoff("mql", "open")
)
