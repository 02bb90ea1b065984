"""Status: whether status and stage tell what happened."""

# fmt: off
from demo.story import REP, allowance, days, story

(
    story("rejected_stage_active", "Rejected, but the stage still says accepted.")
    .arrives().mql().owned_by(REP).call().accepted().rejected(stage=None)
    .settled(allowance("status_update", 60))
    .handoff("mql", "rejected", "rejected_stage_active")
)
(
    story("rejected_stage_follows", "The stage follows a week later: a late remedy is a remedy.",
          near="rejected_stage_active")
    .arrives().mql().owned_by(REP).call().accepted().rejected(stage=None).stage("disqualified", days(6, 9))
    .handoff("mql", "rejected")
)
