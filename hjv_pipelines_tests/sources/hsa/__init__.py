"""Tests of HSA as a source."""
