"""A small warehouse with the columns of the contract, for the stations after dbt."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff import gates
from handoff.config import SHIPPED_POLICIES
from handoff.gates import ExpectedCheck, GateResult

RUN = "20260930T000000Z-00000001"

LANDING = """
create schema landing;
create table landing.clock as
select timestamp '2026-09-30' as as_of, timestamp '2026-09-30 01:00' as landed_at;
create table landing.sources as
select 'acme' as source_system, 'salesforce' as crm, 'raw_acme' as raw_schema, 'UTC' as timezone;
create table landing.loads as
select
    'acme' as source_system,
    'lead' as raw_table,
    'lead.csv' as file,
    400 as rows_landed,
    0 as rows_set_aside,
    null::varchar as error,
    'sha256' as content_hash,
    true as is_current;
create table landing.drift as
select
    'acme' as source_system,
    'lead' as raw_table,
    'Fit_Grade__c' as column_name,
    'appeared' as change,
    true as is_current;
create schema raw_acme;
create table raw_acme.lead as select 'L' || range as id from range(400);
"""

# Every fifth handoff is rejected, every seventh converted; every eleventh never found an owner.
HANDOFFS = """
create schema marts;
create table marts.fct_handoffs as
with
numbered as (
    select
        range as n,
        timestamp '2026-07-01 09:00' + interval (range) hour as opened_at,
    from range(400)
),
milestones as (
    select
        'acme' as source_system,
        'lead-' || n as lead_id,
        1 as handoff_number,
        opened_at,
        case when n % 13 = 0 then 'sales_action' else 'mql' end as opened_by,
        case when n % 5 = 0 then 'rejected' when n % 7 = 0 then 'converted' else 'open' end as outcome,
        n % 11 <> 0 as has_owner,
        n,
    from numbered
),
clocked as (
    select
        *,
        case when outcome <> 'open' then opened_at + interval 5 day end as closed_at,
        opened_at + interval 30 day as span_ends_at,
        case when has_owner then opened_at + interval 10 minute end as assigned_at,
        case when has_owner then opened_at + interval 30 minute end as human_owned_at,
        case when has_owner and n % 3 <> 0 then opened_at + interval 90 minute end as first_human_activity_at,
    from milestones
)
select
    source_system,
    lead_id,
    handoff_number,
    opened_at,
    opened_by,
    closed_at,
    outcome,
    span_ends_at,
    true as is_last_handoff,
    opened_at as qualified_at,
    assigned_at,
    human_owned_at,
    human_owned_at + interval 4 hour as first_action_due_at,
    first_human_activity_at,
    null::timestamp as first_automated_activity_at,
    case when n % 6 = 1 then first_human_activity_at + interval 1 day end as connected_at,
    case when n % 4 = 1 then opened_at + interval 3 hour end as accepted_at,
    case when outcome = 'rejected' then closed_at end as rejected_at,
    null::timestamp as recycled_at,
    case when outcome = 'converted' then closed_at end as opportunity_created_at,
    case when has_owner then 10.0 end as routing_minutes,
    case when has_owner then 20.0 end as queue_minutes,
    case when first_human_activity_at is not null then 60.0 end as human_minutes,
    case when first_human_activity_at is not null then 90.0 end as speed_to_lead_minutes,
    case when n % 9 = 0 then 'broken' else 'ok' end as layer_capture,
    'not_recorded' as layer_qualification,
    case when has_owner then 'ok' else 'broken' end as layer_routing,
    case when not has_owner then 'not_reached' when n % 3 = 0 then 'broken' else 'ok' end as layer_action,
    case when n % 10 = 3 then 'pending' else 'ok' end as layer_status,
    case when n % 15 = 0 then 'broken' else 'ok' end as layer_outcome,
    case
        when n % 9 = 0 then 'capture'
        when not has_owner then 'routing'
        when n % 3 = 0 then 'action'
        when n % 15 = 0 then 'outcome'
    end as first_broken_layer,
    has_owner,
    true as has_lead_status,
    case when n % 50 = 0 then 'unmapped' else 'working' end as status_group,
    n % 9 <> 0 as has_source,
    n % 2 = 0 as is_context_complete,
    case when n % 9 <> 0 then 'Paid Search' end as original_source,
    case when outcome = 'rejected' and n % 15 <> 0 then 'poor_company_fit' end as rejection_reason,
from clocked;

create table marts.fct_handoff_findings as
select
    source_system,
    lead_id,
    handoff_number,
    unnest(
        case
            when first_broken_layer = 'capture' then ['source_missing']
            when first_broken_layer = 'routing' then ['owner_missing']
            when first_broken_layer = 'action' then ['first_action_missing']
            when first_broken_layer = 'outcome' then ['rejection_reason_missing']
            else []::varchar[]
        end
    ) as finding_code,
    first_broken_layer as layer,
    'high' as severity,
    opened_at as detected_at,
    'Seen in the record.' as evidence,
