"""Web addresses: which of them a browser may be sent to.

Here: the one rule for every source's links. Not here: what is done with a link that breaks it.
"""

from urllib.parse import urlsplit


def is_web_address(url: str) -> bool:
    """Tell whether a browser can go there: a blank, a script or a bare host name will not do."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in url
