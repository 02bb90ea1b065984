"""Where a writer's tables go: one file per table, fed chunk by chunk so that memory stays bounded."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from demo.writers.columns import shuffled


class Sink(Protocol):
    """A folder of tables."""

    def write(self, name: str, table: pa.Table) -> None:
        """Append rows to a table."""

    def close(self) -> None:
        """Finish every file."""


class ParquetSink:
    """One Parquet file per table."""

    def __init__(self, folder: Path) -> None:
        """Tables go into `folder`."""
        self._folder = folder
        self._writers: dict[str, pq.ParquetWriter] = {}

    def write(self, name: str, table: pa.Table) -> None:
        """Append rows to a table."""
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(
                self._folder / f"{name}.parquet", table.schema, compression="zstd"
            )
        self._writers[name].write_table(shuffled(table, len(name)))

    def close(self) -> None:
        """Finish every file."""
        for writer in self._writers.values():
            writer.close()


class CsvSink:
    """One CSV file per table; quoted only where a value needs it."""

    def __init__(self, folder: Path) -> None:
        """Tables go into `folder`."""
        self._folder = folder
        self._writers: dict[str, pacsv.CSVWriter] = {}

    def write(self, name: str, table: pa.Table) -> None:
        """Append rows to a table."""
        if name not in self._writers:
            options = pacsv.WriteOptions(quoting_style="needed")
            self._writers[name] = pacsv.CSVWriter(
                self._folder / f"{name}.csv", table.schema, write_options=options
            )
        self._writers[name].write_table(shuffled(table, len(name)))

    def close(self) -> None:
        """Finish every file."""
        for writer in self._writers.values():
            writer.close()


class JsonSink:
    """One file of JSON lines per table, gzipped or plain; a later chunk becomes a further gzip member."""

    def __init__(self, folder: Path, suffix: str = ".jsonl.gz", is_shuffled: bool = True) -> None:
        """Tables go into `folder`, each named `<table><suffix>`."""
        self._folder = folder
        self._suffix = suffix
        self._is_shuffled = is_shuffled
        self._started: set[str] = set()
        # DuckDB writes JSON lines from Arrow many times faster than the standard library.
        self._connection = duckdb.connect()

    def write(self, name: str, table: pa.Table) -> None:
        """Append rows to a table."""
        path = self._folder / f"{name}{self._suffix}"
        part = path if name not in self._started else path.with_name(f"{path.name}.part")
        self._started.add(name)
        self._connection.register("rows", shuffled(table, len(name)) if self._is_shuffled else table)
        compression = "gzip" if self._suffix.endswith(".gz") else "none"
        self._connection.execute(f"copy rows to '{part}' (format json, compression {compression})")
        self._connection.unregister("rows")
        if part != path:
            with path.open("ab") as target, part.open("rb") as source:
                while block := source.read(1 << 20):
                    target.write(block)
            part.unlink()

    def close(self) -> None:
        """Finish every file."""
        self._connection.close()