from marts.fct_handoffs;

create table marts.dim_findings as
select * from (
    values
        ('source_missing', 'capture', 'channel', 'quality', 'medium', 'the source is blank', 'Form mapping'),
        ('owner_missing', 'routing', 'routing', 'ownership', 'critical', 'no owner', 'Assignment rules'),
        ('first_action_missing', 'action', 'sales_process', 'timing', 'critical', 'no action', 'Workload'),
        ('rejection_reason_missing', 'outcome', 'crm_data', 'outcome', 'high', 'no reason', 'Fields')
) as catalogue(finding_code, layer, quality_dimension, confusion_type, severity, fires_when, what_to_inspect);
"""

METRICS = """
create table marts.fct_handoff_metrics as
select
    'all' as period_grain,
    null::date as period_start,
    'all' as dimension,
    'all' as member,
    metric,
    numerator,
    denominator,
    numerator::double / denominator as value,
    numerator::double / denominator - 0.04 as ci_low,
    numerator::double / denominator + 0.04 as ci_high,
    12 as pending,
    true as is_reliable,
from (
    values
        ('mql_to_sal_rate', 92, 340),
        ('first_activity_completion_rate', 242, 363),
        ('first_action_sla_rate', 240, 363),
        ('rejection_reason_completeness', 53, 80),
        ('opportunity_creation_rate', 45, 92)
) as metrics(metric, numerator, denominator);

insert into marts.fct_handoff_metrics values
('all', null, 'all', 'all', 'sales_acceptance_minutes', 92, 340, 95.0, 80.0, 118.5, 20, true),
('all', null, 'all', 'all', 'sales_acceptance_minutes_p90', 92, 340, 1260.0, null, null, 20, true);
"""

COVERAGE = """
create table marts.fct_crm_coverage as
select * from (
    values
        ('acme', 'owner', 'recorded', true, null, null),
        ('acme', 'intent_signal', 'not_recorded', false, 'Intent_Signal__c', 'Nothing is judged.')
) as elements(source_system, element, coverage, is_recorded, field_to_add, note);

create table marts.rpt_handoff_scorecard as
select
    'crm' as aspect,
    'acme' as name,
    'handoff_process' as verdict,
    'A handoff process: all nine elements are recorded.' as verdict_in_words,
    40 as handoffs_judged,
    10 as handoffs_broken,
    0.25 as share_broken;
"""

# What the content checks read beside the marts above: leads that came day by day, and words that are known.
CONTENT = """
create schema intermediate;
create schema staging;
create table intermediate.int_clock as select timestamp '2026-07-18' as as_of;
create table intermediate.int_status_values as
select 'acme' as source_system, 'new' as raw_value, true as is_mapped, 400 as uses;
create table intermediate.int_stage_values as from intermediate.int_status_values;
create table intermediate.int_reason_values as from intermediate.int_status_values;

create table staging.stg_policies__content_thresholds as
select
    source_system,
    check_name,
    threshold::double as threshold,
    severity,
from read_csv('{thresholds}', header = true, all_varchar = true);

create table marts.dim_leads as
select source_system, lead_id, opened_at as created_at from marts.fct_handoffs;
create table marts.fct_lead_events as
select source_system, lead_id, opened_at as occurred_at, 'activity' as event_type from marts.fct_handoffs;
create table marts.fct_first_action_survival as select 'all' as dimension, 0.0 as minute, 1.0 as survival;
create table marts.fct_acceptance_survival as from marts.fct_first_action_survival;
create table marts.fct_rejection_feedback as
select 'all' as dimension, 'all' as member, 80 as rejections, 80 as member_rejections, 1.0 as share;
create table marts.fct_rate_gap_contributions as select 'channel' as dimension, 0.5 as p_value;
"""

TABLES = (
    "dim_findings",
    "dim_leads",
    "fct_acceptance_survival",
    "fct_crm_coverage",
    "fct_first_action_survival",
    "fct_handoff_findings",
    "fct_handoff_metrics",
    "fct_handoffs",
    "fct_lead_events",
    "fct_rate_gap_contributions",
    "fct_rejection_feedback",
    "rpt_handoff_scorecard",
)


@pytest.fixture(scope="session")
def demo_publication(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a publication of the demo, which nobody writes to."""
    folder = tmp_path_factory.mktemp("publication") / "demo"
    shutil.copytree((demo_home / "published" / "current").resolve(), folder, symlinks=True)
    return folder


