"""The stories, by layer. Importing this package tells them all."""

from demo.stories import action, capture, clean, outcome, qualification, routing, status

__all__ = ["action", "capture", "clean", "outcome", "qualification", "routing", "status"]
