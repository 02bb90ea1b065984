"""Landing a source of kind `api`: HubSpot and Salesforce over their REST APIs, through dlt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import duckdb

from handoff.config import Source
from handoff.landing.api import hubspot, salesforce
from handoff.landing.api.client import Api
from handoff.landing.results import LandingError, SourceLanding
from handoff.landing.streams import Stream, land_streams

__all__ = ["Api", "check_api", "land_api"]

Made = TypeVar("Made")

_STREAMS: dict[str, Callable[[Api], Sequence[Stream]]] = {
    "hubspot": hubspot.streams,
    "salesforce": salesforce.streams,
}
_CHECKS: dict[str, Callable[[Api], str]] = {"hubspot": hubspot.check, "salesforce": salesforce.check}


def land_api(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    landed_at: datetime,
    as_of: datetime | None,
    scratch: Path,
) -> SourceLanding:
    """Land what is new in the CRM since the last landing.

    Raises:
        LandingError: no API of that CRM is known, the token is refused, or the CRM does not answer.
    """
    with Api.of(source) as api:
        streams = _known(_STREAMS, source)(api)
        return land_streams(connection, source, streams, landed_at, as_of, api.base_url)


def check_api(source: Source) -> str:
    """Ask the CRM for one record, to see that address and token will do. Returns what was found, in words.

    Raises:
        LandingError: they will not, with the mend.
    """
    with Api.of(source) as api:
        return f"{_known(_CHECKS, source)(api)} in {source.place}"


def _known(by_crm: Mapping[str, Callable[[Api], Made]], source: Source) -> Callable[[Api], Made]:
    if source.crm not in by_crm:
        raise LandingError(
            f"{source.name}: kind api knows {' and '.join(by_crm)}, not {source.crm}. Land its tables as"
            " files or in a database, and name that kind."
        )
    return by_crm[source.crm]
