"""Gates: what each run must have checked before anything is published.

Every station reports its checks to ``$HANDOFF_HOME/state/runs/<run_id>/<gate>.json``. The publication does
not trust build order (an orchestrator may skip a check and carry on): it reads what reported and compares
it with what was expected, by name.
"""

from handoff.gates.dbt import dbt_results, tested_node
from handoff.gates.expected import (
    CONTENT_CHECKS,
    REQUIRED_TESTS,
    Assessment,
    assess,
    expected_of_dbt,
    expected_of_sources,
)
from handoff.gates.landing import landing_results
from handoff.gates.results import (
    DBT,
    LANDING,
    ExpectedCheck,
    GateReport,
    GateResult,
    Severity,
    Status,
    Tier,
    announce,
    announced,
    forget_old_runs,
    read,
    record,
    recorded_runs,
    reports,
    silent,
)

__all__ = [
    "CONTENT_CHECKS",
    "DBT",
    "LANDING",
    "REQUIRED_TESTS",
    "Assessment",
    "ExpectedCheck",
    "GateReport",
    "GateResult",
    "Severity",
    "Status",
    "Tier",
    "announce",
    "announced",
    "assess",
    "dbt_results",
    "expected_of_dbt",
    "expected_of_sources",
    "forget_old_runs",
    "landing_results",
    "read",
    "record",
    "recorded_runs",
    "reports",
    "silent",
    "tested_node",
]
