"""What Prometheus is told: how the imports, the inbox, the cards and our servers fare, at `/metrics` of each server.

Here: reading and exporting figures. Not here: judging them (`deploy/watch/` has the rules for Prometheus; `alerts/` is
what we tell by ourselves).
"""
