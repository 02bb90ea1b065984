"""How often each story happens. Shares are of all leads; what is not listed gets RARE, and the sound stories
the rest."""

from __future__ import annotations

STARTS = "2026-03-16T00:00:00Z"
AS_OF = "2026-09-30T16:00:00Z"

RARE = 0.0008
"""Share of a story that is not listed: it is there to be seen, not to weigh."""

FAULTS: dict[str, float] = {
    "source_missing": 0.012,
    "campaign_missing": 0.018,
    "first_action_late": 0.020,
    "first_action_very_late": 0.035,
    "first_action_missing_until_recycled": 0.010,
    "rejection_reason_missing": 0.018,
    "rejection_reason_in_note": 0.014,
    "rejection_reason_in_call_log": 0.008,
    "rejected_stage_active": 0.012,
    "owner_missing_until_recycled": 0.006,
}

SOUND: dict[str, float] = {
    "still_nurtured": 22,
    "just_arrived": 2,
    "converted": 12,
    "converted_and_won": 5,
    "emailed_then_called": 7,
    "recycled": 13,
    "rejected": 9,
    "rejected_on_the_phone": 4,
    "open_and_fresh": 1,
    "open_in_good_hands": 3,
    "queue_claimed": 8,
    "recycled_then_ready_again": 3,
    "reopened": 2,
}
"""Weights of the stories that share what the faults leave."""
