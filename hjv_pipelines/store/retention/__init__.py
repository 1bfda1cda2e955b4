"""How long the store remembers: what of each table is old enough to go, and what stays however old it is.

Here: one rule a kind of row. Not here: how old is old, and when that happens (`forgetting/` of the package); what the
inbox and the raw inputs keep stands with them.
"""
