"""The secrets that notifications are signed with: one a source, known to it and to us.

Here: where they come from. A setting (`HJV_NOTIFICATION_SECRET_HSA`) comes first, then the file
`notifications/hsa.secret` of the data folder. In sandbox mode that file is made, so that everything works at once.
Not here: what is done with them (`signature.py`).
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from hjv_pipelines.settings import Settings

if TYPE_CHECKING:
    from pydantic import SecretStr


def secret_of(settings: Settings, source: str) -> str | None:
    """Return the secret that `source` signs with; None where none is configured, which is possible in live mode."""
    setting: SecretStr | None = getattr(settings, f"notification_secret_{source}")
    if setting is not None and (secret := setting.get_secret_value().strip()):
        return secret
    file = secret_file(settings, source)
    if settings.sources == "sandbox" and not file.exists():
        _make(file)
    # An empty file is no secret: everybody could sign with that.
    return (file.read_text().strip() or None) if file.exists() else None


def secret_file(settings: Settings, source: str) -> Path:
    """Return where the secret of `source` is kept when it is no setting."""
    return settings.home / "notifications" / f"{source}.secret"


def _make(file: Path) -> None:
    """Make a secret; when two processes do, both use the first one's."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=file.parent) as written:  # readable by us alone
        written.write(secrets.token_urlsafe(32))
        written.flush()
        with suppress(FileExistsError):
            os.link(written.name, file)
