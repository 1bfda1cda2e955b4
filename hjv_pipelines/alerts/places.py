"""Where one looks at what an alert tells of: addresses in Dagster's UI.

Here: the addresses. Not here: which asset shows a source, which is the orchestration's to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from hjv_pipelines.settings import Settings

_LOCATION = "hjv_pipelines"


@dataclass(frozen=True, slots=True)
class Places:
    """The UI at `home`; `asset_of` names the asset that shows a source."""

    home: str
    asset_of: Callable[[str], str]

    def run(self, run_id: str) -> str:
        """Return where a run is shown."""
        return f"{self.home}/runs/{quote(run_id)}"

    def asset(self, source: str) -> str:
        """Return where a source's asset is shown."""
        return f"{self.home}/assets/{quote(self.asset_of(source))}"

    def check(self, asset: str, check: str) -> str:
        """Return where a check of an asset is shown."""
        return f"{self.home}/assets/{quote(asset)}?view=checks&checkDetail={quote(check)}"

    def clockwork(self, form: str, name: str) -> str:
        """Return where the ticks of a sensor or schedule are shown."""
        return f"{self.home}/locations/{_LOCATION}/{form}s/{quote(name)}"


def places_of(settings: Settings, asset_of: Callable[[str], str]) -> Places:
    """Return the addresses of this installation: those of `HJV_UI_URL`, else of this machine."""
    home = settings.ui_url or f"http://{settings.host}:{settings.ui_port}"
    return Places(home.rstrip("/"), asset_of)
