"""Nationell Patientenkät (Signe): what patients answered about a unit, by a profile of this project."""
