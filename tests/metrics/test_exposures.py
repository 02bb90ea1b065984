"""Lineage runs to what people see: the report, BI and MetricFlow name what they read."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from .conftest import PROJECT

MARTS = PROJECT / "models" / "marts"
MODEL_NAME = re.compile(r"\b(?:fct|rpt|dim)_[a-z_]+\b")


def exposed(name: str) -> set[str]:
    """Models that an exposure depends on."""
    listed = yaml.safe_load((MARTS / "_exposures.yml").read_text())["exposures"]
    (exposure,) = (each for each in listed if each["name"] == name)
    return {re.fullmatch(r"ref\('(\w+)'\)", reference)[1] for reference in exposure["depends_on"]}  # type: ignore[index]


def models_named_in(files: list[Path]) -> set[str]:
    """Marts whose names stand in some files."""
    words = {word for file in files for word in MODEL_NAME.findall(file.read_text())}
    return words & {path.stem for path in MARTS.glob("*.sql")}


def test_bi_sees_every_published_mart() -> None:
    assert exposed("bi_on_published_marts") == {path.stem for path in MARTS.glob("*.sql")}


def test_the_report_exposes_every_mart_that_it_reads() -> None:
    read = models_named_in(list((PROJECT / "handoff" / "report").rglob("*.py")))
    assert len(read) > 4
    assert read <= exposed("handoff_report")


def test_metricflow_exposes_what_the_semantic_models_are_of() -> None:
    text = "".join(path.read_text() for path in (PROJECT / "models" / "semantic").glob("*.yml"))
    models = set(re.findall(r"model: ref\('(\w+)'\)", text))
    assert models and models <= exposed("metrics_by_metricflow")
