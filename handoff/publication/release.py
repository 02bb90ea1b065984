"""Make a candidate current: manifest, one atomic pointer, stable names, and the last N kept."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from handoff.publication.layout import Layout
from handoff.publication.manifest import Manifest, checksums
from handoff.publication.problems import PublicationProblem, PublicationRefused

logger = logging.getLogger(__name__)

KEEP_SETTING = "HANDOFF_KEEP"
DEFAULT_KEEP = 5


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
    keep = _keep()
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


def current_run(home: Path) -> str | None:
    """Return the run id of the current publication, or None where nothing has been published."""
    pointer = Layout(home).pointer
    return pointer.readlink().name if pointer.is_symlink() else None


def sweep(home: Path) -> list[str]:
    """Remove what runs that died left behind, and return the names of what was removed.

    That is: half-built folders, pointers never moved into place, and finished folders newer than the
    current one (their run died before the swap, so no reader has ever seen them). Only the one writer may
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
        leftovers += [folder for folder, number in publications.items() if number > sequence]
    for path in leftovers:
        _remove(path)
    if current:
        _link_stable_names(layout)
    return sorted(path.name for path in leftovers)


def _swap(layout: Layout, run_id: str) -> Manifest:
    candidate = layout.building_folder(run_id)
    manifest = replace(
        Manifest.read(candidate),
        sequence=max((number for _, number in _publications(layout)), default=0) + 1,
        published_at=datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
        checksums=checksums(candidate),
    )
    manifest.write(candidate)
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


def _keep() -> int:
    setting = os.environ.get(KEEP_SETTING, "").strip() or str(DEFAULT_KEEP)
    if not setting.isdigit() or int(setting) < 1:
        raise PublicationProblem(
            f"{KEEP_SETTING} is {setting!r}; it must be a whole number of publications, 1 or more."
        )
    # The one before the current stays in any case: a reader may just be opening it.
    return max(int(setting), 2)


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
