"""How the tools spell names. CRM names come in as the CRM's API gives them: `CreatedDate`, `MQL_Date__c`."""

from __future__ import annotations

import re


def snake(name: str) -> str:
    """dlt, and the start of most others: LeadId is lead_id, MQL_Date__c is mql_date__c."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def lowered(name: str) -> str:
    """PyAirbyte and Stitch: lower case, every other character an underscore, no word split."""
    return re.sub(r"[^a-z0-9_]", "_", name.lower())


def api_name(fivetran: str) -> str:
    """Salesforce's own name of a column as Fivetran lands it: created_by_id is CreatedById."""
    parts = fivetran.split("_")
    if parts[-1] == "c":
        return "_".join("MQL" if part == "mql" else part.capitalize() for part in parts[:-1]) + "__c"
    return "".join(part.capitalize() for part in parts)
