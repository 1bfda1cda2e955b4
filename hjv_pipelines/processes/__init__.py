"""The processes of an installation on one machine: started, watched and stopped together.

Here: which programs there are and what they are told, who supervises them, and what holds when one of us is killed.
Not here: what the programs do.

    hjv up ──── the lock, the database, the addresses, the terminal
     └ supervisord ── restarts what crashes
        ├ lifeline, database, sandbox    stopped last; the lifeline ends everything when `hjv up` is gone
        └ delivery, code server, UI, daemon, workers
"""
