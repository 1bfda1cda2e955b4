"""Promises of Listningstjänsten as a source."""
