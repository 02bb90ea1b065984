"""The page's charts as Vega-Lite, and the part of Vega that the page carries to draw them.

Each chart reads data named ``values``; the page's script fills it for a selection, ``picture`` draws it here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import vl_convert

from handoff.report import words

INK, SOFT, LINE, ACCENT = "#14202b", "#47535f", "#d5dbe1", "#1d4f91"
VERDICT_COLOURS = {
    "ok": "#2a7f68",
    "broken": "#b42318",
    "pending": "#d99a2b",
    "not_reached": "#c3ccd5",
    "not_recorded": "#8b97a3",
}
WAIT_COLOURS = {
    "Whole wait": INK,
    "Routing": ACCENT,
    "Queue": "#b7791f",
    "Human": "#2a7f68",
    "Not yet due": "#b42318",
}
FACTOR_COLOURS = {
    "elsewhere": "#8b97a3",
    "here": INK,
    "lead_quality_mix": ACCENT,
    "process_mix": "#b7791f",
    "rate_effect": "#c3ccd5",
}
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
# Longer waits than this are not drawn.
LAST_MINUTE = 4800
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MINUTES = [0, 15, 30, 60, 120, 240, 480, 960, 2400, 4800, 9600, 19200]
_MINUTES_WORDS = "datum.value < 60 ? datum.value + ' min' : format(datum.value / 60, ',') + ' h'"

Rows = Sequence[dict[str, Any]]


def specs() -> dict[str, dict[str, Any]]:
    """Return every chart of the page by name, without data, as wide as its place."""
    return {
        "trend": trend(),
        "waterfall": waterfall(),
        "survival": survival(),
        "heat": heat(["#f1f4f8", ACCENT], "Share of all", ".1%"),
        "late": heat(["#faf1ef", VERDICT_COLOURS["broken"]], "Late", ".0%"),
        "runs": runs(),
    }


def trend() -> dict[str, Any]:
    """A line of one layer's broken share by month: values {month, share, words}."""
    base = alt.Chart(alt.NamedData("values")).encode(
        x=alt.X("month:O", axis=None), tooltip=alt.Tooltip("words:N", title="Broken")
    )
    share = alt.Y(
        "share:Q", axis=None, scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("top"), nice=False)
    )
    line = base.mark_line(color=VERDICT_COLOURS["broken"], strokeWidth=1.75).encode(y=share)
    point = (
        base.mark_point(color=VERDICT_COLOURS["broken"], filled=True, size=26, opacity=1)
        .encode(y=share)
        .transform_filter("datum.is_last")
    )
    chart = alt.layer(line, point).add_params(alt.param(name="top", value=1))
    return _finished(chart, height=34)


def waterfall() -> dict[str, Any]:
    """From the rate elsewhere to the rate here: values {step, start, end, low, high, kind, words, place}.

    The steps stand in the order of ``place``; low and high are null where a step has no interval.
    """
    base = alt.Chart(alt.NamedData("values")).encode(
        y=alt.Y(
            "step:N",
            sort=alt.EncodingSortField("place"),
            title=None,
            axis=alt.Axis(labelLimit=150, labelPadding=8, ticks=False, domain=False),
        ),
        tooltip=[alt.Tooltip("step:N", title="Step"), alt.Tooltip("words:N", title="Value")],
    )
    axis = alt.Axis(format="%", tickCount=5, grid=True)
    # Room for the last words at either end.
    scale = alt.Scale(zero=False, nice=False, padding=44)
    # Where it starts and ends is a mark, not a bar: then the scale need not begin at 0.
    ends_of_gap = (
        base.mark_tick(thickness=4, size=20)
        .encode(x=alt.X("start:Q", scale=scale), color=alt.Color("kind:N", legend=None))
        .transform_filter("datum.low == null")
    )
    bars = base.mark_bar(size=14).encode(
        x=alt.X("start:Q", title=None, axis=axis, scale=scale),
        x2="end:Q",
        color=alt.Color(
            "kind:N",
            legend=None,
            scale=alt.Scale(domain=list(FACTOR_COLOURS), range=list(FACTOR_COLOURS.values())),
        ),
    )
    interval = (
        base.mark_rule(color=INK, strokeWidth=1.25)
        .encode(x="low:Q", x2="high:Q")
        .transform_filter("datum.low != null")
    )
    ends = [
        base.mark_tick(color=INK, thickness=1.25, size=8)
        .encode(x=f"{end}:Q")
        .transform_filter("datum.low != null")
        for end in ("low", "high")
    ]
    label = base.mark_text(align="left", dx=6, color=INK, fontSize=12).encode(x="label:Q", text="words:N")
    return _finished(alt.layer(bars, ends_of_gap, interval, *ends, label), height=132)


def survival() -> dict[str, Any]:
    """Share still waiting by business minutes: values {minute, share, curve, words}."""
    colour = alt.Color(
        "curve:N",
        title=None,
        scale=alt.Scale(domain=list(WAIT_COLOURS), range=list(WAIT_COLOURS.values())),
        legend=None,
    )
    chart = (
        alt.Chart(alt.NamedData("values"))
        .mark_line(interpolate="step-after", strokeWidth=2.25)
        .encode(
            x=alt.X(
                "minute:Q",
                title="Business time since the wait began",
                scale=alt.Scale(type="symlog", constant=20, domainMin=0, nice=False),
                axis=alt.Axis(
                    values=MINUTES,
                    labelExpr=_MINUTES_WORDS,
                    labelOverlap="greedy",
                    labelFlush=True,
                    grid=False,
                ),
            ),
            y=alt.Y(
                "share:Q",
                title="Still waiting",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", tickCount=5),
            ),
            color=colour,
            strokeDash=alt.StrokeDash(
                "curve:N",
                legend=None,
                scale=alt.Scale(domain=list(WAIT_COLOURS), range=[[1, 0], [1, 0], [1, 0], [1, 0], [5, 4]]),
            ),
            tooltip=[
                alt.Tooltip("curve:N", title="Wait"),
                alt.Tooltip("words:N", title="Since it began"),
                alt.Tooltip("share:Q", title="Still waiting", format=".1%"),
            ],
        )
    )
    return _finished(chart, height=320)


