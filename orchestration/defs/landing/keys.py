"""The keys of the raw assets, known from the sources file before anything has landed."""

from __future__ import annotations

from collections.abc import Sequence

from dagster import AssetKey

from handoff.config import ConfigError, Source, load_settings

REGISTER = AssetKey(["landing"])
# Stands for the sources while there is no sources file to name them; a run then says what is missing.
UNKNOWN_SOURCES = AssetKey(["raw", "sources"])


def configured_sources() -> tuple[Source, ...]:
    """Return the sources of the sources file; none where it is missing or faulty."""
    try:
        return load_settings().sources
    except ConfigError:
        # Definitions must load for anybody who opens Dagster; the landing step tells what is wrong, in full.
        return ()


def raw_keys(crm: str | None = None) -> Sequence[AssetKey]:
    """Return the keys of the raw assets, of one CRM or of all."""
    sources = configured_sources()
    if not sources:
        return [UNKNOWN_SOURCES]
    return [AssetKey(["raw", source.name]) for source in sources if crm in (None, source.crm)]
