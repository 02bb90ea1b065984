"""The mappings of the examples on a few made-up rows: these need no real data."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from examples.to_canonical import EXAMPLES, NAMES, main, to_canonical
from handoff.config import load_settings
from handoff.policies import check

OLIST = {
    "olist_marketing_qualified_leads_dataset.csv": """mql_id,first_contact_date,landing_page_id,origin
m1,2018-01-10,p1,social
m2,2018-03-08,p1,
m3,2018-03-01,p2,unknown
m4,2018-01-10,p2,email
m5,2018-04-02,p2,email
""",
    "olist_closed_deals_dataset.csv": """mql_id,seller_id,sdr_id,sr_id,won_date
m1,s1,d1,r1,2018-01-20 15:04:05
m2,s2,d1,r2,2018-03-06 19:38:55
m3,s3,d1,r1,2018-03-05 03:00:00
m4,s4,d1,r1,2018-02-05 02:00:00
""",
}
BASICS = "lead_id,age,gender,current_city,current_education,parent_occupation,lead_gen_source"
REASONS = ",".join(
    ["lead_id", *(f"reasons_for_not_interested_{then}" for then in ("in_demo", "to_consider", "to_convert"))]
)
NXTWAVE = {
    "leads_basic_details.csv": f"""{BASICS}
L1,20,MALE,Mumbai,B.Tech,Business,website
L2,20,MALE,Mumbai,B.Tech,Business,SEO
L3,20,MALE,Mumbai,B.Tech,Business,SEO
""",
    "sales_managers_assigned_leads_details.csv": """snr_sm_id,jnr_sm_id,assigned_date,cycle,lead_id
S1,J1,1/8/2022,2,L1
S1,J1,1/8/2022,2,L2
S2,J2,2/19/2022,4,L3
""",
    "leads_interaction_details.csv": """jnr_sm_id,lead_id,lead_stage,call_done_date,call_status,call_reason
J1,L1,lead,1/9/2022,unsuccessful,lead_introduction
J1,L1,lead,1/9/2022,unsuccessful,lead_introduction
J1,L2,lead,1/10/2022,successful,lead_introduction
J1,L2,conversion,1/12/2022,successful,successful_conversion
""",
    "leads_demo_watched_details.csv": """lead_id,demo_watched_date,language,watched_percentage
L1,1/11/2022,Hindi,40
""",
    "leads_reasons_for_no_interest.csv": f"""{REASONS}