def heat(colours: Sequence[str], title: str, form: str) -> dict[str, Any]:
    """Weekday by hour: values {day, hour, value, count}; a null value is left white."""
    chart = (
        alt.Chart(alt.NamedData("values"))
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X(
                "hour:O",
                title="Hour, UTC",
                axis=alt.Axis(
                    values=[0, 6, 12, 18, 23], labelAngle=0, ticks=False, domain=False, labelFlush=True
                ),
            ),
            y=alt.Y("day:O", sort=WEEKDAYS, title=None, axis=alt.Axis(ticks=False, domain=False)),
            color=alt.Color(
                "value:Q",
                title=title,
                scale=alt.Scale(range=list(colours), domainMin=0),
                legend=alt.Legend(
                    orient="bottom",
                    format=form,
                    gradientLength=140,
                    gradientThickness=8,
                    tickCount=3,
                    titleOrient="left",
                    titleFontWeight="normal",
                ),
            ),
            tooltip=[
                alt.Tooltip("day:O", title="Day"),
                alt.Tooltip("hour:O", title="Hour"),
                alt.Tooltip("value:Q", title=title, format=form),
                alt.Tooltip("count:Q", title="Handoffs", format=","),
            ],
        )
    )
    return _finished(chart, height=168)


def runs() -> dict[str, Any]:
    """Checks of each run by how they came out: values {run, status, checks}."""
    colours = {
        "passed": VERDICT_COLOURS["ok"],
        "does not apply": VERDICT_COLOURS["not_reached"],
        "too early": VERDICT_COLOURS["not_recorded"],
        "warned": VERDICT_COLOURS["pending"],
        "failed": VERDICT_COLOURS["broken"],
    }
    chart = (
        alt.Chart(alt.NamedData("values"))
        .mark_bar(size=10)
        .encode(
            x=alt.X("run:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", ticks=False)),
            y=alt.Y("checks:Q", title="Checks", axis=alt.Axis(tickCount=4)),
            color=alt.Color(
                "status:N",
                title=None,
                scale=alt.Scale(domain=list(colours), range=list(colours.values())),
                legend=None,
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("run:O", title="Run"),
                alt.Tooltip("status:N", title="Came out"),
                alt.Tooltip("checks:Q", title="Checks", format=","),
            ],
        )
    )
    return _finished(chart, height=180)


def layers() -> dict[str, Any]:
    """The six-layer picture: values {layer, verdict, handoffs, place}."""
    labels = [words.VERDICTS[name] for name in VERDICT_COLOURS]
    chart = (
        alt.Chart(alt.NamedData("values"))
        .mark_bar(size=26)
        .encode(
            y=alt.Y(
                "layer:N",
                sort=list(words.LAYERS.values()),
                title=None,
                axis=alt.Axis(ticks=False, domain=False, labelFontSize=15, labelPadding=10, labelColor=INK),
            ),
            x=alt.X("handoffs:Q", title=None, stack="normalize", axis=alt.Axis(format="%", tickCount=5)),
            color=alt.Color(
                "verdict:N",
                title=None,
                scale=alt.Scale(domain=labels, range=list(VERDICT_COLOURS.values())),
                legend=alt.Legend(orient="top", labelFontSize=14, symbolType="square"),
            ),
            order=alt.Order("place:Q"),
            tooltip=["layer:N", "verdict:N", alt.Tooltip("handoffs:Q", format=",")],
        )
    )
    return _finished(chart, height=270)


def picture(
    spec: dict[str, Any],
    values: Rows,
    width: int,
    *,
    title: Sequence[str] = (),
    subtitle: str = "",
    scale: float = 1,
) -> bytes:
    """Draw a chart as PNG, ``width`` in pixels before ``scale``."""
    drawn = json.loads(json.dumps(spec)) | {
        "width": width,
        "background": "white",
        "padding": 20,
        "data": {"name": "values", "values": list(values)},
    }
    if title:
        drawn["title"] = {
            "text": list(title),
            "subtitle": subtitle,
            "anchor": "start",
            "frame": "group",
            "offset": 16,
            "fontSize": 22,
            "subtitleFontSize": 15,
            "subtitleColor": SOFT,
            "color": INK,
            "subtitlePadding": 8,
        }
    png: bytes = vl_convert.vegalite_to_png(drawn, scale=scale)
    return png


@cache
def bundle() -> str:
    """Return the script that draws charts in a browser: Vega, Vega-Lite and Vega-Embed, from vl-convert."""
    script: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return script


def _finished(chart: alt.Chart | alt.LayerChart | alt.FacetChart, height: int) -> dict[str, Any]:
    spec: dict[str, Any] = (
        chart.properties(width="container", height=height)
        .configure(
            font=FONT, background="transparent", autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
        )
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=SOFT,
            titleColor=SOFT,
            gridColor="#e6ebf0",
            domainColor=LINE,
            tickColor=LINE,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_legend(labelColor=INK, titleColor=SOFT)
        .to_dict(validate=True)
    )
    return spec
