"""The delivery: the cards over HTTP, for the services that show them and for people who look at one.

Here: the ASGI application and its routes. Not here: what a card is (`cards/`) and reading published ones
(`cards/published.py`, `cards/explain.py`). Delivery only reads: nothing in this room writes to the store.
"""
