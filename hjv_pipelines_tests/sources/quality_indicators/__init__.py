"""The promises of the two sources of waiting times."""
