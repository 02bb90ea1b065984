"""The resolver and the canonical CRM, tested on every raw layout."""
