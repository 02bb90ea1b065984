"""Settings: where things lie, which CRM sources there are, and when the diagnosis is taken.

Everything comes from four environment variables (HANDOFF_SOURCES, HANDOFF_POLICIES, HANDOFF_HOME,
HANDOFF_AS_OF) and the sources file that the first one names. All that is wrong is told at once, each
fault with its line and its mend.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

PROJECT = Path(__file__).resolve().parents[1]
DEMO_POLICIES = PROJECT / "demo" / "policies"
SHIPPED_POLICIES = PROJECT / "seeds"

CRMS = ("salesforce", "hubspot", "canonical")
# What `from:` takes for each kind of source: option -> must it be given.
KINDS: Mapping[str, Mapping[str, bool]] = {
    "files": {"path": True},
    "database": {"url_env": True, "schema": False, "overlap_minutes": False},
    "api": {
        **{"token_env": False, "client_id_env": False, "client_secret_env": False},
        **{"base_url": False, "overlap_minutes": False},
    },
    "warehouse": {"schema": True},
}
_SOURCE_KEYS = ("name", "crm", "from", "timezone", "fields", "tables", "crm_url")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ADDRESS = re.compile(r"https?://[^\s/@\"'<>\\]+(/[^\s\"'<>\\]*)?")
_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_KEY = re.compile(
    r"(^|_)(token|secret|password|passwd|pwd|credentials?|api_?key|private_?key|url|dsn|connection_string)$",
    re.IGNORECASE,
)
# An address without a login in it is no secret.
_OPEN_ADDRESSES = ("base_url",)


class ConfigError(Exception):
    """The settings cannot be used. `faults` names each thing that is wrong, with its mend."""

    def __init__(self, faults: list[str]) -> None:
        """Take the faults, one readable sentence each."""
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Source:
    """One CRM source of the sources file. `options` is what `from:` says besides the kind, paths absolute.

    crm_url: where people open the CRM's records; one that holds {lead_id} is a record's whole address.
    """

    name: str
    crm: str
    kind: str
    options: Mapping[str, Any]
    timezone: str = "UTC"
    fields: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    crm_url: str | None = None

    @property
    def raw_schema(self) -> str:
        """Schema of the warehouse that holds the source's raw tables."""
        return f"raw_{self.name}"

    @property
    def path(self) -> Path:
        """Folder of a source of kind `files`."""
        return Path(self.options["path"])

    def overlap(self, default: timedelta) -> timedelta:
        """How far before the point that was reached the next landing of a database or an API begins."""
        given = self.options.get("overlap_minutes")
        return default if given is None else timedelta(minutes=float(given))

    @property
    def place(self) -> str:
        """Where the source's tables lie, in words; never an address that may hold a login."""
        if self.kind == "files":
            return str(self.path)
        if self.kind == "warehouse":
            return f"schema {self.options['schema']} of the warehouse"
        if self.kind == "api":
            return str(self.options.get("base_url") or f"the API of {self.crm}")
        schema = self.options.get("schema")
        return f"the database of {self.options['url_env']}" + (f", schema {schema}" if schema else "")


@dataclass(frozen=True)
class Settings:
    """What one run works with. Paths are absolute; instants are naive UTC.

    as_of: the instant asked for by HANDOFF_AS_OF, else by the sources file, else None (then the landing
        instant counts).
    file_as_of: what the sources file alone says.
    policies_dir: the user's policies, or None where the shipped ones hold.
    """

    home: Path
    sources_file: Path
    policies_dir: Path | None
    as_of: datetime | None
    file_as_of: datetime | None
    sources: tuple[Source, ...]

    @property
    def warehouse_path(self) -> Path:
        """The private warehouse, a DuckDB file."""
        return self.home / "warehouse.duckdb"


