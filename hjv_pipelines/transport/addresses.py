"""Addresses as they may be told: in findings, logs and the ledger.

Here: that, also for those who put no question themselves. Not here: asking (`http.py`).
"""


def address(url: str) -> str:
    """Return `url` without what may be secret in it: user, password, query."""
    import httpx  # not before an address is told: it takes its time

    try:
        bare = httpx.URL(url).copy_with(username=None, password=None, query=None, fragment=None)
    except httpx.InvalidURL:
        return "an unusable address"
    return str(bare)
