"""The promises of the synthetic Sweden."""
