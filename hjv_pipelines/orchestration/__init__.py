"""What Dagster sees: assets, checks, jobs, schedules, sensors and resources, all of them thin.

Here: when the flow runs, for which scope, what is shown of it, and what a failure means for Dagster. Not
here: the flow itself (`flow.py`) and anything that a person without Dagster would need. Only this room and
`definitions.py` import dagster.
"""

import warnings

import dagster as dg

# Known and wanted, of backfills in a single run and of owners. Dagster warns when the modules of this room are read, so
# it is said before any of them. What is superseded or deprecated still warns.
warnings.filterwarnings("ignore", r"Parameter `(backfill_policy|owners)` ", dg.BetaWarning)