def home_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where everything written goes: HANDOFF_HOME, else `var` in the project."""
    setting = (os.environ if environment is None else environment).get("HANDOFF_HOME", "").strip()
    return Path(setting).expanduser().resolve() if setting else PROJECT / "var"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the environment (os.environ unless given) and the sources file.

    Raises:
        ConfigError: naming every fault found: file missing, bad YAML, unknown key, unknown crm or kind, bad
            name, secret written into the file, folder that does not exist, unreadable instant.
    """
    environment = os.environ if environment is None else environment
    home = home_folder(environment)
    faults: list[str] = []

    named = environment.get("HANDOFF_SOURCES", "").strip()
    sources_file = Path(named).expanduser().resolve() if named else home / "demo" / "sources.yml"
    policies_dir = None
    try:
        policies_dir = policies_folder(environment)
    except ConfigError as error:
        faults += error.faults
    # The demo CRM is read by the policies that belong to it.
    if not named and not environment.get("HANDOFF_POLICIES", "").strip() and DEMO_POLICIES.is_dir():
        policies_dir = DEMO_POLICIES
    as_of = _as_of(environment.get("HANDOFF_AS_OF", "").strip(), "HANDOFF_AS_OF", faults)

    file_as_of: datetime | None = None
    sources: tuple[Source, ...] = ()
    if not sources_file.is_file():
        faults.append(_no_sources_file(sources_file, named))
    else:
        file_as_of, sources = _read_sources(sources_file, faults)
    if faults:
        raise ConfigError(faults)
    return Settings(home, sources_file, policies_dir, as_of or file_as_of, file_as_of, sources)


def policies_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """The user's policies: HANDOFF_POLICIES, or None where it is not set or names the shipped ones.

    Raises:
        ConfigError: it names no folder.
    """
    environment = os.environ if environment is None else environment
    named = environment.get("HANDOFF_POLICIES", "").strip()
    if not named:
        return None
    folder = Path(named).expanduser().resolve()
    if not folder.is_dir():
        mend = "Set HANDOFF_POLICIES to your policy CSVs, or unset it."
        raise ConfigError([f"{folder}: no such folder. {mend}"])
    return None if folder == SHIPPED_POLICIES else folder


def _no_sources_file(path: Path, named: str) -> str:
    if not named:
        return (
            f"{path}: the demo CRM is not written yet. Run `make demo`, or set HANDOFF_SOURCES to the YAML"
            " file that lists your CRM sources."
        )
    what = "is a folder, not a YAML file" if path.is_dir() else "does not exist"
    return f"{path}: {what}. Set HANDOFF_SOURCES to the YAML file that lists your CRM sources."


def _as_of(value: object, where: str, faults: list[str]) -> datetime | None:
    """A naive UTC instant; one without a zone is taken as UTC, a bare date as its start."""
    if value is None or value == "":
        return None
    instant: datetime
    try:
        if isinstance(value, datetime):
            instant = value
        elif isinstance(value, date):
            instant = datetime(value.year, value.month, value.day)
        else:
            instant = datetime.fromisoformat(str(value))
    except ValueError:
        faults.append(f"{where}: {value!r} is no instant. Write ISO 8601, such as 2026-09-30T00:00:00Z.")
        return None
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


class _Located:
    """A parsed YAML document that still knows the line of each key and item."""

    def __init__(self, file: Path, faults: list[str]) -> None:
        self.file = file
        self.faults = faults
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.content: Any = None
        self.is_read = False
        try:
            text = file.read_text(encoding="utf-8-sig")
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except OSError as error:
            self.fault((), f"cannot be read ({error.strerror}). Give this user the right to read it.")
        except UnicodeDecodeError:
            self.fault((), "is not UTF-8 text. Save it as UTF-8.")
        except yaml.YAMLError as error:
            self._bad_yaml(error)
        else:
            if node is not None:
                self._locate(node, ())
            self.content = yaml.safe_load(text)
            self.is_read = True

    def fault(self, at: tuple[str | int, ...], text: str) -> None:
        """Note a fault at a place of the document."""
        while at and at not in self.lines:
            at = at[:-1]
        line = f":{self.lines[at]}" if at else ""
        self.faults.append(f"{self.file}{line}: {text}")

    def _bad_yaml(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        self.faults.append(
            f"{self.file}{place}: not valid YAML ({problem}). Check indentation, colons and quotes on this"
            " line and the one before."
        )

    def _locate(self, node: yaml.Node, at: tuple[str | int, ...]) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                place = (*at, str(key.value))
                if place in self.lines:
                    self.lines[place] = key.start_mark.line + 1
                    self.fault(place, f"`{key.value}` is given twice. Keep one.")
                self.lines[place] = key.start_mark.line + 1
                self._locate(value, place)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.lines[*at, index] = item.start_mark.line + 1
                self._locate(item, (*at, index))


def _read_sources(file: Path, faults: list[str]) -> tuple[datetime | None, tuple[Source, ...]]:
    document = _Located(file, faults)
    content = document.content
    if not document.is_read:
        return None, ()
    if not isinstance(content, dict):
        document.fault((), "holds no settings. Start it with `sources:` and a list of CRM sources.")
        return None, ()
    for key in content:
        if key not in ("as_of", "sources"):
            document.fault((str(key),), f"unknown key `{key}`. Known are as_of, sources.")
    as_of = None
    if "as_of" in content:
        as_of = _as_of(content["as_of"], f"{file}:{document.lines['as_of',]}: as_of", faults)
    listed = content.get("sources")
    if not isinstance(listed, list) or not listed:
        document.fault(("sources",), "lists no sources. Write at least one under `sources:`, as `- name: …`.")
        return as_of, ()
    read = [_read_source(document, index, entry) for index, entry in enumerate(listed)]
    _refuse_duplicates(document, listed)
    return as_of, tuple(source for source in read if source)


def _refuse_duplicates(document: _Located, listed: list[Any]) -> None:
    seen: set[str] = set()
    for index, entry in enumerate(listed):
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str):
            # Schemas of the warehouse are named after sources, and there case does not count.
            if name.lower() in seen:
                at = ("sources", index, "name")
                document.fault(at, f"two sources are named {name!r}. Give each a name of its own.")
            seen.add(name.lower())


