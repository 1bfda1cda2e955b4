"""The contact cards (kontaktkort): what a unit's documents become, or the reasons why it has no card.

The heart is pure: the same facts and the same moment give the same card. Read `model.py` for what a card is,
`visibility.py` for when there is one, `build.py` for how it is made. No clock, database, HTTP or Dagster
here, but for `publish.py` and `explain.py`, which bring the pure heart and the store together.
"""
