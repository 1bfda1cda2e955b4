"""Web addresses: which of them a browser may be sent to.

Here: the one rule for every source's links. Not here: what is done with a link that breaks it.
"""

import re
from urllib.parse import urlsplit

_PLAIN = re.compile("https?://[A-Za-z0-9.-]+(?:[/?#][!-~]*)?")
"""What nearly all look like: taking them apart would tell no more."""


def is_web_address(url: str) -> bool:
    """Tell whether a browser can go there: a blank, a script or a bare host name will not do."""
    if _PLAIN.fullmatch(url):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in url
