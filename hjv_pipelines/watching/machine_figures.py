"""The machine's figures: room on the disk, and until when our certificate is valid.

Here: what stands outside the database. Not here: what Prometheus' own exporters tell of a machine.
"""

import shutil
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from hjv_pipelines.failures import HjvError
from hjv_pipelines.settings import Settings
from hjv_pipelines.transport.tls import expiry


def machine_figures(settings: Settings) -> Iterator[Metric]:
    """Give the figures; none of a certificate that is not there or cannot be read, which `alerts/` tells."""
    place = settings.home if settings.home.exists() else settings.home.parent
    if place.exists():
        yield GaugeMetricFamily(
            "hjv_disk_free_bytes", "Room where the data folder stands.", shutil.disk_usage(place).free
        )
    ends = GaugeMetricFamily("hjv_certificate_end_timestamp_seconds", "When HJV_CLIENT_CERTIFICATE ends.")
    if settings.client_certificate is not None:
        try:
            ends.add_metric((), expiry(settings.client_certificate).timestamp())
        except HjvError:
            return
    yield ends
