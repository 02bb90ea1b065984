"""Tests of settings, doctor and commands."""
