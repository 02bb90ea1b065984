"""The stories, by layer. Importing this package tells them all."""

from demo.stories import (
    action,
    bare,
    capture,
    clean,
    corners,
    outcome,
    plain,
    qualification,
    routing,
    status,
)

__all__ = [
    "action",
    "bare",
    "capture",
    "clean",
    "corners",
    "outcome",
    "plain",
    "qualification",
    "routing",
    "status",
]
