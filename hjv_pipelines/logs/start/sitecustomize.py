"""Begin to log as HJV_LOG_FORMAT says. See https://docs.python.org/3/library/site.html ."""

from hjv_pipelines.logs.beginning import begin

begin()
