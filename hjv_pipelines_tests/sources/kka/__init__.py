"""The promises of KKA as a source."""
