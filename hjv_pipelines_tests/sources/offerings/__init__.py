"""The promises of Utbud as a source."""
