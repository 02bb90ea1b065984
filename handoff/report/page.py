"""Write the page: figures in, one HTML file out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from handoff.publication.layout import REPORT_FOLDER
from handoff.publication.manifest import Manifest
from handoff.publication.problems import PublicationProblem
from handoff.report import words
from handoff.report.figures import Figures, Layer, Metric, read_figures


@dataclass(frozen=True)
class Card:
    """A headline metric as the page shows it."""

    title: str
    value: str
    basis: str
    interval: str | None
    pending: int
    is_reliable: bool
    aside: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What the page says first: one sentence, and what stands behind it."""

    sentence: str
    support: str


def write_report(folder: Path) -> Path:
    """Write ``report/index.html`` into a publication folder and return its path.

    The folder holds the marts and the (draft) manifest. Raises PublicationProblem when a mart lacks what
    the page shows.
    """
    manifest = Manifest.read(folder)
    try:
        figures = read_figures(folder, manifest.run_id)
    except duckdb.Error as error:
        raise PublicationProblem(
            f"The report could not be made from the marts: {str(error).splitlines()[0]}"
        ) from error
    path = folder / REPORT_FOLDER / "index.html"
    path.parent.mkdir(exist_ok=True)
    path.write_text(render(manifest, figures), encoding="utf-8")
    return path


def render(manifest: Manifest, figures: Figures) -> str:
    """Return the page. Whatever text the CRM gave is escaped and isolated."""
    environment = Environment(
        loader=PackageLoader("handoff.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {
        "percent": words.percent,
        "number": words.number,
        "spoken": words.spoken,
        "crm": words.crm_text,
    }
    return environment.get_template("report.html.j2").render(
        manifest=manifest,
        figures=figures,
        verdict=verdict(figures),
        cards=cards(figures.metrics),
        words=words,
    )


def verdict(figures: Figures) -> Verdict:
    """Return the sentence that the whole page stands behind."""
    if not figures.handoffs:
        return Verdict(
            "No handoff from marketing to sales was found.",
            "No lead reached a sales-ready stage, and no sales user worked one, in any source.",
        )
    if not any(source.has_process for source in figures.sources):
        unjudged = [layer for layer in figures.layers if not layer.judged]
        support = f"Cannot be judged, because it is not recorded: {_listed(unjudged)}." if unjudged else ""
        return Verdict("There is no handoff process on record, only lead capture.", support)
    if not figures.broken:
        return Verdict(
            "No handoff breaks at any layer that is on record.",
            f"{words.number(figures.handoffs)} handoffs were judged; none is broken.",
        )
    worst = max(figures.layers, key=lambda layer: layer.first_broken)
    place = words.LAYER_PLACES[worst.name]
    share = words.percent(figures.broken / figures.handoffs)
    support = f"{share} of {words.number(figures.handoffs)} handoffs are broken somewhere"
    leading = next((finding for finding in figures.findings if finding.layer == worst.name), None)
    if leading:
        finding = f"{leading.code.replace('_', ' ')} ({words.number(leading.handoffs)})"
        support += f"; {place} most often: {finding}"
    first = words.percent(worst.first_broken / figures.handoffs)
    return Verdict(f"{first} of handoffs break first {place}.", f"{support}.")


def cards(metrics: dict[str, Metric]) -> list[Card]:
    """Return the five headline metrics in the order of the handoff; one not published is left out."""
    on_time = metrics.get("first_action_sla_rate")
    found = [
        _share_card(metrics, "mql_to_sal_rate", "MQLs accepted by sales", "accepted of MQLs that were due"),
        _minutes_card(metrics),
        _share_card(
            metrics,
            "first_activity_completion_rate",
            "Leads that sales acted on",
            "acted on of those owned and due",
            f"{words.percent(on_time.value)} in time" if on_time and on_time.value is not None else None,
        ),
        _share_card(
            metrics,
            "rejection_reason_completeness",
            "Rejections with a reason",
            "with a structured reason of those rejected",
        ),
        _share_card(
            metrics,
            "opportunity_creation_rate",
            "Accepted leads with an opportunity",
            "with an opportunity of those accepted and due",
        ),
    ]
    return [card for card in found if card]


def _share_card(
    metrics: dict[str, Metric], name: str, title: str, basis: str, aside: str | None = None
) -> Card | None:
    metric = metrics.get(name)
    if metric is None:
        return None
    if metric.value is None:
        return Card(title, "—", f"nothing is due yet: 0 {basis}", None, metric.pending, False, aside)
    counted, _, rest = basis.partition(" of ")
    return Card(
        title=title,
        value=words.percent(metric.value),
        basis=f"{words.number(metric.numerator)} {counted} of {words.number(metric.denominator)} {rest}",
        interval=_interval(metric, words.percent),
        pending=metric.pending,
        is_reliable=metric.is_reliable,
        aside=aside,
    )


def _minutes_card(metrics: dict[str, Metric]) -> Card | None:
    median = metrics.get("sales_acceptance_minutes")
    late = metrics.get("sales_acceptance_minutes_p90")
    if median is None:
        return None
    aside = f"nine in ten within {words.duration(late.value)}" if late and late.value is not None else None
    return Card(
        title="Time until sales accepts",
        value=words.duration(median.value),
        basis=f"median, in business time; {words.number(median.numerator)} accepted of "
        f"{words.number(median.denominator)} watched",
        interval=_interval(median, words.duration),
        pending=median.pending,
        is_reliable=median.is_reliable,
        aside=aside,
    )


def _interval(metric: Metric, spoken: object) -> str | None:
    if metric.low is None or metric.high is None or not callable(spoken):
        return None
    return f"{spoken(metric.low)} to {spoken(metric.high)}"


def _listed(layers: list[Layer]) -> str:
    names = [words.LAYERS[layer.name].lower() for layer in layers]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
