"""One package per concern of the line."""