L1,,No time for student,
""",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


def table(target: Path, name: str) -> dict[str, dict[str, str]]:
    """Rows of a canonical table by their first column."""
    with (target / "canonical" / f"{name}.csv").open(newline="") as lines:
        return {next(iter(row.values())): row for row in csv.DictReader(lines)}


@pytest.mark.parametrize("example", NAMES)
def test_the_policies_of_an_example_are_sound(example: str) -> None:
    assert check(EXAMPLES / example / "policies") == []


def test_an_olist_deal_is_in_utc_and_a_date_where_it_was_midnight_in_brazil(tmp_path: Path) -> None:
    rows = to_canonical("olist", write(tmp_path / "raw", OLIST), tmp_path / "out")
    assert rows == {"leads": 5, "opportunities": 4, "owners": 2}
    leads = table(tmp_path / "out", "leads")
    assert {key: lead["converted_at"] for key, lead in leads.items()} == {
        "m1": "2018-01-20T15:04:05Z",
        "m2": "2018-03-06T19:38:55Z",
        "m3": "2018-03-05",
        "m4": "2018-02-05",
        "m5": "",
    }
    deals = table(tmp_path / "out", "opportunities")
    assert {key: deal["closed_at"] for key, deal in deals.items()} == {
        key: lead["converted_at"] for key, lead in leads.items() if lead["converted_at"]
    }
    assert {deal["created_at"] for deal in deals.values()} == {""}, "nothing tells when a deal was opened"


def test_an_olist_lead_is_in_contact_by_the_day_of_its_deal(tmp_path: Path) -> None:
    to_canonical("olist", write(tmp_path / "raw", OLIST), tmp_path / "out")
    leads = table(tmp_path / "out", "leads")
    assert {lead["mql_at"] for lead in leads.values()} == {lead["created_at"] for lead in leads.values()}
    assert leads["m2"]["created_at"] == "2018-03-06"
    assert leads["m1"]["created_at"] == "2018-01-10"


def test_what_olist_leaves_blank_stays_blank(tmp_path: Path) -> None:
    to_canonical("olist", write(tmp_path / "raw", OLIST), tmp_path / "out")
    leads = table(tmp_path / "out", "leads")
    assert leads["m2"]["original_source"] == ""
    assert leads["m5"] | {"lead_id": ""} == {
        "lead_id": "",
        "created_at": "2018-04-02",
        "mql_at": "2018-04-02",
        "original_source": "email",
        "landing_page": "p2",
        "owner_id": "",
        "is_converted": "false",
        "converted_at": "",
    }


def test_an_nxtwave_lead_is_assigned_called_and_refuses(tmp_path: Path) -> None:
    rows = to_canonical("nxtwave", write(tmp_path / "raw", NXTWAVE), tmp_path / "out")
    assert rows == {"activities": 4, "leads": 3, "owners": 2}
    leads = table(tmp_path / "out", "leads")
    assert leads["L1"] == {
        "lead_id": "L1",
        "mql_at": "2022-01-08",
        "assigned_at": "2022-01-08",
        "owner_id": "J1",
        "original_source": "website",
        "status": "not interested to consider",
        "rejection_reason": "No time for student",
        "is_converted": "false",
        "converted_at": "",
        "updated_at": "2022-01-11",
    }
    assert (leads["L2"]["status"], leads["L2"]["converted_at"]) == ("converted", "2022-01-12")
    assert (leads["L3"]["status"], leads["L3"]["updated_at"]) == ("", "2022-02-19")


def test_two_nxtwave_calls_of_one_day_are_two(tmp_path: Path) -> None:
    to_canonical("nxtwave", write(tmp_path / "raw", NXTWAVE), tmp_path / "out")
    calls = table(tmp_path / "out", "activities").values()
    twice = [call for call in calls if call["lead_id"] == "L1"]
    assert [call["occurred_at"] for call in twice] == ["2022-01-09", "2022-01-09"]


def test_na_is_a_blank(tmp_path: Path) -> None:
    reasons = (
        NXTWAVE["leads_reasons_for_no_interest.csv"]
        .replace("L1,,", "L1,NA,")
        .replace("student,", "student,NA")
    )
    changed = NXTWAVE | {"leads_reasons_for_no_interest.csv": reasons}
    assert "L1,NA,No time for student,NA" in reasons
    to_canonical("nxtwave", write(tmp_path / "raw", NXTWAVE), tmp_path / "out")
    to_canonical("nxtwave", write(tmp_path / "na", changed), tmp_path / "out_na")
    assert table(tmp_path / "out_na", "leads") == table(tmp_path / "out", "leads")


def test_the_copy_of_the_real_reasons_that_writes_na_means_the_same(real_data: Path, tmp_path: Path) -> None:
    raw = real_data / "nxtwave"
    other = tmp_path / "other"
    shutil.copytree(raw, other, copy_function=shutil.copyfile)
    shutil.copyfile(
        raw / "alt_copy" / "leads_reasons_for_no_interest.csv", other / "leads_reasons_for_no_interest.csv"
    )
    assert ",NA," in (other / "leads_reasons_for_no_interest.csv").read_text()
    to_canonical("nxtwave", raw, tmp_path / "out")
    to_canonical("nxtwave", other, tmp_path / "out_other")
    assert table(tmp_path / "out", "leads") == table(tmp_path / "out_other", "leads")


def test_what_is_written_can_be_landed(tmp_path: Path) -> None:
    for example, files in (("olist", OLIST), ("nxtwave", NXTWAVE)):
        target = tmp_path / example
        to_canonical(example, write(tmp_path / f"{example}_raw", files), target)
        settings = load_settings(
            {
                "HANDOFF_HOME": str(tmp_path / "home"),
                "HANDOFF_SOURCES": str(target / "sources.yml"),
                "HANDOFF_POLICIES": str(EXAMPLES / example / "policies"),
            }
        )
        assert [(source.name, source.crm) for source in settings.sources] == [(example, "canonical")]
        assert settings.as_of is not None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    raw = write(tmp_path / "raw", OLIST)
    (raw / "olist_closed_deals_dataset.csv").unlink()
    with pytest.raises(duckdb.IOException, match="olist_closed_deals_dataset"):
        to_canonical("olist", raw, tmp_path / "out")
    with pytest.raises(SystemExit, match="cannot be converted"):
        main(["olist", "--from", str(raw), "--to", str(tmp_path / "out")])


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = write(tmp_path / "raw", OLIST)
    main(["olist", "--from", str(raw), "--to", str(tmp_path / "out")])
    said = capsys.readouterr().out
    assert "leads                 5 rows" in said
    assert f"HANDOFF_SOURCES={tmp_path / 'out' / 'sources.yml'}" in said
