"""The measurements: how fast it is, and how far from the floor (`make bench`).

Here: one module a part, each of which measures and gives figures, and what they stand on: a nation, databases, an
installation of their own. A floor is the least that anything could do with the same bytes, measured in the same run.
Not here: anything that the product needs. Nothing imports this room but the command line and tests.
"""
