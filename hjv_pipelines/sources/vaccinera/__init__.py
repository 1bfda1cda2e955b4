"""Vaccinera, Region Stockholm: which vaccines each unit offers, and when, by a profile of this project."""
