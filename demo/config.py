"""How often each story happens: the one place for the demo's rates.

FAULTS are shares of all leads. What is not listed gets RARE; the stories in SOUND share the rest by weight.
"""

from __future__ import annotations

STARTS = "2026-03-16T00:00:00Z"
AS_OF = "2026-09-30T16:00:00Z"

RARE = 0.0008
"""Share of a story that is not listed: it is there to be seen, not to weigh."""

FAULTS: dict[str, float] = {
    # Capture and qualification: forms and lists that lose things on the way.
    "source_missing": 0.006,
    "source_generic": 0.012,
    "campaign_missing": 0.016,
    "landing_page_missing": 0.010,
    "conversion_point_missing": 0.008,
    "contact_invalid": 0.006,
    "fit_missing": 0.008,
    "intent_missing": 0.010,
    "qualification_reason_missing": 0.008,
    "mql_of_poor_fit": 0.018,
    "mql_of_low_intent": 0.008,
    "bare_list_import": 0.006,
    "worked_before_mql": 0.005,
    # Routing: the AMER queue waits, the partner team gets its leads late.
    "owner_very_late": 0.014,
    "owner_missing_for_days": 0.002,
    "owner_missing_for_weeks": 0.003,
    "queue_claimed_very_late": 0.018,
    "queue_unworked_for_days": 0.003,
    "account_overridden_by_territory": 0.010,
    "customer_as_new": 0.004,
    "territory_mismatch": 0.008,
    "duplicate_restarted": 0.005,
    "reassigned_repeatedly": 0.004,
    # Action: the largest leak of most teams.
    "first_action_very_late": 0.012,
    "first_action_too_late": 0.024,
    "first_action_late_but_lucky": 0.005,
    "first_action_missing_until_recycled": 0.008,
    "automated_only_until_recycled": 0.008,
    "ignored_for_days": 0.003,
    "ignored_for_weeks": 0.006,
    "single_touch_abandoned": 0.002,
    "single_touch_then_robot": 0.003,
    "next_step_missing_after_two_touches": 0.003,
    "worked_by_a_colleague": 0.006,
    # Status and outcome: what the record fails to say.
    "status_unchanged_after_action": 0.008,
    "acceptance_assumed": 0.014,
    "stage_skipped": 0.010,
    "rejected_stage_active": 0.008,
    "rejection_reason_missing": 0.014,
    "rejection_reason_in_note": 0.010,
    "rejection_reason_in_call_log": 0.006,
    "rejection_reason_unmapped": 0.004,
    "rejected_untouched": 0.008,
    "recycled_as_rejected": 0.010,
    "converted_without_opportunity": 0.004,
    "deleted_after_rejection": 0.003,
}

SOUND: dict[str, float] = {
    "still_nurtured": 16,
    "just_arrived": 2,
    "converted": 6,
    "converted_and_won": 4,
    "emailed_then_called": 4,
    "queue_claimed": 6,
    "recycled": 8,
    "rejected": 7,
    "declined_after_a_call": 10,
    "declined_for_good": 8,
    "rejected_on_the_phone": 5,
    "open_and_fresh": 1,
    "open_in_good_hands": 4,
    "recycled_then_ready_again": 3,
    "reopened": 2,
}
"""Weights of the stories that share what the others leave."""
