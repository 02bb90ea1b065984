"""How dbt's nodes appear in Dagster: readable groups, and the raw tables above staging."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from dagster import AssetDep, AssetKey, AssetSpec
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

from handoff.gates import tested_node
from orchestration.defs.landing.keys import REGISTER, raw_keys

# Folder or model below models/ -> group in the graph; the longest prefix counts. Models that stand apart
# from their folder do so for the graph to read in one direction: a group that is both above and below
# another says nothing.
GROUPS: Mapping[str, str] = {
    "staging": "staging",
    "staging/policies": "policies",
    # What is worked out from the marts, for other marts.
    "intermediate": "marts",
    "intermediate/clock": "canonical_crm",
    "intermediate/crm": "canonical_crm",
    "intermediate/owners": "canonical_crm",
    "intermediate/values": "canonical_crm",
    "intermediate/clock/int_clock_horizon": "clocks",
    "intermediate/calendar": "clocks",
    "intermediate/coverage": "coverage",
    "intermediate/events": "events",
    "intermediate/events/int_field_history_horizons": "coverage",
    "intermediate/handoffs": "handoffs",
    "intermediate/handoffs/int_handoff_layers": "findings",
    "intermediate/findings": "findings",
    "marts": "marts",
}

KINDS: Mapping[str, str] = {"seed": "policies", "snapshot": "canonical_crm"}


class LineTranslator(DagsterDbtTranslator):
    """The project's folders as groups, and each CRM's staging fed by its raw sources."""

    def __init__(self) -> None:
        """Let the four tables of the landing register share one asset."""
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """Return the register's key for dbt sources, else schema and name."""
        if dbt_resource_props["resource_type"] == "source":
            return REGISTER
        return super().get_asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the group of a node by where it lies in the project."""
        if dbt_resource_props["resource_type"] in KINDS:
            return KINDS[dbt_resource_props["resource_type"]]
        model = _folder(dbt_resource_props) / dbt_resource_props["name"]
        matching = [prefix for prefix in GROUPS if model.is_relative_to(prefix)]
        return GROUPS[max(matching, key=len)] if matching else None

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> AssetSpec:
        """Return the node's spec; a staging model of a CRM also depends on the raw sources of that CRM.

        dbt does not see that dependency: the models read whatever tables the register names.
        """
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self.get_resource_props(manifest, unique_id)
        parts = _folder(node).parts
        if node["resource_type"] != "model" or len(parts) < 2 or parts[0] != "staging":
            return spec
        known = {dep.asset_key for dep in spec.deps}
        added = [AssetDep(key) for key in raw_keys(crm=parts[1]) if key not in known]
        return spec.replace_attributes(deps=[*spec.deps, *added])


def with_tests_attached(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest with each singular test attached to one table, so that Dagster shows it as its
    check.
    """
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and not node.get("attached_node"):
            tested = tested_node(node, manifest)
            if tested:
                node["config"].setdefault("meta", {})["dagster"] = {"ref": {"name": tested["name"]}}
    return manifest


def _folder(node: Mapping[str, Any]) -> PurePath:
    path = PurePath(node["original_file_path"])
    return PurePath(*path.parts[1:-1])
