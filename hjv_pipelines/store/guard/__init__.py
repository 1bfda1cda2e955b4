"""The guard (rule 5): what a complete snapshot would lose is judged before it is merged, and held back if too much.

Judged and held by source and region. What is held back waits for an operator; the rest goes out.
"""
