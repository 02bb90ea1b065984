"""The settings of the environment, each with its meaning: the doctor and the documentation read them here."""

from __future__ import annotations

from dataclasses import dataclass

MEMORY_SETTING = "HANDOFF_MEMORY"
MEMORY_DEFAULT = "4GB"


@dataclass(frozen=True)
class Setting:
    """An environment variable that people set. `default` says in words what holds without it."""

    name: str
    meaning: str
    default: str


SETTINGS: tuple[Setting, ...] = (
    Setting("HANDOFF_SOURCES", "The YAML file that lists the CRM sources", "the demo CRM"),
    Setting(
        "HANDOFF_POLICIES",
        "A folder of policy CSVs; a file missing there falls back to the shipped one",
        "the shipped `seeds/`",
    ),
    Setting("HANDOFF_HOME", "Where everything written goes: warehouse, publications, report", "`var/`"),
    Setting(
        "HANDOFF_AS_OF",
        "The instant that the diagnosis is made for, ISO 8601",
        "`as_of` of the sources file, else now",
    ),
    Setting("HANDOFF_KEEP", "How many publications are kept, 2 at least", "5"),
    Setting(
        MEMORY_SETTING,
        "How much memory DuckDB takes before it goes on on disk, as DuckDB writes it",
        f"`{MEMORY_DEFAULT}`",
    ),
    Setting(
        "HANDOFF_INCREMENTAL",
        "Whether builds make only what changed anew: `auto` (from 2 million raw rows on), `always`, `never`",
        "`auto`",
    ),
    Setting(
        "HANDOFF_PUBLISH_PERSONAL_DATA",
        "`1` publishes names, addresses and free text, which else stay in the private warehouse",
        "off",
    ),
    Setting(
        "HANDOFF_ALERT_WEBHOOK",
        "A webhook as Slack's: told when a run fails and when gates begin to warn. A secret",
        "silent",
    ),
    Setting("HANDOFF_AUTOMATION", "`on` starts Dagster's schedules and the sensor for new files", "off"),
    Setting("HANDOFF_SPARK_HOST", "Where Spark's thrift server listens, for `--target spark`", "127.0.0.1"),
    Setting("HANDOFF_SPARK_PORT", "At which port it does", "10000"),
    Setting(
        "HANDOFF_HASH_SALT",
        "The salt of the hashes that stand for e-mail addresses in published tables",
        "one drawn for this home",
    ),
)

# What only the project's own tests and processes set.
INTERNAL = (
    "HANDOFF_BUILD",
    "HANDOFF_NO_SKIPS",
    "HANDOFF_REAL_DATA",
    "HANDOFF_RUN_PROCESS",
    "HANDOFF_WHOLE_MODELS",
)
