"""A long history for benchmarks changes nothing that is true of the demo."""

from __future__ import annotations

from pathlib import Path

import duckdb

from demo.cli import write_demo


def test_a_long_history_leaves_the_truth_alone(tmp_path: Path) -> None:
    for is_busy in (False, True):
        write_demo(tmp_path / str(is_busy), leads=1200, seed=6, crms=["salesforce"], is_busy=is_busy)
    plain, busy = ((tmp_path / name / "truth.jsonl").read_bytes() for name in ("False", "True"))
    assert busy == plain


def test_nearly_every_lead_has_twelve_changes_and_six_activities(tmp_path: Path) -> None:
    write_demo(tmp_path, leads=1200, seed=6, crms=["canonical"], is_busy=True)
    landing = tmp_path / "landing" / "demo_canonical"
    for table, least in (("lead_changes", 11), ("activities", 6)):
        leads = f"(select distinct lead_id from read_csv('{landing}/leads.csv'))"
        counts = f"(select lead_id, count(*) as had from read_csv('{landing}/{table}.csv') group by lead_id)"
        query = f"""
            select avg(case when had >= {least} then 1 else 0 end)
            from {leads} left join {counts} using (lead_id)
        """
        share = duckdb.sql(query).fetchone()
        assert share is not None and share[0] > 0.9, table
