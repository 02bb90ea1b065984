"""Each fault a policy folder can have is refused by file and line, with a mend; what is allowed passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.config import DEMO_POLICIES, SHIPPED_POLICIES
from handoff.policies import advise, check

SHIPPED_FINDINGS = (SHIPPED_POLICIES / "findings.csv").read_text(encoding="utf-8")

# File, its content, the line that is refused, and words of the message.
FAULTS: dict[str, tuple[str, str, int | None, str]] = {
    "unknown_column": ("holidays", "calendar_id,date\ndefault,2026-01-01\n", 1, "unknown column `date`"),
    "missing_column": ("holidays", "calendar_id\ndefault\n", 1, "column `day` is missing"),
    "column_twice": ("holidays", "calendar_id,day,day\n", 1, "stands there twice"),
    "empty_file": ("holidays", "", 1, "has no header"),
    "semicolons": ("holidays", "calendar_id;day\ndefault;2026-01-01\n", 1, "not separated by commas"),
    "value_too_many": ("generic_sources", "source\nWeb, other\n", 2, "has 2 values and the header 1 columns"),
    "open_quote": ("generic_sources", 'source\n"Web\n', 2, "cannot be parsed"),
    "zero_byte": ("generic_sources", "source\nWe\0b\n", 2, "zero byte"),
    "blank_required": (
        "rejection_reason_map",
        "source_system,raw_reason,reason\n*,Old,\n",
        2,
        "`reason` is blank",
    ),
    "row_too_short": (
        "rejection_reason_map",
        "source_system,raw_reason,reason\n*,Old\n",
        2,
        "`reason` is blank",
    ),
    "bad_flag": (
        "activity_outcome_map",
        "source_system,raw_outcome,is_connected\n*,Spoke,maybe\n",
        2,
        "true or false",
    ),
    "bad_number": (
        "fit_policy",
        "fit_grade,min_score,fit_band,is_sales_ready\nA,eighty,high,true\n",
        2,
        "not a number",
    ),
    "decimal_comma": (
        "fit_policy",
        'fit_grade,min_score,fit_band,is_sales_ready\nA,"0,5",high,true\n',
        2,
        "not a number",
    ),
    "negative_minutes": ("queue_policy", "queue_key,max_wait_minutes\nQ1,-5\n", 2, "number of minutes"),
    "bad_day": ("holidays", "calendar_id,day\ndefault,2026-02-30\n", 2, "not a day as YYYY-MM-DD"),
    "day_in_another_order": (
        "holidays",
        "calendar_id,day\ndefault,31.12.2026\n",
        2,
        "not a day as YYYY-MM-DD",
    ),
    "bad_time_zone": (
        "calendars",
        "calendar_id,timezone,weekday,opens_at,closes_at\ndefault,Berlin,1,09:00,17:00\n",
        2,
        "not an IANA time zone",
    ),
    "bad_weekday": (
        "calendars",
        "calendar_id,timezone,weekday,opens_at,closes_at\ndefault,UTC,0,09:00,17:00\n",
        2,
        "not a weekday",
    ),
    "bad_time": (
        "calendars",
        "calendar_id,timezone,weekday,opens_at,closes_at\ndefault,UTC,1,09:00,24:30\n",
        2,
        "not a time as HH:MM",
    ),
    "hours_over_midnight": (
        "calendars",
        "calendar_id,timezone,weekday,opens_at,closes_at\ndefault,UTC,1,22:00,06:00\n",
        2,
        "opens at 22:00 and closes at 06:00",
    ),
    "hours_that_overlap": (
        "calendars",
        "calendar_id,timezone,weekday,opens_at,closes_at\ndefault,UTC,1,09:00,13:00\ndefault,UTC,1,12:59,17:00\n",
        3,
        "overlap with those of line 2",
    ),
    "two_zones_of_one_calendar": (
        "calendars",
        "calendar_id,timezone,weekday,opens_at,closes_at\ndefault,UTC,1,09:00,17:00\n"
        "default,Europe/Berlin,2,09:00,17:00\n",
        3,
        "Europe/Berlin, and in UTC on line 2",
    ),
    "no_default_calendar": (
        "calendars",
        "calendar_id,timezone,weekday,opens_at,closes_at\nemea,UTC,1,09:00,17:00\n",
        None,
        "no calendar `default`",
    ),
    "unknown_calendar": (
        "holidays",
        "calendar_id,day\nemea,2026-01-01\n",
        2,
        "'emea' is not in calendars.csv",
    ),
    "calendar_in_another_case": (
        "holidays",
        "calendar_id,day\nDefault,2026-01-01\n",
        2,
        "Write it as there: default",
    ),
    "unknown_stage": (
        "lifecycle_stage_map",
        "source_system,raw_stage,stage\n*,New,lead\n",
        2,
        "stage 'lead' is not in lifecycle_stages.csv",
    ),
    "unknown_group": ("status_stage_conflicts", "status_group,stage\nopen,sql\n", 2, "one of new, accepted"),
    "unknown_reason": (
        "rejection_reason_map",
        "source_system,raw_reason,reason\n*,Old,too_old\n",
        2,
        "'too_old' is not in rejection_reasons.csv",
    ),
    "unknown_team": ("owner_map", "owner_key,team_id\nU1,nobody\n", 2, "'nobody' is not in teams.csv"),
    "unknown_function": (
        "teams",
        "team_id,name,function\nt,T,support\n",
        2,
        "one of sales, marketing, system",
    ),
    "unknown_allowance": (
        "allowances",
        "allowance,business_minutes\nfirst_response,240\n",
        2,
        "'first_response' is not known",
    ),
    "key_twice": (
        "lead_status_map",
        "source_system,raw_status,status_group\n*,Open,new\nacme,Open,new\n*, OPEN ,working\n",
        4,
        "a second row for source_system '*' and raw_status 'OPEN', after line 2",
    ),
    "periods_that_overlap": (
        "owner_map",
        "owner_key,team_id,valid_from,valid_to\nU1,sales,,2026-03-02\nu1,marketing,2026-03-01,\n",
        3,
        "a second row for owner_key 'u1' holds on days on which line 2 does",
    ),
    "conditions_twice": (
        "sla_policy",
        "policy_id,intent_tier,first_action_minutes,valid_from\na,high,60,\nb,high,30,2026-01-01\n",
        3,
        "intent_tier 'high'",
    ),
    "period_of_no_day": (
        "owner_map",
        "owner_key,team_id,valid_from,valid_to\nU1,sales,2026-03-01,2026-03-01\n",
        2,
        "which is not a day",
    ),
    "grade_twice": (
        "fit_policy",
        "fit_grade,fit_band,is_sales_ready\nA,high,true\na,low,false\n",
        3,
        "a second row for fit_grade 'a'",
    ),
    "neither_grade_nor_score": (
        "fit_policy",
        "fit_band,is_sales_ready\nhigh,true\n",
        2,
        "neither a fit_grade nor",
    ),
    "finding_without_a_rule": (
        "findings",
        SHIPPED_FINDINGS + "made_up,capture,form,quality,low,never,nothing,,,\n",
        SHIPPED_FINDINGS.count("\n") + 1,
        "no rule for a finding 'made_up'",
    ),
    "allowance_left_out": (
        "allowances",
        "allowance,business_minutes\nfirst_action,240\n",
        None,
        "no row for the allowance stale",
    ),
    "line_after_a_text_of_several_lines": (
        "rejection_reasons",
        'reason,is_timing,marketing_insight\nother,false,"One\nTwo"\nspam,perhaps,x\n',
        4,
        "true or false",
    ),
}

ALLOWED = {
    "handover_on_the_day": (
        "owner_map",
        "owner_key,team_id,valid_from,valid_to\nU1,sales,,2026-03-01\nU1,marketing,2026-03-01,\n",
    ),
    "optional_columns_absent": ("channel_map", "raw_source,channel\nWebinar,event\n"),
    "header_in_other_case_and_order": ("channel_map", "\ufeffChannel , RAW_SOURCE\nevent,Webinar\n"),
    "several_openings_a_day": (
        "calendars",
        "calendar_id,timezone,weekday,opens_at,closes_at\ndefault,UTC,1,9:00,12:00\ndefault,UTC,1,12:00,24:00\n",
    ),
    "another_zone_later": (
        "calendars",
        "calendar_id,timezone,weekday,opens_at,closes_at,valid_from,valid_to\n"
        "default,UTC,1,09:00,17:00,,2026-01-01\ndefault,Asia/Tokyo,1,09:00,17:00,2026-01-01,\n",
    ),
    "own_source_beside_any": (
        "lead_status_map",
        "source_system,raw_status,status_group\n*,Open,new\nacme,Open,working\n",
    ),
    "base_sla_and_one_with_a_condition": (
        "sla_policy",
        "policy_id,intent_tier,fit_band,team_id,first_action_minutes\nbase,,,,240\nhot,high,,,60\nteam,high,,sales,30\n",
    ),
    "grades_and_scores": (
        "fit_policy",
        "fit_grade,min_score,fit_band,is_sales_ready\nA,,high,yes\n,80,high,1\nB,60.5,medium,NO\n",
    ),
    "blank_rows": ("generic_sources", "source\n\nWeb\n,\n"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_file_and_line(tmp_path: Path, name: str) -> None:
    policy, content, line, words = FAULTS[name]
    (tmp_path / f"{policy}.csv").write_text(content, encoding="utf-8")
    found = [fault for fault in check(tmp_path) if words in str(fault)]
    assert [(fault.file, fault.line) for fault in found] == [(f"{policy}.csv", line)]
    assert found[0].mend


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_passes(tmp_path: Path, name: str) -> None:
    policy, content = ALLOWED[name]
    (tmp_path / f"{policy}.csv").write_text(content, encoding="utf-8")
    assert [str(fault) for fault in check(tmp_path)] == []


def test_all_faults_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "holidays.csv").write_text("calendar_id,day\nnone,x\n,2026-01-01\n")
    (tmp_path / "teams.csv").write_text("team_id,name,function\na,A,sales\na,B,sales\n")
    assert [(fault.file, fault.line) for fault in check(tmp_path)] == [
        ("holidays.csv", 2),
        ("holidays.csv", 3),
        ("teams.csv", 3),
    ]


def test_a_file_under_a_wrong_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lead_statuses.csv").write_text("source_system,raw_status,status_group\n")
    (fault,) = check(tmp_path)
    assert "Did you mean `lead_status_map`" in str(fault)


def test_references_are_judged_against_the_files_that_will_be_used(tmp_path: Path) -> None:
    """A team of the shipped file is no team once the folder brings its own."""
    (tmp_path / "owner_map.csv").write_text("owner_key,team_id\nU1,sales\n")
    assert check(tmp_path) == []
    (tmp_path / "teams.csv").write_text("team_id,name,function\nnorth,North,sales\n")
    assert [fault.file for fault in check(tmp_path)] == ["owner_map.csv"]


def test_not_utf8_is_said(tmp_path: Path) -> None:
    (tmp_path / "generic_sources.csv").write_bytes("source\nGröße\n".encode("latin-1"))
    assert "not UTF-8" in str(check(tmp_path)[0])


def test_the_shipped_policies_and_the_demos_are_sound() -> None:
    assert [str(fault) for fault in check(None)] == []
    assert [str(fault) for fault in advise(None)] == []
    assert [str(fault) for fault in check(DEMO_POLICIES)] == []


def test_the_sample_worlds_policies_are_sound(real_data: Path) -> None:
    assert [str(fault) for fault in check(real_data / "sample_world" / "policies")] == []


@pytest.mark.parametrize(
    ("policy", "content", "words"),
    [
        (
            "sla_policy",
            "policy_id,intent_tier,first_action_minutes\na,urgent,5\n",
            "intent_tier 'urgent' is in no row",
        ),
        ("teams", "team_id,name,function,territory\na,A,sales,MOON\n", "territory 'MOON' is in no row"),
        ("teams", "team_id,name,function\na,A,sales\nb,a,sales\n", "also that of line 2"),
        ("lead_status_map", "source_system,raw_status,status_group\nacmee,Open,new\n", "no source 'acmee'"),
    ],
)
def test_what_nothing_will_match_is_advised_and_not_refused(
    tmp_path: Path, policy: str, content: str, words: str
) -> None:
    (tmp_path / f"{policy}.csv").write_text(content)
    assert check(tmp_path) == []
    (advice,) = advise(tmp_path, sources=["acme"])
    assert words in str(advice)


def test_what_refers_to_a_faulty_row_is_not_faulted_as_well(tmp_path: Path) -> None:
    """One slip in a stage's row would accuse every row that names it, in files that nobody touched."""
    stages = (SHIPPED_POLICIES / "lifecycle_stages.csv").read_text(encoding="utf-8")
    header, first, *rest = stages.splitlines()
    stage, rank = first.split(",")[:2]
    slip = first.replace(f"{stage},{rank},", f"{stage},first,", 1)
    (tmp_path / "lifecycle_stages.csv").write_text("\n".join([header, slip, *rest]), encoding="utf-8")
    assert [(fault.file, fault.line) for fault in check(tmp_path)] == [("lifecycle_stages.csv", 2)]


def test_what_refers_to_a_file_that_cannot_be_read_is_not_faulted_as_well(tmp_path: Path) -> None:
    (tmp_path / "lifecycle_stages.csv").write_text("stage;rank\nmql;2\n", encoding="utf-8")
    assert {fault.file for fault in check(tmp_path)} == {"lifecycle_stages.csv"}
