"""Writes the demo CRM: landing files, a sources file, its policies, and the truth beside them.

    python -m demo --out DIR --leads 5000 --seed 1

What may be read by the line is in DIR/landing; DIR/truth.jsonl is for tests alone.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from demo import config
from demo.busy import add_history
from demo.policies import DEMO_POLICIES
from demo.schedule import World, instant
from demo.story import EVERY_CRM, Crm, Story, told_stories
from demo.world import Catalogue, LeadIds, chunks, plan, truth_rows, world
from demo.writers import canonical, hubspot, salesforce
from demo.writers.sinks import JsonSink


@dataclass(frozen=True)
class Flavour:
    """A CRM that the demo can be written as: which stories it tells, and what the sources file calls it."""

    tells: Crm
    crm: str
    source: str
    lead_ids: LeadIds
    writer: Callable[
        [Path, World], salesforce.SalesforceWriter | hubspot.HubspotWriter | canonical.CanonicalWriter
    ]


FLAVOURS: dict[str, Flavour] = {
    flavour.tells: flavour
    for flavour in (
        Flavour(
            "salesforce", "salesforce", salesforce.SOURCE, salesforce.lead_ids, salesforce.SalesforceWriter
        ),
        Flavour("hubspot", "hubspot", hubspot.SOURCE, hubspot.lead_ids, hubspot.HubspotWriter),
        Flavour("canonical", "canonical", canonical.SOURCE, canonical.lead_ids, canonical.CanonicalWriter),
        Flavour("plain", "salesforce", salesforce.PLAIN_SOURCE, salesforce.lead_ids, salesforce.PlainWriter),
        Flavour("bare", "canonical", canonical.BARE_SOURCE, canonical.lead_ids, canonical.BareWriter),
    )
}


def write_demo(
    out: Path,
    leads: int = 5000,
    seed: int = 1,
    crms: Sequence[str] = ("salesforce", "hubspot"),
    copies: int | None = None,
    as_of: str = config.AS_OF,
    is_busy: bool = False,
) -> dict[str, int]:
    """Write the demo CRM into `out` and return how many handoffs each source's truth holds.

    `leads` per CRM; with `copies` every story is told that often instead. `is_busy` gives every lead a long
    history. Raises ValueError where leads are too few for every story, or as_of is too close to the start.
    """
    stage = world(instant(as_of), instant(config.STARTS))
    catalogue, stories = Catalogue.shipped(), told_stories()
    shutil.rmtree(out / "landing", ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    truth = JsonSink(out, ".jsonl", is_shuffled=False)
    handoffs: dict[str, int] = {}
    for name in crms:
        flavour = FLAVOURS[name]
        writer = flavour.writer(out / "landing" / flavour.source, stage)
        for ledger in chunks(plan(leads, flavour.tells, copies), stage, seed):
            if is_busy and flavour.tells in EVERY_CRM:
                add_history(ledger)
            writer.write(ledger)
            rows = truth_rows(ledger, flavour.source, flavour.lead_ids, stories, catalogue)
            truth.write("truth", rows)
            handoffs[flavour.source] = handoffs.get(flavour.source, 0) + rows.num_rows
        writer.close()
    truth.close()
    _write_sources(out, [FLAVOURS[name] for name in crms], as_of)
    shutil.rmtree(out / "policies", ignore_errors=True)
    shutil.copytree(DEMO_POLICIES, out / "policies")
    return handoffs


def described(story: Story) -> str:
    """One line about a story: what happens, what it fires and what it just misses."""
    found = ", ".join(sorted(story.fires)) or "nothing"
    missed = f"; just misses {', '.join(story.near)}" if story.near else ""
    where = "" if story.only == EVERY_CRM else f" [{', '.join(story.only)}]"
    return f"{story.name}{where}: {story.about} Fires {found}{missed}."


def _write_sources(out: Path, flavours: Sequence[Flavour], as_of: str) -> None:
    sources = [
        {
            "name": flavour.source,
            "crm": flavour.crm,
            "from": {"kind": "files", "path": f"./landing/{flavour.source}"},
            "timezone": "UTC",
            "crm_url": f"https://{flavour.source.replace('_', '-')}.example",
        }
        for flavour in flavours
    ]
    text = yaml.safe_dump({"as_of": as_of, "sources": sources}, sort_keys=False)
    (out / "sources.yml").write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Write the demo CRM.")
    parser.add_argument("--out", type=Path, help="folder to write into")
    parser.add_argument("--leads", type=int, default=5000, help="leads per CRM")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--crms", default="salesforce,hubspot", help=f"comma-separated, of {', '.join(FLAVOURS)}"
    )
    parser.add_argument("--as-of", default=config.AS_OF, help="the instant of the diagnosis, ISO 8601")
    parser.add_argument("--stories-only", type=int, nargs="?", const=1, metavar="COPIES",
                        help="every story so often (once) instead of a whole CRM")  # fmt: skip
    parser.add_argument(
        "--busy", action="store_true", help="a long history for every lead, as benchmarks want"
    )
    parser.add_argument("--list", action="store_true", help="list the stories instead of writing anything")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(described(story) for story in told_stories()))
        return
    if options.out is None:
        parser.error("--out is needed: the folder to write into")
    crms = options.crms.split(",")
    if unknown := set(crms) - set(FLAVOURS):
        parser.error(f"no such CRM: {', '.join(sorted(unknown))}; choose of {', '.join(FLAVOURS)}")
    handoffs = write_demo(
        options.out, options.leads, options.seed, crms, options.stories_only, options.as_of, options.busy
    )
    for source, count in handoffs.items():
        print(f"{options.out / 'landing' / source}: {count} handoffs in the truth")
