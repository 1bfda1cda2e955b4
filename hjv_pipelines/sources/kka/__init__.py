"""KKA (Kontaktkortsadmin): what the editors have published for each unit, by a profile of this project."""
