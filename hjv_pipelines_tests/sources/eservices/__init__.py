"""The promises of 1177 e-tjänster as a source."""
