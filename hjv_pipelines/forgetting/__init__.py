"""What is old enough is forgotten: the feed, the inbox, and what else would grow for ever."""
