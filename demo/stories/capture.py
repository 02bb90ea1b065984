"""Capture: what the lead brought with it."""

# fmt: off
from demo.story import REP, story

(
    story("source_missing", "No original source.")
    .arrives(source=None, campaign="always", form="always", landing_page="always")
    .mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted", "source_missing")
)
(
    story("campaign_missing", "A channel that lives on campaigns, and no campaign.")
    .arrives(source="campaign", campaign=None)
    .mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted", "campaign_missing")
)
(
    story("campaign_not_expected", "Nobody runs a campaign for a phone call.", near="campaign_missing")
    .arrives(source="Phone Inquiry", campaign=None)
    .mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
