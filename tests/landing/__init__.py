"""Tests of the landing."""