@pytest.fixture
def publication(demo_publication: Path, tmp_path: Path) -> Path:
    """The marts and the manifest of the demo, to break on purpose and report on."""
    folder = tmp_path / "publication"
    folder.mkdir()
    for name in ("handoff.duckdb", "manifest.json"):
        shutil.copy(demo_publication / name, folder / name)
    return folder


@pytest.fixture
def alter(publication: Path) -> Callable[[str], None]:
    """Run SQL on the marts of that publication."""

    def run(sql: str) -> None:
        with duckdb.connect(str(publication / "handoff.duckdb")) as connection:
            connection.execute("use marts")
            connection.execute(sql)

    return run


@pytest.fixture
def without_handoffs(alter: Callable[[str], None]) -> None:
    """Leave that publication as a CRM would that has never handed a lead over."""
    for table in (
        *("fct_handoffs", "fct_handoff_measures", "fct_handoff_findings", "fct_handoff_metrics"),
        *("fct_worklist", "fct_rate_gap_contributions", "fct_first_action_survival"),
        *("fct_acceptance_survival", "fct_rejection_feedback", "rpt_stage_status"),
    ):
        alter(f"delete from {table}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty HANDOFF_HOME, with none of the caller's settings leaking in."""
    for setting in ("HANDOFF_AS_OF", "HANDOFF_KEEP", "HANDOFF_PUBLISH_PERSONAL_DATA", "HANDOFF_SOURCES"):
        monkeypatch.delenv(setting, raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HANDOFF_HOME", str(folder))
    return folder


@pytest.fixture
def warehouse(home: Path) -> Path:
    """A built warehouse of 400 handoffs; every critical rule holds in it."""
    path = home / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(LANDING + HANDOFFS + METRICS + COVERAGE)
        connection.execute(CONTENT.replace("{thresholds}", str(SHIPPED_POLICIES / "content_thresholds.csv")))
    return path


@pytest.fixture
def change(warehouse: Path) -> Callable[[str], None]:
    """Run SQL on the warehouse, to break it on purpose."""

    def run(sql: str) -> None:
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(sql)

    return run


@pytest.fixture
def dbt_manifest() -> dict[str, Any]:
    """A dbt manifest with a contract and a key test on each mart, and the tests that are required by name."""
    nodes: dict[str, Any] = {}
    for table in TABLES:
        add_mart(nodes, table)
    for name in gates.REQUIRED_TESTS:
        nodes[f"test.crm_handoff.{name}"] = {
            "name": name,
            "resource_type": "test",
            "config": {"severity": "ERROR", "meta": {}},
            "depends_on": {"nodes": ["model.crm_handoff.fct_handoffs"]},
            "tags": [],
        }
    return {"nodes": nodes}


def add_mart(nodes: dict[str, Any], table: str) -> None:
    """Add a published model to a manifest, gated as every mart is."""
    model = f"model.crm_handoff.{table}"
    nodes[model] = {
        "name": table,
        "resource_type": "model",
        "schema": "marts",
        "contract": {"enforced": True},
    }
    nodes[f"test.crm_handoff.unique_{table}"] = {
        "name": f"unique_{table}",
        "resource_type": "test",
        "config": {"severity": "ERROR", "meta": {}},
        "test_metadata": {"name": "unique"},
        "attached_node": model,
        "depends_on": {"nodes": [model]},
        "tags": [],
    }


def passed(check: ExpectedCheck) -> GateResult:
    """The result of a check that found nothing."""
    return GateResult(check.check, check.table, check.tier, check.severity, "pass", "all", "all")


def report_all(home: Path, run_id: str, dbt_manifest: dict[str, Any]) -> None:
    """Report every expected gate of a run as passed, as an uneventful run would."""
    gates.record(
        home, run_id, gates.LANDING, [passed(check) for check in gates.expected_of_sources(["acme"])]
    )
    gates.record(home, run_id, gates.DBT, [passed(check) for check in gates.expected_of_dbt(dbt_manifest)])
    for suite in dict.fromkeys(check.gate for check in gates.CONTENT_CHECKS):
        gates.record(
            home, run_id, suite, [passed(check) for check in gates.CONTENT_CHECKS if check.gate == suite]
        )


@pytest.fixture
def report_gates(home: Path, dbt_manifest: dict[str, Any]) -> Callable[[str], None]:
    """Report every expected gate of a run, by the run's id."""
    return lambda run_id: report_all(home, run_id, dbt_manifest)


@pytest.fixture
def gated(warehouse: Path, report_gates: Callable[[str], None]) -> Iterator[str]:
    """The id of a run whose warehouse is built and whose gates have all reported."""
    report_gates(RUN)
    yield RUN
