"""The documentation site: what is generated for it, and how the repository's pages join it."""
