"""Worlds put together: several CRMs, made apart, as sources of one sources file with one set of policies."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from demo import config
from demo.cli import FLAVOURS, write_demo
from demo.policies import DEMO_POLICIES

Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """What a build is made of."""

    sources: Path
    policies: Path


@dataclass(frozen=True)
class Simulated(World):
    """Demo CRMs and what must be found in them, one row per handoff."""

    truth: tuple[Row, ...]


@dataclass(frozen=True)
class Play:
    """One run of the demo's generator: every story so many times, or a CRM of so many leads."""

    seed: int
    copies: int | None = 1
    leads: int = 0
    crms: tuple[str, ...] = ("salesforce", "hubspot", "canonical")


def simulated(folder: Path, plays: Iterable[Play]) -> Simulated:
    """Write every play as sources of its own, named `<crm>_<seed>`, below `folder`."""
    sources: list[Row] = []
    truth: list[Row] = []
    named: dict[str, list[str]] = {}
    for play in plays:
        out = folder / f"seed_{play.seed}"
        write_demo(out, play.leads, play.seed, play.crms, play.copies)
        for crm in play.crms:
            flavour, name = FLAVOURS[crm], f"{crm}_{play.seed}"
            named.setdefault(flavour.source, []).append(name)
            path = str(out / "landing" / flavour.source)
            sources.append({"name": name, "crm": flavour.crm, "from": {"kind": "files", "path": path}})
        for line in (out / "truth.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            crm = next(crm for crm in play.crms if FLAVOURS[crm].source == row["source_system"])
            truth.append(row | {"source_system": f"{crm}_{play.seed}"})
    write_sources(folder / "sources.yml", config.AS_OF, sources)
    copy_policies(DEMO_POLICIES, folder / "policies", named)
    return Simulated(folder / "sources.yml", folder / "policies", tuple(truth))


def write_sources(path: Path, as_of: str, sources: list[Row]) -> None:
    """Write a sources file."""
    path.write_text(yaml.safe_dump({"as_of": as_of, "sources": sources}, sort_keys=False), encoding="utf-8")


def copy_policies(given: Path, folder: Path, named: dict[str, list[str]]) -> None:
    """Copy policies; what one says of a source holds for every source that is named after it."""
    folder.mkdir(parents=True)
    for path in sorted(given.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as handle:
            reader = csv.DictReader(handle)
            rows = list(reader)
            columns = list(reader.fieldnames or ())
        with (folder / path.name).open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, columns)
            writer.writeheader()
            for row in rows:
                meant = row.get("source_system", "*")
                writer.writerows(
                    row | ({"source_system": name} if "source_system" in row else {})
                    for name in named.get(meant, [meant])
                )
