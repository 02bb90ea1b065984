"""Worked examples: bring your own CRM through the canonical layout."""
