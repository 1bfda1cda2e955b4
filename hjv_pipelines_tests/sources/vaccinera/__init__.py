"""The promises of Vaccinera as a source."""
