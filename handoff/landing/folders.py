"""What lies in a source's folder: which files make up which table, and whether a file is whole."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from handoff.landing.results import LandingError, UnreadableFile

Format = Literal["csv", "jsonl", "parquet"]

_ENDINGS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
}
_CHUNK = 1 << 20
# Text that a CRM exports packs to a tenth or so. What unpacks to a hundred times its size, and to more than a
# gigabyte, is made to fill the disk.
_MOST_UNPACKED = 1 << 30
_MOST_TIMES = 100


@dataclass(frozen=True)
class DataFile:
    """A file of a table. name: its path inside the source's folder."""

    path: Path
    name: str
    format: Format
    is_gzipped: bool


@dataclass(frozen=True)
class Folder:
    """A source's folder: table name -> its files in order of name; and what is no table."""

    tables: dict[str, tuple[DataFile, ...]]
    left_out: tuple[str, ...]


def scan_folder(root: Path) -> Folder:
    """The tables of a folder: `lead.csv`, `lead.jsonl.gz`, or a folder `lead/` of such files, however deep.

    Names that start with a dot or an underscore are not looked at: EL tools so mark files half written.

    Raises:
        LandingError: two entries name the same table, so that it is not clear which one is meant.
    """
    tables: dict[str, tuple[DataFile, ...]] = {}
    entries: dict[str, str] = {}
    left_out: list[str] = []
    for entry in sorted(root.iterdir()):
        if entry.name.startswith((".", "_")):
            continue
        if entry.is_dir():
            table, files = entry.name, tuple(_files_below(root, entry, left_out))
        else:
            found = as_data_file(root, entry)
            table, files = table_name(entry), (found,) if found else ()
            if not found:
                left_out.append(entry.name)
        if not files:
            continue
        # The warehouse does not tell Lead from lead.
        if table.lower() in entries:
            raise LandingError(
                f"{root}: {entries[table.lower()]} and {entry.name} both name the table {table}. Keep one, or"
                f" put them into a folder {table}/ if they are parts of one table."
            )
        entries[table.lower()] = entry.name
        tables[table] = files
    return Folder(tables, tuple(left_out))


def _files_below(root: Path, folder: Path, left_out: list[str]) -> Iterator[DataFile]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(root)
        if not path.is_file() or any(part.startswith((".", "_")) for part in inside.parts):
            continue
        found = as_data_file(root, path)
        if found:
            yield found
        else:
            left_out.append(inside.as_posix())


def as_data_file(root: Path, path: Path) -> DataFile | None:
    """The file as data; None where it ends in none of csv, tsv, jsonl, ndjson, json (also .gz), parquet."""
    plain = _without_gz(path)
    is_named_gzip = plain != path.name
    kind = _ENDINGS.get(Path(plain).suffix.lower())
    if kind is None or (kind == "parquet" and is_named_gzip):
        return None
    is_gzipped = is_named_gzip or (kind != "parquet" and _is_gzip(path))
    return DataFile(path, path.relative_to(root).as_posix(), kind, is_gzipped)


def _is_gzip(path: Path) -> bool:
    """Whether the file is gzipped without saying so in its name, as dlt writes them."""
    try:
        with path.open("rb") as handle:
            return handle.read(2) == b"\x1f\x8b"
    except OSError:
        # It is named with the reason when it is read.
        return False


def table_name(path: Path) -> str:
    """The table that a file is named after: its name without the endings, case kept."""
    return Path(_without_gz(path)).stem


def _without_gz(path: Path) -> str:
    return path.stem if path.suffix.lower() == ".gz" else path.name


def size_and_time(file: DataFile) -> tuple[int, int]:
    """Bytes of the file and when it was last modified, in nanoseconds since 1970.

    Raises:
        UnreadableFile: it is no longer there, or cannot be looked at.
    """
    try:
        status = file.path.stat()
    except OSError as error:
        raise UnreadableFile(f"cannot be looked at ({error.strerror})") from error
    return status.st_size, status.st_mtime_ns


def fingerprint(file: DataFile) -> str:
    """SHA-256 of the file as it lies there; a gzipped one is unpacked on the way to see that it is whole.

    DuckDB reads a gzip that breaks off without a word, hence the check.

    Raises:
        UnreadableFile: empty, broken off or damaged, or not to be opened.
    """
    digest = hashlib.sha256()
    try:
        with file.path.open("rb") as handle:
            size = _unpack(handle, digest) if file.is_gzipped else _read(handle, digest)
    except OSError as error:
        raise UnreadableFile(
            f"cannot be opened ({error.strerror}); give this user the right to read it"
        ) from error
    except zlib.error as error:
        raise UnreadableFile(f"is no sound gzip file ({error}); copy or export it again") from error
    if size == 0:
        raise UnreadableFile("is empty, without even a header; export it again or remove it")
    return digest.hexdigest()


def _read(handle: BinaryIO, digest: hashlib._Hash) -> int:
    size = 0
    while chunk := handle.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return size


def _unpack(handle: BinaryIO, digest: hashlib._Hash) -> int:
    size = packed = 0
    unpacker = None
    while chunk := handle.read(_CHUNK):
        digest.update(chunk)
        packed += len(chunk)
        is_more = True
        while chunk or is_more:
            unpacker = unpacker or zlib.decompressobj(wbits=31)
            # A piece at a time: a megabyte may hold a gigabyte.
            piece = unpacker.decompress(chunk, _CHUNK)
            size += len(piece)
            if size > max(_MOST_UNPACKED, _MOST_TIMES * packed):
                raise UnreadableFile(
                    f"unpacks to more than {size >> 20:,} MB, over {_MOST_TIMES} times its size, and is not"
                    " read any further; export it again, or unpack it yourself if it is what it should be"
                )
            chunk = unpacker.unconsumed_tail or unpacker.unused_data
            is_more = len(piece) == _CHUNK and not unpacker.eof
            if unpacker.eof:
                unpacker = None
    if unpacker is not None:
        raise zlib.error("it breaks off before its end")
    return size
