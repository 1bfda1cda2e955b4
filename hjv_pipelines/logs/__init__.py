"""What our processes log: text for people, or with HJV_LOG_FORMAT=json one JSON object a line, of all of them alike.

The lowest room, beside the settings: every other one may log. Python's own logging is used everywhere; here stands
only how its lines look, what they are about, and how a process begins to write them.
"""
