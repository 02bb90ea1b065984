"""What real CRMs do is read as their people mean it."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from demo.policies import SHIPPED_POLICIES
from tests.crm.layouts import COLLEAGUE, QUEUE, REP
from tests.crm.real_crms import CUSTOM_DISPOSITION, OLD_REP
from tests.crm.warehouse import rows


def found(home: Path, table: str, source: str, *columns: str) -> set[tuple[Any, ...]]:
    """Rows of a canonical table of one source, of these columns; no row may be told twice."""
    told = rows(
        home,
        f"select {', '.join(columns)} from intermediate.int_crm__{table} where source_system = '{source}'",
    )
    unique = {tuple(row.values()) for row in told}
    assert len(unique) == len(told), told
    return unique


def at(text: str) -> datetime:
    """An instant of January 2026."""
    return datetime.fromisoformat(f"2026-01-{text}")


def test_an_owner_change_logged_by_name_and_by_id_is_one_and_a_name_of_two_users_is_nobodys(
    home: Path,
) -> None:
    assert found(home, "lead_changes", "sf_habits", "lead_id", "changed_at", "old_value", "new_value") == {
        ("by_id_and_name", at("06 09:00"), OLD_REP, REP),
        ("by_name_only", at("06 09:00"), QUEUE, REP),
        ("by_name_only", at("07 09:00"), REP, "Twin"),
    }


def test_an_owner_is_a_user_or_a_queue_also_where_no_group_was_landed(home: Path) -> None:
    assert found(home, "owners", "sf_habits", "owner_id", "owner_type") == {
        (REP, "user"),
        (OLD_REP, "user"),
        (COLLEAGUE, "user"),
        ("005000000000008AAA", "user"),
        (QUEUE, "queue"),
        ("00G000000000009AAA", "queue"),
    }


def test_activities_of_contact_and_opportunity_are_the_converted_leads_those_of_the_account_are_not(
    home: Path,
) -> None:
    converted = {
        activity
        for activity, lead in found(home, "activities", "sf_habits", "activity_id", "lead_id")
        if lead == "converted"
    }
    assert converted == {"00T1", "00T2", "00T4"}


def test_planned_tasks_day_level_tasks_and_list_mail_are_told_apart_and_a_deleted_task_is_gone(
    home: Path,
) -> None:
    columns = (
        "activity_id",
        "lead_id",
        "happened_at",
        "happened_is_day",
        "is_open_task",
        "is_automated_source",
    )
    told = {
        row[0]: row[2:] for row in found(home, "activities", "sf_habits", *columns) if row[1] == "in_a_queue"
    }
    assert told == {
        "00T5": (None, None, True, False),
        "00T6": (at("07 00:00"), True, False, False),
        "00T7": (at("09 10:00"), False, False, False),
        "00T8": (at("09 10:00"), False, False, True),
        "00T9": (at("09 10:00"), False, False, False),
    }


def test_a_merged_record_is_not_deleted_and_what_is_gone_by_any_mark_is(home: Path) -> None:
    told = found(home, "leads", "sf_habits", "lead_id", "is_deleted", "merged_into_id")
    assert {row for row in told if row[1] or row[2]} == {
        ("merged", False, "by_id_and_name"),
        ("soft_deleted", True, None),
        ("gone", True, None),
    }
    told = found(home, "leads", "hs_habits", "lead_id", "is_deleted")
    assert {lead for lead, is_deleted in told if is_deleted} == {"107", "108"}


def test_the_row_of_the_latest_sync_wins(home: Path) -> None:
    told = found(home, "leads", "sf_habits", "lead_id", "status")
    assert ("appended", "Working") in told
    assert ("appended", "New") not in told


def test_a_status_of_blanks_is_none_and_case_and_outer_blanks_say_nothing(home: Path) -> None:
    assert ("blank", None) in found(home, "leads", "sf_habits", "lead_id", "status")
    assert {
        (lead, status and status.lower())
        for lead, status in found(home, "leads", "hs_habits", "lead_id", "status")
    } == {("101", "new"), ("104", "new"), ("107", None), ("108", None)}


def test_a_blank_is_false_only_in_a_file_that_writes_true_and_never_false(home: Path) -> None:
    assert found(home, "owners", "sf_blank_for_false", "owner_id", "is_active") == {
        (REP, True),
        (OLD_REP, False),
    }
    assert found(home, "owners", "sf_blank_for_unknown", "owner_id", "is_active") == {
        (REP, True),
        (OLD_REP, False),
        (COLLEAGUE, None),
    }


def test_merges_are_told_by_either_list_of_the_survivor_with_the_stamp_where_there_is_one(home: Path) -> None:
    told = found(home, "merges", "hs_habits", "loser_lead_id", "survivor_lead_id", "merged_at", "is_inferred")
    assert told == {
        ("102", "101", at("06 09:00"), False),
        ("103", "101", at("07 09:00"), False),
        ("105", "104", None, True),
        ("106", "104", None, True),
    }


def test_milliseconds_seconds_and_iso_in_one_column_are_one_instant(home: Path) -> None:
    told = found(home, "leads", "hs_habits", "lead_id", "created_at")
    assert told == {(lead, at("05 09:00")) for lead in ("101", "104", "107", "108")}
    assert found(
        home, "lead_changes", "hs_habits", "changed_at", "new_value", "changed_by", "is_automated_source"
    ) == {
        (at("05 09:00"), "11", "77", False),
        (at("06 09:00"), "12", None, True),
    }


def test_an_owner_has_the_id_of_records_and_the_id_of_logs(home: Path) -> None:
    assert found(home, "owners", "hs_habits", "owner_id", "alternate_id", "is_active") == {
        ("11", "77", True),
        ("12", "78", False),
    }


def test_an_association_told_twice_is_one_activity(home: Path) -> None:
    told = found(home, "activities", "hs_habits", "activity_id", "lead_id")
    assert {activity for activity, _ in told} == {f"20{number}" for number in range(1, 10)}


def test_mail_of_sequences_workflows_and_campaigns_is_automated_a_dialler_and_a_reps_task_are_not(
    home: Path,
) -> None:
    told = found(home, "activities", "hs_habits", "activity_id", "is_automated_source")
    assert {activity for activity, is_automated in told if is_automated} == {"204", "205", "206"}


def test_a_completed_task_was_done_when_it_was_completed_a_planned_one_is_none(home: Path) -> None:
    told = found(home, "activities", "hs_habits", "activity_id", "happened_at", "due_at", "is_open_task")
    assert {row for row in told if row[0] in ("208", "209")} == {
        ("208", at("07 09:00"), at("06 09:00"), False),
        ("209", None, datetime(2026, 3, 1, 9), True),
    }


def test_hubspots_own_call_outcomes_are_known_by_id_and_label_a_portals_own_is_left_to_the_map(
    home: Path,
) -> None:
    told = dict(found(home, "activities", "hs_habits", "activity_id", "outcome"))
    with (SHIPPED_POLICIES / "activity_outcome_map.csv").open(newline="", encoding="utf-8") as lines:
        known = {row["raw_outcome"]: row["is_connected"] for row in csv.DictReader(lines)}
    labels = {
        "f240bbac-87c9-4f6e-bf70-924b57d47db7": "Connected",
        "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "Left live message",
        "9d9162e7-6cf3-4944-bf63-4dff82258764": "Busy",
        "b2cf5968-551e-4856-9783-52b3da59a7d0": "Left voicemail",
        "73a0d17f-1163-4015-bdd5-ec830791da20": "No answer",
        "17b47fee-58de-441e-a44c-c6300d46f273": "Wrong number",
    }
    assert {known[guid] for guid in labels} == {"true", "false"}
    assert {guid: known[guid] for guid in labels} == {guid: known[label] for guid, label in labels.items()}
    assert known[told["201"]] == "true"
    assert told["202"] == CUSTOM_DISPOSITION
    assert CUSTOM_DISPOSITION not in known
