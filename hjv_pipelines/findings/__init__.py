"""Findings as people meet them: in Swedish words, as a region's report, and on the command line.

Here: who is told what, and how. Not here: finding (`sources/`, `cards/`) and keeping (`store/findings.py`).
"""
