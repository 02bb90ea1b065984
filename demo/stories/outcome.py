"""Outcome: why it ended, and whether the record says so."""

# fmt: off
from demo.story import REP, TEAMMATE, allowance, business, days, due, hours, in_time, minutes, story

# -- the reason -------------------------------------------------------------------------------------

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
    story("rejection_reason_not_in_the_last_log", "He wrote about his first call, not about the last email.",
          near="rejection_reason_in_notes")
    .arrives().mql().owned_by(REP).call(body=True).accepted().email(business(30, 300)).rejected(None)
    .handoff("mql", "rejected", "rejection_reason_missing")
)
(
    story("rejection_reason_and_note", "A reason from the list, and a note beside it.",
          near=("rejection_reason_missing", "rejection_reason_in_notes"))
    .arrives().mql().owned_by(REP).call(body=True).accepted().rejected(note=True)
    .handoff("mql", "rejected")
)
(
    story("rejection_reason_unmapped", "A reason that no list knows.")
    .arrives().mql().owned_by(REP).call().accepted().rejected("unmapped")
    .handoff("mql", "rejected", "rejection_reason_unmapped")
)
(
    story("rejection_reason_left_over",
          "Recycled; an unheard-of reason stands on the record, but nobody rejected.",
          near="rejection_reason_unmapped")
    .arrives(reason="unmapped").mql().owned_by(REP).call().accepted().recycled()
    .handoff("mql", "recycled")
)
(
    story("duplicate_of_nobody", "Rejected as a duplicate; nobody else has that address.")
    .arrives().mql().owned_by(REP).call().accepted().rejected("duplicate")
    .handoff("mql", "rejected", "rejection_reason_contradicted")
)
(
    story("duplicate_indeed", "Rejected as a duplicate, and so it is.", near="rejection_reason_contradicted")
    .arrives(key="earlier")
    .arrives(days(3, 20), same_person=0).mql().owned_by(REP).call().accepted().rejected("duplicate")
    .handoff("mql", "rejected")
)
(
    story("duplicate_merged_away", "Rejected as a duplicate, and merged into the other record afterwards.",
          near="rejection_reason_contradicted")
    .arrives(key="survivor")
    .arrives(days(3, 20), key="loser").mql().owned_by(REP).rejected("duplicate", in_time())
    .merged_into("survivor", minutes(30, 300))
    .handoff("mql", "rejected", of="loser")
)
(
    story("customer_of_nobody", "Rejected as an existing customer; no account is one.")
    .arrives().account(TEAMMATE).mql().owned_by(REP).call().accepted().rejected("existing_customer")
    .handoff("mql", "rejected", "rejection_reason_contradicted")
)
(
    story("customer_indeed", "Rejected as an existing customer, and so it is.",
          near="rejection_reason_contradicted")
    .arrives().account(REP, customer="won").mql().owned_by(REP).call().accepted()
    .rejected("existing_customer")
    .handoff("mql", "rejected")
)
(
    story("contact_invalid_after_talking", "Rejected as unreachable, after a conversation.")
    .arrives().mql().owned_by(REP).call(connected=True).accepted().rejected("invalid_contact")
    .handoff("mql", "rejected", "rejection_reason_contradicted")
)
(
    story("contact_invalid_indeed", "Rejected as unreachable; nobody ever picked up.",
          near="rejection_reason_contradicted")
    .arrives().mql().owned_by(REP).call().accepted().call(business(60, 300)).rejected("invalid_contact")
    .handoff("mql", "rejected")
)

# -- an honest attempt ------------------------------------------------------------------------------

(
    story("rejected_untouched", "Rejected in time, without an attempt.")
    .arrives().mql().owned_by(REP).rejected("poor_company_fit", in_time())
    .handoff("mql", "rejected", "rejected_untouched")
)
(
    story("rejected_untouched_and_late", "Rejected without an attempt, after the first action was due.")
    .arrives().mql().owned_by(REP).rejected("any_quality", due(30, 900))
    .handoff("mql", "rejected", "first_action_missing", "rejected_untouched")
)
(
    story("rejected_untouched_as_spam", "Spam needs no attempt.", near="rejected_untouched")
    .arrives().mql().owned_by(REP).rejected("spam", in_time())
    .handoff("mql", "rejected")
)
(
    story("rejected_untouched_as_duplicate", "A duplicate needs no attempt.", near="rejected_untouched")
    .arrives(key="earlier")
    .arrives(days(3, 20), same_person=0).mql().owned_by(REP).rejected("duplicate", in_time())
    .handoff("mql", "rejected")
)
(
    story("rejected_untouched_as_customer", "A customer's inquiry needs no sales call.",
          near="rejected_untouched")
    .arrives().account(REP, customer="won").mql().owned_by(REP).rejected("existing_customer", in_time())
    .handoff("mql", "rejected")
)
(
    story("rejected_untouched_as_invalid", "No address, no attempt.", near="rejected_untouched")
    .arrives().mql().owned_by(REP).rejected("invalid_contact", in_time())
    .handoff("mql", "rejected")
)
(
    story("recycled_as_rejected", "Good fit, bad timing: that is recycling, not rejecting.")
    .arrives().mql().owned_by(REP).call().accepted().rejected("timing")
    .handoff("mql", "rejected", "recycled_as_rejected")
)
(
    story("timing_of_poor_fit", "Bad timing, and poor fit as well.", near="recycled_as_rejected")
    .arrives(fit="poor", intent="unknown").mql().owned_by(REP).call().accepted().rejected("timing")
    .handoff("mql", "rejected")
)
(
    story("timing_of_unknown_fit", "Bad timing, fit not known.", near="recycled_as_rejected")
    .arrives(fit=None).mql().owned_by(REP).call().accepted().rejected("timing")
    .handoff("mql", "rejected", "fit_missing")
)

