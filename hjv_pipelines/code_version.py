"""Which code and data made something: other code may make something else of the same input.

Here: naming files by what stands in them, so that nobody has to remember to raise a number. Not here: which files make
what (whoever keeps what was made says so).
"""

import hashlib
import platform
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


@cache
def code_version(patterns: tuple[str, ...]) -> str:
    """Return a hash of this package's files that match any of `patterns`, and of the Python that runs them."""
    digest = hashlib.sha256(platform.python_version().encode())
    for pattern in patterns:
        for path in sorted(PACKAGE.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
