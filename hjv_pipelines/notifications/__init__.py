"""Notifications: sources tell over HTTP that a unit changed, and the inbox keeps it.

Here: whom we believe (`signature.py`), what a message may say (`message.py`), the server that receives it
(`receiver.py`) and who sends one by hand (`sending.py`). Not here: the inbox (`store/inbox/`), and reading the units
again, since a message's content is never trusted as data.
"""

SOURCES = ("hsa", "kka", "vaccinera")
"""The sources that send notifications."""
