"""What tests of the wire share."""

from hjv_pipelines_tests.wire import waits

__all__ = ["waits"]