def _read_source(document: _Located, index: int, entry: object) -> Source | None:
    at: tuple[str | int, ...] = ("sources", index)
    before = len(document.faults)
    if not isinstance(entry, dict):
        document.fault(at, "a source is a list of settings: `- name: …`, `crm: …`, `from: …`.")
        return None
    for key in entry:
        if key not in _SOURCE_KEYS:
            document.fault((*at, str(key)), f"unknown key `{key}`. Known are {', '.join(_SOURCE_KEYS)}.")
    for key in ("name", "crm", "from"):
        if entry.get(key) in (None, ""):
            document.fault((*at, key), f"source {index + 1} has no `{key}`. Add it.")
    name = _checked_name(document, at, entry.get("name"))
    crm = entry.get("crm")
    if crm and crm not in CRMS:
        document.fault((*at, "crm"), f"unknown crm {crm!r}. Write one of {', '.join(CRMS)}.")
    zone = str(entry.get("timezone") or "UTC")
    if not is_timezone(zone):
        document.fault(
            (*at, "timezone"), f"unknown time zone {zone!r}. Write an IANA name such as Europe/Berlin."
        )
    fields = _name_map(document, (*at, "fields"), entry.get("fields"), "column")
    tables = _name_map(document, (*at, "tables"), entry.get("tables"), "table")
    kind, options = _read_origin(document, (*at, "from"), entry.get("from"))
    crm_url = _checked_address(document, (*at, "crm_url"), entry.get("crm_url"))
    if len(document.faults) > before:
        return None
    return Source(name, str(crm), kind, options, zone, fields, tables, crm_url)


def _checked_address(document: _Located, at: tuple[str | int, ...], value: object) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        document.fault(
            at,
            "`crm_url` is no address of a CRM. Write https://…, as the browser shows it, and no login in it;"
            " {lead_id} stands for the record's id.",
        )
        return None
    return value.rstrip("/")


def _checked_name(document: _Located, at: tuple[str | int, ...], name: object) -> str:
    if name not in (None, "") and not (isinstance(name, str) and _NAME.fullmatch(name)):
        mend = re.sub(r"[^A-Za-z0-9_]+", "_", str(name)).strip("_")
        mend = mend if mend[:1].isalpha() else f"crm_{mend}".rstrip("_")
        document.fault(
            (*at, "name"),
            f"{name!r} cannot name a source: a name takes letters, digits and _, and starts with a letter."
            f" Write {mend} for example.",
        )
    return str(name)


def _name_map(document: _Located, at: tuple[str | int, ...], value: object, what: str) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        document.fault(at, f"`{at[-1]}` maps names: write `{at[-1]}: {{canonical_name: this_orgs_{what}}}`.")
        return {}
    for key, item in value.items():
        if not isinstance(item, str) or not item.strip():
            document.fault((*at, str(key)), f"`{key}` names no {what}. Write the {what}'s name.")
    return {str(key): str(item).strip() for key, item in value.items()}


