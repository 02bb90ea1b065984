"""The documentation: its site, its links, and every command in it."""
