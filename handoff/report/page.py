"""Write the report: figures in, one HTML file, the worklist and a picture out."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from handoff.publication.layout import REPORT_FOLDER
from handoff.publication.manifest import Manifest
from handoff.publication.problems import PublicationProblem
from handoff.report import charts, pictures, tables, words
from handoff.report.cube import OTHER
from handoff.report.figures import Figures, Metric, read_figures, team_labels
from handoff.report.verdict import NO_PROCESS, Verdict, queue_names, team_names, verdict
from handoff.report.worklist import write_worklist

SECTIONS = (
    ("layers", "Layers"),
    ("findings", "Findings"),
    ("fix", "Lead or process"),
    ("speed", "Speed"),
    ("routing", "Routing"),
    ("statuses", "Statuses"),
    ("rejections", "Rejections"),
    ("coverage", "Not known"),
    ("gates", "Data quality"),
    ("worklist", "Worklist"),
)
# Headline shares: the title, and how numerator and denominator are said.
SHARES = {
    "mql_to_sal_rate": ("MQLs accepted by sales", "accepted", "MQLs that were due"),
    "first_activity_completion_rate": ("Leads that sales acted on", "acted on", "those owned and due"),
    "rejection_reason_completeness": (
        "Rejections with a reason",
        "with a structured reason",
        "those rejected",
    ),
    "opportunity_creation_rate": (
        "Accepted leads with an opportunity",
        "with an opportunity",
        "those accepted and due",
    ),
}


@dataclass(frozen=True)
class Card:
    """A headline metric as the page shows it."""

    name: str
    title: str
    value: str
    basis: str
    interval: str | None
    pending: int
    is_reliable: bool
    aside: str | None = None


class Report(NamedTuple):
    """A written report: its page, and the figures that it shows."""

    page: Path
    figures: Figures


def write_report(folder: Path) -> Report:
    """Write ``report/index.html`` into a publication folder; beside it ``worklist.csv`` and ``overview.png``.

    The folder holds the marts and the (draft) manifest. Raises PublicationProblem when a mart lacks what
    the page shows.
    """
    manifest = Manifest.read(folder)
    path = folder / REPORT_FOLDER / "index.html"
    path.parent.mkdir(exist_ok=True)
    try:
        figures = read_figures(folder, manifest.run_id, _naive(manifest.as_of))
        write_worklist(folder, path.parent / "worklist.csv")
    except duckdb.Error as error:
        raise PublicationProblem(
            f"The report could not be made from the marts: {str(error).splitlines()[0]}"
        ) from error
    path.write_text(render(manifest, figures), encoding="utf-8", newline="\n")
    (path.parent / "overview.png").write_bytes(pictures.overview(figures, verdict(figures)))
    return Report(path, figures)


def render(manifest: Manifest, figures: Figures) -> str:
    """Return the page. Whatever text the CRM gave is escaped and isolated."""
    environment = Environment(
        loader=PackageLoader("handoff.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": words.percent,
        "number": words.number,
        "spoken": words.spoken,
        "crm": words.crm_text,
        "plain": words.plain_text,
        "reads": words.reads,
        "sorts": _sorts,
        "is_web": lambda link: bool(link) and str(link).startswith(("https://", "http://")),
        "instant": lambda instant: f"{instant:%Y-%m-%d %H:%M} UTC",
    }
    said = verdict(figures)
    headline = cards(figures.metrics)
    gaps = [
        asdict(gap) | {"index": index, "steps": pictures.steps(gap)}
        for index, gap in enumerate(gap for symptom in figures.symptoms for gap in symptom.gaps)
    ]
    script, digest = _script()
    shown = _tables(figures)
    return environment.get_template("report.html.j2").render(
        manifest=manifest,
        figures=figures,
        verdict=said,
        cards=headline,
        gaps=gaps,
        words=words,
        sections=SECTIONS,
        filters=_filters(figures),
        tables=shown,
        team_names=team_labels(figures),
        style=Markup(_resource("report.css")),
        data=_json(_data(figures, said, headline, gaps, shown)),
        script=Markup(script),
        script_hash=digest,
    )


def cards(metrics: Mapping[str, Metric]) -> list[Card]:
    """Return the headline metrics in the order of the handoff; one not published is left out."""
    on_time = metrics.get("first_action_sla_rate")
    in_time = f"{words.percent(on_time.value)} in time" if on_time and on_time.value is not None else None
    found = [
        _share_card(metrics, "mql_to_sal_rate"),
        _minutes_card(metrics),
        _share_card(metrics, "first_activity_completion_rate", in_time),
        _share_card(metrics, "rejection_reason_completeness"),
        _share_card(metrics, "opportunity_creation_rate"),
    ]
    return [card for card in found if card]


def _share_card(metrics: Mapping[str, Metric], name: str, aside: str | None = None) -> Card | None:
    metric = metrics.get(name)
    if metric is None:
        return None
    title, counted, rest = SHARES[name]
    if metric.value is None:
        basis = f"nothing is due yet: 0 {counted} of {rest}"
        return Card(name, title, "—", basis, None, metric.pending, False, aside)
    return Card(
        name=name,
        title=title,
        value=words.percent(metric.value),
        basis=f"{words.number(metric.numerator)} {counted} of {words.number(metric.denominator)} {rest}",
        interval=_interval(metric, words.percent),
        pending=metric.pending,
        is_reliable=metric.is_reliable,
        aside=aside,
    )


def _minutes_card(metrics: Mapping[str, Metric]) -> Card | None:
    median = metrics.get("sales_acceptance_minutes")
    late = metrics.get("sales_acceptance_minutes_p90")
    if median is None:
        return None
    aside = f"nine in ten within {words.duration(late.value)}" if late and late.value is not None else None
    return Card(
        name="sales_acceptance_minutes",
        title="Time until sales accepts",
        value=words.duration(median.value),
        basis=f"median, in business time; {words.number(median.numerator)} accepted of "
        f"{words.number(median.denominator)} watched",
        interval=_interval(median, words.duration),
        pending=median.pending,
        is_reliable=median.is_reliable,
        aside=aside,
    )


def _interval(metric: Metric, reads: Callable[[float], str]) -> str | None:
    if metric.low is None or metric.high is None:
        return None
    return f"{reads(metric.low)} to {reads(metric.high)}"


def _tables(figures: Figures) -> dict[str, Any]:
    cube = figures.cube
    return {
        "systems": tables.by_system(cube, figures.processes),
        "findings": tables.findings(cube, figures.catalogue),
        "waits": tables.waits(cube, figures.metrics),
        "hours": tables.hours(cube),
        "queues": tables.queues(cube, figures.owners),
        "owners": tables.owners(cube, figures.owners),
        "teams": tables.teams(cube, team_labels(figures)),
        "stages": tables.stages(cube, figures.conflicts),
        "ages": tables.ages(cube),
        "reasons": tables.reasons(cube, figures.insights),
        "sources": tables.by_source(cube, figures.insights),
    }


def _filters(figures: Figures) -> list[tuple[str, str, str, list[tuple[int, str]]]]:
    """Each filter of the page: name, label, what choosing nothing is called, and its members by number."""
    members = figures.cube.members
    teams = team_labels(figures)
    months = list(enumerate(members["month"]))
    # What is folded together for age stands last in the cube and first in time.
    months.sort(key=lambda month: (month[1].value != OTHER, month[0]))
    listed = [(number, member.label) for number, member in months]
    return [
        ("system", "Source system", "All", [(n, member.label) for n, member in enumerate(members["system"])]),
        ("from", "Opened from", "the first", listed),
        ("to", "Opened until", "the last", listed),
        ("team", "Team", "All", [(n, teams.get(m.value, m.label)) for n, m in enumerate(members["team"])]),
        ("source", "Source", "All", [(n, member.label) for n, member in enumerate(members["source"])]),
        ("campaign", "Campaign", "All", [(n, member.label) for n, member in enumerate(members["campaign"])]),
    ]


def _data(
    figures: Figures,
    said: Verdict,
    headline: list[Card],
    gaps: list[dict[str, Any]],
    shown: Mapping[str, Any],
) -> dict[str, Any]:
    """What the page's script needs beside the cube: words, charts, what is known exactly of all handoffs."""
    return {
        "handoffs": figures.handoffs,
        "verdict": asdict(said),
        "noProcess": NO_PROCESS,
        "withoutProcess": [
            number
            for number, member in enumerate(figures.cube.members["system"])
            if member.value in figures.without_process
        ],
        "few": words.FEW,
        "reliableFrom": words.RELIABLE_FROM,
        "dimensions": list(figures.cube.cells),
        "layers": list(words.LAYERS),
        "layerNames": list(words.LAYERS.values()),
        "layerPlaces": list(words.LAYER_PLACES.values()),
        "verdicts": list(words.VERDICTS),
        "abbreviations": words.ABBREVIATIONS,
        "findingLayers": {
            code: list(words.LAYERS).index(known["layer"]) for code, known in figures.catalogue.items()
        },
        "placeNames": {"team": _plain(team_names(figures)), "queue": _plain(queue_names(figures))},
        "teamFindings": list(tables.TEAM_FINDINGS),
        "insights": [figures.insights.get(reason) for reason in figures.cube.lists["reasons"]],
        "waits": {wait: said for wait, (said, _) in tables.WAIT_WORDS.items()},
        "quantiles": {
            row.key: {name: row.cells[name] for name in ("median", "late")} for row in shown["waits"].rows
        },
        "curves": figures.curves,
        "cards": {
            card.name: {
                "value": card.value,
                "aside": card.aside,
                "basis": card.basis,
                "interval": card.interval,
                "pending": f"{words.number(card.pending)} pending" if card.pending else None,
                "thin": None if card.is_reliable else words.TOO_FEW,
            }
            for card in headline
        },
        "bases": {name: [counted, rest] for name, (_, counted, rest) in SHARES.items()},
        "thin": words.TOO_FEW,
        "gaps": [
            {"dimension": gap["dimension"], "value": gap["filter_value"], "steps": gap["steps"]}
            for gap in gaps
        ],
        "runs": pictures.run_rows(figures),
        "charts": charts.specs(),
    }


def _plain(names: list[str | None]) -> list[str | None]:
    return [None if name is None else words.plain_text(name) for name in names]


@cache
def _script() -> tuple[str, str]:
    """Return the page's one script and its hash for the page's policy: no other script may run there."""
    script = f"{charts.bundle()}\n{_resource('report.js')}".replace("\r\n", "\n").replace("\r", "\n")
    # Neither may stand in a script element, and in JavaScript both mean the same with the backslash.
    script = script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return script, f"sha256-{digest}"


def _resource(name: str) -> str:
    return (files("handoff.report") / "templates" / name).read_text(encoding="utf-8")


def _json(content: object) -> Markup:
    """JSON that may stand in a script element: nothing in it can end the element."""
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))


def _sorts(value: object) -> str:
    """What a cell sorts by: numbers as they are, text without case, nothing last."""
    return "" if value is None else words.plain_text(value).lower()


def _naive(instant: str) -> datetime:
    return datetime.fromisoformat(instant.removesuffix("Z"))
