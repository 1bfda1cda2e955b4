"""Whatever comes over the wire is read, or refused in words: every parser against every input.

The same table of parsers (`parsers.py`) is tried with the kept corpus and with mutations of it in `make test`, and with
atheris, guided by coverage, in `make fuzz`.
"""