# -- no end -----------------------------------------------------------------------------------------

(
    story("outcome_missing", "Open for a whole quarter, however well it is looked after.")
    .arrives().mql().owned_by(REP).call(minutes(2, 9), connected=True).accepted(minutes(1, 9))
    .email(days(15, 25)).next_task(minutes(1, 9))
    .until_today(allowance("outcome", 1).since("mql"))
    .handoff("mql", "open", "outcome_missing")
)
(
    story("outcome_at_the_limit", "Open for a quarter; the time for an outcome ends this minute.",
          near="outcome_missing")
    .arrives().mql().owned_by(REP).call(minutes(2, 9), connected=True).accepted(minutes(1, 9))
    .email(days(15, 25)).next_task(minutes(1, 9))
    .until_today(allowance("outcome").since("mql"))
    .handoff("mql", "open")
)
(
    story("opportunity_missing", "Qualified, and no opportunity in time.")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9), connected=True).accepted(minutes(1, 9))
    .sql(minutes(5, 30)).next_task(minutes(1, 9))
    .until_today(allowance("opportunity", 1).since("sql"))
    .handoff("mql", "open", "opportunity_missing")
)
(
    story("opportunity_due_now", "Qualified; the time for an opportunity ends this minute.",
          near="opportunity_missing")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9), connected=True).accepted(minutes(1, 9))
    .sql(minutes(5, 30)).next_task(minutes(1, 9))
    .until_today(allowance("opportunity").since("sql"))
    .handoff("mql", "open")
)
(
    story("converted_without_opportunity", "Converted, and an opportunity never came.")
    .arrives().mql().owned_by(REP).call().accepted()
    .converted(business(60, 900), stage=None, with_opportunity=False)
    .settled(allowance("opportunity", 60))
    .handoff("mql", "converted", "opportunity_missing")
)
(
    story("opportunity_due_since_the_conversion",
          "Qualified weeks ago and converted since; the time for an opportunity ends this minute.",
          near="opportunity_missing")
    .arrives().mql(hours(2, 9)).owned_by(REP).call(minutes(2, 9), connected=True).accepted(minutes(1, 9))
    .sql(minutes(5, 30)).converted(days(15, 25), stage=None, with_opportunity=False)
    .until_today(allowance("opportunity").since("converted"))
    .handoff("mql", "converted")
)
(
    story("opportunity_came_late", "Converted; the opportunity came weeks later.",
          near="opportunity_missing", only=("hubspot", "canonical"))
    .arrives().mql().owned_by(REP).call().accepted()
    .converted(business(60, 900), stage=None, with_opportunity=False)
    .opportunity(days(20, 30))
    .handoff("mql", "converted")
)
(
    story("qualified_then_recycled", "Qualified without an opportunity, then recycled.",
          near="opportunity_missing")
    .arrives().mql().owned_by(REP).call().accepted().sql().recycled(business(2500, 3000))
    .handoff("mql", "recycled")
)

# -- gone -------------------------------------------------------------------------------------------

(
    story("deleted_while_open", "Somebody deleted it while a rep worked it.")
    .arrives().mql().owned_by(REP).call().accepted().deleted(business(60, 900))
    .handoff("mql", "deleted", "rejected_deleted")
)
(
    story("deleted_after_rejection", "Rejected, and then deleted so that it is out of sight.")
    .arrives().mql().owned_by(REP).call().accepted().rejected().deleted(days(2, 20))
    .handoff("mql", "rejected", "rejected_deleted")
)
(
    story("deleted_after_recycling", "Recycled, and deleted at its own wish.", near="rejected_deleted")
    .arrives().mql().owned_by(REP).call().accepted().recycled().deleted(days(2, 20))
    .handoff("mql", "recycled")
)
(
    story("deleted_as_spam", "Rejected as spam and deleted: nobody needs it.", near="rejected_deleted")
    .arrives().mql().owned_by(REP).rejected("spam", in_time()).deleted(days(1, 9))
    .handoff("mql", "rejected")
)
(
    story("deleted_before_handover", "Deleted while it was nurtured: no handoff at all.",
          near="rejected_deleted")
    .arrives().deleted(days(2, 20))
)
