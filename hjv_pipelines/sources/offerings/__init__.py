"""Utbud, Region Stockholm: the care services that each unit offers, by one of two contracts."""
