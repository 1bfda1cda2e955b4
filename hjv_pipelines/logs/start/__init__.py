"""What Python imports by itself at the start of every process that has this folder on its PYTHONPATH.

So also a process that Dagster or its chart starts, with a command of theirs, logs as HJV_LOG_FORMAT says.
"""
