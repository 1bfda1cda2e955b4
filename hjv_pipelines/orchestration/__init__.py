"""What Dagster sees: assets, checks, jobs, schedules, sensors and resources, all of them thin.

Here: when the flow runs, for which scope, what is shown of it, and what a failure means for Dagster. Not
here: the flow itself (`flow.py`) and anything that a person without Dagster would need. Only this room and
`definitions.py` import dagster.
"""
