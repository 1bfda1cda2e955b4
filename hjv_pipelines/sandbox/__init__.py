"""A synthetic Sweden that speaks every source's protocol, with faults on demand.

Here: the nation's units with all the dirt that real directories hold, what a correct import makes of them,
and the servers that stand in for the sources. Not here: any parser of `sources/`: an error there must not
hide itself.
"""
