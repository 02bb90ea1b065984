"""The same models past one machine: a Spark cluster, and what the landing keeps where Spark reads it."""

from handoff.lake.cluster import (
    Cluster,
    SparkProblem,
    missing,
    running_cluster,
    spark_address,
    spark_settings,
    stopped_by_signals,
)
from handoff.lake.tables import LakeTable, fill_lake, thrift

__all__ = [
    "Cluster",
    "LakeTable",
    "SparkProblem",
    "fill_lake",
    "missing",
    "running_cluster",
    "spark_address",
    "spark_settings",
    "stopped_by_signals",
    "thrift",
]
