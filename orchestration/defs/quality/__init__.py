"""Gates on the content, as asset checks."""
