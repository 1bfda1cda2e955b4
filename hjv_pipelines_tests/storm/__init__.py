"""Everything at once: a tiny nation in a seeded storm of faults, and a consumer who sees all that is published."""
