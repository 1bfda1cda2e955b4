"""A past day again: the raw inputs that were kept, and what the same code makes of them."""
