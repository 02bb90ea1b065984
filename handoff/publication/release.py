"""Make a candidate current: manifest, one atomic pointer, stable names, and the last N kept."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from handoff.publication.layout import Layout
from handoff.publication.manifest import Manifest, checksums, verify
from handoff.publication.problems import PublicationProblem, PublicationRefused

logger = logging.getLogger(__name__)

KEEP_SETTING = "HANDOFF_KEEP"
DEFAULT_KEEP = 5

# How far publications had come when somebody went back.
ROLLED_BACK = "rolled_back.json"

# The home is closed to others as a whole; whoever is let into this folder may read all of it.
_READABLE_FOLDER, _READABLE_FILE = 0o755, 0o644


def release(home: Path, run_id: str) -> Manifest:
    """Publish the candidate that a run has built: finish its manifest, move it into place and point
    ``current`` at it.

    Until the pointer moves, readers see the last publication; after it, the new one; both whole. Raises
    PublicationRefused when the run has built no candidate, PublicationProblem when the disk refuses; the last
    publication is then untouched.
    """
    layout = Layout(home)
    if not layout.building_folder(run_id).is_dir():
        raise PublicationRefused(
            f"Not published: run {run_id} has built no candidate. Run the whole line: make run."
        )
    keep = publications_to_keep()
    try:
        manifest = _swap(layout, run_id)
    except OSError as error:
        raise PublicationProblem(
            f"The publication could not be released in {layout.published}: {error.strerror or error}. "
            "The last publication is untouched."
        ) from error
    try:
        _link_stable_names(layout)
        _prune(layout, keep)
    except OSError as error:
        raise PublicationProblem(
            f"Run {run_id} is published, but {layout.published} could not be tidied: "
            f"{error.strerror or error}."
        ) from error
    return manifest


def publications_to_keep() -> int:
    """How many publications are kept: HANDOFF_KEEP. Raises PublicationProblem where that is no number."""
    setting = os.environ.get(KEEP_SETTING, "").strip() or str(DEFAULT_KEEP)
    if not setting.isdigit() or int(setting) < 1:
        raise PublicationProblem(
            f"{KEEP_SETTING} is {setting!r}. Set it to a whole number, 1 or more, or unset it."
        )
    # The one before the current stays in any case: a reader may just be opening it.
    return max(int(setting), 2)


def current_run(home: Path) -> str | None:
    """Return the run id of the current publication, or None where nothing has been published."""
    pointer = Layout(home).pointer
    return pointer.readlink().name if pointer.is_symlink() else None


def kept_publications(home: Path) -> list[Manifest]:
    """Return the manifests of the publications that are kept, the latest first."""
    layout = Layout(home)
    if not layout.published.is_dir():
        return []
    manifests = [Manifest.read(folder) for folder, _ in _publications(layout)]
    return sorted(manifests, key=lambda manifest: manifest.sequence, reverse=True)


def rollback(home: Path, run_id: str | None = None) -> Manifest:
    """Point ``current`` at an earlier publication: the named one, else the one before the current.

    The publication must be what its manifest says. Those after it stay, and the next run publishes after all
    of them. Only the one writer may call this. Raises PublicationProblem when there is none to go back to, or
    it was damaged; the current publication is then untouched.
    """
    layout = Layout(home)
    kept = {manifest.run_id: manifest.sequence for manifest in kept_publications(home)}
    current = current_run(home)
    if run_id is None:
        earlier = [run for run, sequence in kept.items() if sequence < kept.get(current or "", 0)]
        if not earlier:
            raise PublicationProblem(f"No publication before {current} is kept: there is none to go back to.")
        run_id = earlier[0]
    if run_id not in kept:
        raise PublicationProblem(f"{run_id} is not kept. Kept are: {', '.join(kept) or 'none'}.")
    manifest = verify(home, run_id)
    try:
        # First, so that no sweep takes the ones after it for those of a run that died.
        _remember_published(layout, max(kept.values()))
        _point(layout.pointer, Path(run_id))
        _flush_folder(layout.published)
        _link_stable_names(layout)
    except OSError as error:
        raise PublicationProblem(
            f"{layout.pointer} could not be pointed at {run_id}: {error.strerror or error}."
        ) from error
    return manifest


def sweep(home: Path) -> list[str]:
    """Remove what runs that died left behind, and return the names of what was removed.

    That is: half-built folders, pointers never moved into place, and finished folders newer than any that
    was current (their run died before the swap, so no reader has ever seen them). Only the one writer may
    call this.
    """
    layout = Layout(home)
    if not layout.published.is_dir():
        return []
    publications = dict(_publications(layout))
    current = current_run(home)
    # A current publication that was damaged by hand says nothing about which folders are newer: then they
    # stay.
    sequence = publications.get(layout.run_folder(current)) if current else 0
    leftovers = [path for path in layout.published.iterdir() if path.name.startswith(".")]
    if sequence is not None:
        seen = max(sequence, _published_before(layout))
        leftovers += [folder for folder, number in publications.items() if number > seen]
    for path in leftovers:
        _remove(path)
    if current:
        _link_stable_names(layout)
    return sorted(path.name for path in leftovers)


def _published_before(layout: Layout) -> int:
    """The number of the last publication before a rollback; 0 where there was none."""
    path = layout.state / ROLLED_BACK
    return int(json.loads(path.read_text(encoding="utf-8"))["sequence"]) if path.is_file() else 0


def _remember_published(layout: Layout, sequence: int) -> None:
    path = layout.state / ROLLED_BACK
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.tmp")
    aside.write_text(json.dumps({"sequence": max(sequence, _published_before(layout))}), encoding="utf-8")
    aside.replace(path)


def _swap(layout: Layout, run_id: str) -> Manifest:
    candidate = layout.building_folder(run_id)
    manifest = replace(
        Manifest.read(candidate),
        sequence=max((number for _, number in _publications(layout)), default=0) + 1,
        published_at=datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
        checksums=checksums(candidate),
    )
    manifest.write(candidate)
    _open_to_readers(candidate)
    _flush(candidate)
    candidate.rename(layout.run_folder(run_id))
    _point(layout.pointer, Path(run_id))
    _flush_folder(layout.published)
    return manifest


def _link_stable_names(layout: Layout) -> None:
    """Keep ``published/<name>`` pointing through ``current``, so that every name flips with the one
    pointer.
    """
    names = {path.name for path in layout.pointer.iterdir()}
    for name in sorted(names):
        _point(layout.published / name, Path(layout.pointer.name) / name)
    for path in layout.published.iterdir():
        if path.is_symlink() and path.name != layout.pointer.name and path.name not in names:
            path.unlink()


def _point(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    aside = link.with_name(f".{link.name}.pointer")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(link)


def _prune(layout: Layout, keep: int) -> None:
    current = current_run(layout.home)
    publications = sorted(_publications(layout), key=lambda publication: publication[1], reverse=True)
    for folder, _ in publications[keep:]:
        if folder.name != current:
            _remove(folder)


def _publications(layout: Layout) -> Iterator[tuple[Path, int]]:
    for folder in layout.published.iterdir():
        if folder.is_dir() and not folder.is_symlink() and not folder.name.startswith("."):
            try:
                yield folder, Manifest.read(folder).sequence
            except PublicationProblem as problem:
                logger.warning("%s It is left alone.", problem)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _open_to_readers(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(_READABLE_FOLDER if path.is_dir() else _READABLE_FILE)


def _flush(folder: Path) -> None:
    """Put every file on the disk before the pointer names it: a power cut must not leave a hollow
    publication.
    """
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
    for path in [path for path in folder.rglob("*") if path.is_dir()]:
        _flush_folder(path)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
