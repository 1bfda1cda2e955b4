"""What all our servers have in common: how they refuse, the headers of every answer, their connections.

Here: the delivery's and the receiver's common ground. Not here: any route.
"""
