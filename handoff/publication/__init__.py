"""Publication: the marts copied aside, audited, and swapped in whole under open readers.

A reader of ``$HANDOFF_HOME/published`` sees the last good publication or the new one, never anything between:
everything is written in a directory of its own and one symlink decides which directory is current.
"""

from handoff.publication.candidate import build_candidate
from handoff.publication.layout import SCHEMA_VERSION, Layout
from handoff.publication.manifest import Manifest, verify
from handoff.publication.problems import PublicationProblem, PublicationRefused
from handoff.publication.release import (
    current_run,
    kept_publications,
    publications_to_keep,
    release,
    rollback,
    sweep,
)

__all__ = [
    "SCHEMA_VERSION",
    "Layout",
    "Manifest",
    "PublicationProblem",
    "PublicationRefused",
    "build_candidate",
    "current_run",
    "kept_publications",
    "publications_to_keep",
    "release",
    "rollback",
    "sweep",
    "verify",
]
