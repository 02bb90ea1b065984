"""Qualification: why it counted as sales-ready, and who said so."""

# fmt: off
from demo.story import NOBODY, REP, ROBOT, business, days, hours, minutes, story

(
    story("fit_missing", "Neither grade nor score.")
    .arrives(fit=None).mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted", "fit_missing")
)
(
    story("fit_score_only", "No grade, but a score.", near="fit_missing")
    .arrives(fit="scored").mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
(
    story("intent_missing", "No intent signal.")
    .arrives(intent=None).mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "intent_missing")
)
(
    story("intent_unheard_of", "An intent signal that no policy knows, on a lead of poor fit.",
          near=("intent_missing", "mql_below_criteria"))
    .arrives(fit="poor", intent="unknown").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("qualification_reason_missing", "Sales-ready, and nobody wrote why.")
    .arrives(qualification=False).mql().owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted", "qualification_reason_missing")
)
(
    story("mql_of_poor_fit", "Sales-ready in spite of its poor fit.")
    .arrives(fit="poor").mql().owned_by(REP).call().rejected("poor_company_fit", business(3, 240))
    .handoff("mql", "rejected", "mql_below_criteria")
)
(
    story("mql_of_low_intent", "Sales-ready after reading one blog post.")
    .arrives(intent="poor").mql().owned_by(REP).email().recycled(business(3, 240))
    .handoff("mql", "recycled", "mql_below_criteria")
)
(
    story("poor_fit_of_unknown_intent", "Poor fit, intent not known: nobody can say that it was below.",
          near="mql_below_criteria")
    .arrives(fit="poor", intent=None).mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled", "intent_missing")
)
(
    story("worked_before_mql", "A rep calls an inquiry that marketing had not handed over.")
    .arrives().owned_by(REP, hours(2, 40), by=REP).call(business(2, 90)).status("accepted", minutes(2, 20))
    .recycled()
    .handoff("sales_action", "recycled", "handoff_undeclared")
)
(
    story("worked_before_mql_and_converted", "The same, and the stage jumps over MQL.")
    .arrives().owned_by(REP, hours(2, 40), by=REP).email(business(2, 90)).accepted().converts()
    .handoff("sales_action", "converted", "handoff_undeclared", "stage_skipped")
)
(
    story("claimed_before_mql", "A rep sets an inquiry to working, then calls it.")
    .arrives().owned_by(REP, hours(2, 40), by=REP).status("working", minutes(1, 5)).call(business(2, 25))
    .status("accepted", minutes(2, 9)).recycled()
    .handoff("sales_action", "recycled", "handoff_undeclared")
)
(
    story("spam_thrown_out", "A rep throws spam out of the list: opened and closed at one stroke.")
    .arrives(owner=NOBODY).rejected("spam", hours(5, 60))
    .handoff("sales_action", "rejected", "handoff_undeclared")
)
(
    story("sorted_by_a_workflow", "A workflow sets the status of an inquiry: no handoff. Then it is an MQL.",
          near="handoff_undeclared")
    .arrives().robot_mail(hours(1, 5)).status("working", minutes(5, 50), by=ROBOT)
    .status("new", days(1, 2), by=ROBOT)
    .mql(hours(1, 9)).owned_by(REP).call().accepted().converts()
    .handoff("mql", "converted")
)
