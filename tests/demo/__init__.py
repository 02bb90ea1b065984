"""Tests of the demo CRM."""
