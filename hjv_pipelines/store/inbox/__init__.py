"""The inbox: where every hint waits that a unit must be read again, until its card is published.

A hint is waiting, then reading (it is in a batch), then done; one that fails again and again is set aside. Batches
are handed out, begun by a run, and finished or failed. Every function is given its connection and the time. Here:
the rows of `hjv.notifications` and `hjv.hints`. Not here: who sends hints (`notifications/`), who reads the units
(`flow.py`) and who wakes up (`orchestration/`).
"""
