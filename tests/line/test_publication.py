"""Publication: refused by name, swapped whole under readers, checked by a reader's command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff import gates
from handoff.cli import main
from handoff.gates import GateResult
from handoff.publication import (
    PublicationProblem,
    PublicationRefused,
    build_candidate,
    current_run,
    kept_publications,
    release,
    rollback,
    sweep,
    verify,
)
from handoff.writer import hold


def publish(home: Path, run_id: str, manifest: dict[str, Any]) -> None:
    build_candidate(home, run_id, manifest)
    release(home, run_id)


def count(path: Path, table: str) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute(f"select count(*) from marts.{table}").fetchone()
        assert row is not None
        return int(row[0])


def test_publishes_duckdb_parquet_and_manifest_under_stable_names(
    home: Path, gated: str, dbt_manifest: dict[str, Any]
) -> None:
    publish(home, gated, dbt_manifest)

    published = home / "published"
    assert current_run(home) == gated
    assert (published / "marts.duckdb").resolve() == (published / gated / "marts.duckdb").resolve()
    assert count(published / "marts.duckdb", "fct_handoffs") == 400
    parquet = published / "fct_handoffs.parquet"
    assert duckdb.sql(f"select count(*) from '{parquet}'").fetchone() == (400,)
    manifest = json.loads((published / "manifest.json").read_text())
    assert manifest["run_id"] == gated
    assert manifest["as_of"] == "2026-09-30T00:00:00Z"
    assert manifest["row_counts"]["fct_handoffs"] == 400
    assert manifest["row_counts"]["fct_quality_results"] == count(
        published / "marts.duckdb", "fct_quality_results"
    )
    assert "dbt: unique_fct_handoffs on fct_handoffs" in manifest["gates_passed"]
    assert not list(published.rglob("*.wal"))


def test_the_published_file_has_a_storage_that_old_drivers_open(
    home: Path, gated: str, dbt_manifest: dict[str, Any]
) -> None:
    publish(home, gated, dbt_manifest)
    header = (home / "published" / "marts.duckdb").read_bytes()[:20]
    # Bytes 12 to 20 of a DuckDB file hold its storage version; 64 is that of DuckDB 0.9 to 1.1.
    assert int.from_bytes(header[12:20], "little") == 64


def test_refuses_when_an_expected_check_did_not_report(
    home: Path, gated: str, dbt_manifest: dict[str, Any]
) -> None:
    left = [result for result in gates.read(home, gated)["completeness"] if result.check != "owners_present"]
    gates.record(home, gated, "completeness", left)
    with pytest.raises(PublicationRefused, match="completeness: owners_present on fct_handoffs"):
        publish(home, gated, dbt_manifest)
    assert current_run(home) is None


def test_refuses_when_a_whole_gate_is_absent(home: Path, gated: str, dbt_manifest: dict[str, Any]) -> None:
    (home / "state" / "runs" / gated / "dbt.json").unlink()
    with pytest.raises(PublicationRefused, match=r"dbt: unique_fct_handoffs\b"):
        publish(home, gated, dbt_manifest)


def test_refuses_a_table_that_lost_its_tests(home: Path, gated: str, dbt_manifest: dict[str, Any]) -> None:
    del dbt_manifest["nodes"]["test.crm_handoff.unique_dim_findings"]
    left = [result for result in gates.read(home, gated)["dbt"] if result.table != "dim_findings"]
    gates.record(home, gated, "dbt", left)
    with pytest.raises(PublicationRefused, match="dbt: a critical test of the key of dim_findings"):
        publish(home, gated, dbt_manifest)


def test_refuses_a_table_that_lost_its_contract(home: Path, gated: str, dbt_manifest: dict[str, Any]) -> None:
    dbt_manifest["nodes"]["model.crm_handoff.dim_findings"]["contract"]["enforced"] = False
    with pytest.raises(PublicationRefused, match="dbt: a contract on dim_findings"):
        publish(home, gated, dbt_manifest)


@pytest.mark.parametrize("change_test", ["taken out", "only a warning"])
def test_refuses_when_a_test_of_meaning_was_taken_out_of_the_project(
    home: Path, gated: str, dbt_manifest: dict[str, Any], change_test: str
) -> None:
    """Nobody misses a test that the project no longer has, but for the list of those that it must have."""
    if change_test == "taken out":
        del dbt_manifest["nodes"]["test.crm_handoff.handoff_windows_do_not_overlap"]
    else:
        node = dbt_manifest["nodes"]["test.crm_handoff.handoff_windows_do_not_overlap"]
        node["config"]["severity"] = "warn"
    with pytest.raises(PublicationRefused, match="dbt: handoff_windows_do_not_overlap"):
        publish(home, gated, dbt_manifest)


def test_refuses_what_the_run_announced_and_did_not_report(
    home: Path, gated: str, dbt_manifest: dict[str, Any]
) -> None:
    gates.announce(home, gated, gates.expected_of_sources(["acme", "beta"]))
    with pytest.raises(PublicationRefused, match="landing: rows_landed on raw_beta"):
        publish(home, gated, dbt_manifest)


def test_refuses_a_critical_failure_and_publishes_a_warning(
    home: Path, gated: str, dbt_manifest: dict[str, Any]
) -> None:
    warned = GateResult("rows_readable", "raw_acme", "structure", "warning", "warn", "3 rows", "0 rows")
    failed = GateResult("rows_landed", "raw_acme", "structure", "critical", "fail", "0 rows", "1 row")

    gates.record(home, gated, gates.LANDING, [warned, failed])
    with pytest.raises(PublicationRefused, match=r"rows_landed on raw_acme \(found 0 rows"):
        publish(home, gated, dbt_manifest)

    gates.record(home, gated, gates.LANDING, [warned])
    publish(home, gated, dbt_manifest)
    assert verify(home).gates_warned == ["landing: rows_readable on raw_acme"]


def test_the_gates_of_another_run_do_not_count(home: Path, gated: str, dbt_manifest: dict[str, Any]) -> None:
    with pytest.raises(PublicationRefused, match="landing: nothing reported"):
        publish(home, gated.replace("00000001", "00000002"), dbt_manifest)


@pytest.mark.parametrize("column", ["email", "phone", "rejection_note", "First_Name"])
def test_refuses_personal_columns_unless_opened(
    home: Path,
    gated: str,
    change: Callable[[str], None],
    dbt_manifest: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    column: str,
) -> None:
    change(f"alter table marts.fct_handoffs add column {column} varchar default 'x'")
    with pytest.raises(PublicationRefused, match=rf"fct_handoffs\.{column}"):
        publish(home, gated, dbt_manifest)
    monkeypatch.setenv("HANDOFF_PUBLISH_PERSONAL_DATA", "1")
    publish(home, gated, dbt_manifest)


def test_quality_results_keep_the_history_and_the_refused_runs(
    home: Path, gated: str, report_gates: Callable[[str], None], dbt_manifest: dict[str, Any]
) -> None:
    publish(home, gated, dbt_manifest)
    refused = "20260930T010000Z-00000002"
    gates.announce(home, refused, gates.expected_of_sources(["acme"]))
    failure = GateResult("rows_landed", "raw_acme", "structure", "critical", "fail", "0 rows", "1 row")
    gates.record(home, refused, gates.LANDING, [failure])
    with pytest.raises(PublicationRefused):
        publish(home, refused, dbt_manifest)
    last = "20260930T020000Z-00000003"
    report_gates(last)
    publish(home, last, dbt_manifest)

    with duckdb.connect(str(home / "published" / "marts.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            """
            select run_id, count(*) filter (where status = 'fail'), count(*)
            from marts.fct_quality_results group by 1 order by 1
            """
        ).fetchall()
    # What never reported in the refused run has its row as well: the index has no empty place.
    assert [(run, failed) for run, failed, _ in rows] == [(gated, 0), (refused, 5), (last, 0)]
    assert rows[0][2] == rows[2][2]
    with duckdb.connect(str(home / "published" / "marts.duckdb"), read_only=True) as connection:
        silent = connection.execute(
            """select "check" from marts.fct_quality_results where observed = 'did not report' order by 1"""
        ).fetchall()
    assert silent == [("columns_stable",), ("files_readable",), ("rows_readable",), ("rows_reconcile",)]


def test_verify_names_a_file_that_changed(home: Path, gated: str, dbt_manifest: dict[str, Any]) -> None:
    publish(home, gated, dbt_manifest)
    assert verify(home).run_id == gated
    parquet = home / "published" / "fct_handoffs.parquet"
    parquet.write_bytes(parquet.read_bytes() + b"x")
    (home / "published" / gated / "stray.txt").write_text("x")
    (home / "published" / "fct_handoff_findings.parquet").resolve().unlink()
    with pytest.raises(PublicationProblem) as problem:
        verify(home)
    assert "fct_handoffs.parquet has changed" in str(problem.value)
    assert "stray.txt is not in the manifest" in str(problem.value)
    assert "fct_handoff_findings.parquet is missing" in str(problem.value)


def test_verify_says_when_there_is_nothing(home: Path) -> None:
    with pytest.raises(PublicationProblem, match="There is no publication"):
        verify(home)


def test_keeps_the_last_publications(
    home: Path,
    gated: str,
    report_gates: Callable[[str], None],
    dbt_manifest: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HANDOFF_KEEP", "3")
    # The clock jumps back between runs: order is that of publication, not of names.
    runs = [f"2026{month:02d}01T000000Z-0000000{month}" for month in (5, 4, 3, 2, 1)]
    for run_id in runs:
        report_gates(run_id)
        publish(home, run_id, dbt_manifest)
    folders = {
        path.name for path in (home / "published").iterdir() if path.is_dir() and not path.is_symlink()
    }
    assert folders == set(runs[-3:])
    assert verify(home).sequence == 5


def test_a_table_that_is_gone_leaves_no_dangling_name(
    home: Path,
    gated: str,
    report_gates: Callable[[str], None],
    change: Callable[[str], None],
    dbt_manifest: dict[str, Any],
) -> None:
    publish(home, gated, dbt_manifest)
    assert (home / "published" / "dim_findings.parquet").exists()
    change("drop table marts.dim_findings")
    report_gates("20260930T010000Z-00000002")
    publish(home, "20260930T010000Z-00000002", dbt_manifest)
    assert not (home / "published" / "dim_findings.parquet").is_symlink()


def test_sweeps_what_a_dead_run_left_and_mends_the_names(
    home: Path, gated: str, report_gates: Callable[[str], None], dbt_manifest: dict[str, Any]
) -> None:
    publish(home, gated, dbt_manifest)
    published = home / "published"
    # Died while building; and another between moving the folder and moving the pointer.
    dead, unseen = "20260930T010000Z-0000dead", "20260930T020000Z-0000dea2"
    (published / f".{dead}.building").mkdir()
    report_gates(unseen)
    publish(home, unseen, dbt_manifest)
    (published / "current").unlink()
    (published / "current").symlink_to(gated)
    (published / "fct_handoffs.parquet").unlink()

    assert sweep(home) == [f".{dead}.building", unseen]
    assert current_run(home) == gated
    assert verify(home).run_id == gated
    assert (published / "fct_handoffs.parquet").exists()


def test_rolls_back_by_one_step_and_the_next_run_publishes_after_all(
    home: Path,
    gated: str,
    report_gates: Callable[[str], None],
    change: Callable[[str], None],
    dbt_manifest: dict[str, Any],
) -> None:
    runs = [gated, "20260930T010000Z-00000002", "20260930T020000Z-00000003"]
    for number, run_id in enumerate(runs):
        change(f"delete from marts.fct_handoffs where lead_id = 'lead-{number}'")
        report_gates(run_id)
        publish(home, run_id, dbt_manifest)
    marts = home / "published" / "marts.duckdb"

    assert rollback(home).run_id == runs[1]
    assert (current_run(home), count(marts, "fct_handoffs")) == (runs[1], 398)
    assert rollback(home, runs[0]).run_id == runs[0]
    assert count(marts, "fct_handoffs") == 399
    with pytest.raises(PublicationProblem, match="none to go back to"):
        rollback(home)
    # Going forward again is the same command; and nobody takes what was left behind for a dead run's.
    assert sweep(home) == []
    assert rollback(home, runs[2]).run_id == runs[2]
    rollback(home)

    last = "20260930T030000Z-00000004"
    assert sweep(home) == []
    report_gates(last)
    publish(home, last, dbt_manifest)
    assert [manifest.run_id for manifest in kept_publications(home)] == [last, *reversed(runs)]
    assert verify(home).sequence == 4
    with duckdb.connect(str(marts), read_only=True) as connection:
        known = connection.execute("select distinct run_id from marts.fct_quality_results").fetchall()
    assert {run for (run,) in known} == {*runs, last}


def test_the_commands_list_what_is_kept_and_go_back(
    home: Path,
    gated: str,
    report_gates: Callable[[str], None],
    dbt_manifest: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["publications"])
    assert capsys.readouterr().out == "Nothing has been published yet.\n"
    publish(home, gated, dbt_manifest)
    with pytest.raises(SystemExit, match="there is none to go back to"):
        main(["rollback"])
    second = "20260930T010000Z-00000002"
    report_gates(second)
    publish(home, second, dbt_manifest)
    main(["rollback"])
    assert f"Readers now see publication {gated}" in capsys.readouterr().out
    main(["publications"])
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"  {second}")
    assert told[1].startswith(f"* {gated}")


def test_refuses_to_roll_back_to_what_was_damaged_or_is_not_there(
    home: Path, gated: str, report_gates: Callable[[str], None], dbt_manifest: dict[str, Any]
) -> None:
    publish(home, gated, dbt_manifest)
    second = "20260930T010000Z-00000002"
    report_gates(second)
    publish(home, second, dbt_manifest)
    (home / "published" / gated / "fct_handoffs.parquet").unlink()
    with pytest.raises(PublicationProblem, match=r"fct_handoffs\.parquet is missing"):
        rollback(home)
    with pytest.raises(PublicationProblem, match=f"nonsense is not kept. Kept are: {second}, {gated}"):
        rollback(home, "nonsense")
    assert current_run(home) == second


def test_readers_may_read_a_publication_and_only_its_owner_what_is_private(
    home: Path, gated: str, dbt_manifest: dict[str, Any]
) -> None:
    with hold(home):
        publish(home, gated, dbt_manifest)
        (home / "warehouse.duckdb.wal").touch()
    modes = {path: path.stat().st_mode & 0o777 for path in home.rglob("*") if not path.is_symlink()}
    private = {path: mode for path, mode in modes.items() if home / "published" not in path.parents}
    assert private[home / "warehouse.duckdb"] == 0o600
    assert private[home / "warehouse.duckdb.wal"] == 0o600
    assert private[home / "state"] == 0o700
    assert home.stat().st_mode & 0o777 == 0o700
    public = {path: mode for path, mode in modes.items() if home / "published" / gated in path.parents}
    assert {mode for path, mode in public.items() if path.is_file()} == {0o644}


def test_a_disk_that_refuses_leaves_the_last_publication(
    home: Path, gated: str, report_gates: Callable[[str], None], dbt_manifest: dict[str, Any]
) -> None:
    publish(home, gated, dbt_manifest)
    second = "20260930T010000Z-00000002"
    report_gates(second)
    # A file where the folder should go refuses root as well, unlike a read-only mode.
    (home / "published" / f".{second}.building").write_text("in the way")
    with pytest.raises(PublicationProblem, match="The last publication is untouched"):
        publish(home, second, dbt_manifest)
    assert verify(home).run_id == gated