def _read_origin(document: _Located, at: tuple[str | int, ...], origin: object) -> tuple[str, dict[str, Any]]:
    if origin in (None, ""):
        return "", {}
    if not isinstance(origin, dict):
        document.fault(at, "`from` says where the source is: write `from: {kind: files, path: ./folder}`.")
        return "", {}
    kind = origin.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        document.fault((*at, "kind"), f"unknown kind {kind!r}. Write one of {', '.join(KINDS)}.")
        return "", {}
    known = KINDS[kind]
    options = {str(key): value for key, value in origin.items() if key != "kind"}
    for key in options:
        if key in known:
            continue
        if _SECRET_KEY.search(key):
            document.fault(
                (*at, key),
                f"`{key}` is a secret, and secrets do not stand in this file. Put it into an environment"
                f" variable and name that: `{key}_env: {key.upper()}`.",
            )
        else:
            document.fault((*at, key), f"unknown key `{key}` for kind {kind}. Known are {', '.join(known)}.")
    for key, is_required in known.items():
        if is_required and options.get(key) in (None, ""):
            document.fault((*at, key), f"kind {kind} needs `{key}`. Add it to `from`.")
    _check_secrets(document, at, options)
    _check_reading(document, at, kind, options)
    if kind == "files" and isinstance(options.get("path"), str):
        options["path"] = _checked_folder(document, (*at, "path"), options["path"])
    return kind, options


def _check_secrets(document: _Located, at: tuple[str | int, ...], options: Mapping[str, Any]) -> None:
    """An `*_env` option must be the name of a variable; what it holds is never repeated in a message."""
    for key, value in options.items():
        if key.endswith("_env") and value and not _ENVIRONMENT_NAME.fullmatch(str(value)):
            document.fault(
                (*at, key),
                f"`{key}` takes the name of an environment variable, and this is none. If the secret itself"
                " stands here, move it into a variable, and take it for known to others.",
            )
        if key in _OPEN_ADDRESSES and isinstance(value, str) and re.search(r"//[^/]*@", value):
            document.fault((*at, key), f"`{key}` holds a login. Take it out: secrets come from `*_env`.")


def _check_reading(
    document: _Located, at: tuple[str | int, ...], kind: str, options: Mapping[str, Any]
) -> None:
    """What databases and APIs need besides: a login, an address that keeps it secret, a sensible overlap."""
    has_client = options.get("client_id_env") and options.get("client_secret_env")
    if kind == "api" and not options.get("token_env") and not has_client:
        document.fault(
            (*at, "kind"),
            "kind api needs `token_env`, or `client_id_env` and `client_secret_env`: names of the environment"
            " variables that hold the login. Add them to `from`.",
        )
    base_url = str(options.get("base_url") or "https://")
    if not re.match(r"https://|http://(127\.0\.0\.1|localhost)(:|/|$)", base_url):
        document.fault((*at, "base_url"), "`base_url` must begin with https://: the login is sent there.")
    overlap = options.get("overlap_minutes", 0)
    if isinstance(overlap, bool) or not isinstance(overlap, int | float) or overlap < 0:
        document.fault((*at, "overlap_minutes"), "`overlap_minutes` takes a number of minutes, 0 or more.")


def _checked_folder(document: _Located, at: tuple[str | int, ...], path: str) -> Path:
    folder = (document.file.parent / Path(path).expanduser()).resolve()
    if not folder.exists():
        document.fault(at, f"there is no folder {folder}. Mend the path: it is read relative to this file.")
    elif not folder.is_dir():
        document.fault(
            at, f"{folder} is a file. Name the folder that holds a file (or folder of files) per table."
        )
    elif not os.access(folder, os.R_OK | os.X_OK):
        document.fault(at, f"{folder} may not be read by this user. Give it the right to.")
    return folder


def is_timezone(name: str) -> bool:
    """Whether the name is a time zone of the IANA database."""
    try:
        ZoneInfo(name)
    # What it raises for a name that is none depends on the name: OSError for a folder of the database.
    except (ValueError, OSError, KeyError):
        return False
    return True


def missing_variables(settings: Settings) -> Iterator[tuple[Source, str]]:
    """The environment variables that sources name and that are not set."""
    for source in settings.sources:
        for key, value in source.options.items():
            if key.endswith("_env") and not os.environ.get(str(value)):
                yield source, str(value)
