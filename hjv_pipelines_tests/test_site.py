"""The documents are a site: every page is built, every link and picture is there, and no network is needed."""

import re
import subprocess
import sys
from pathlib import Path

import hjv_pipelines

PROJECT = Path(hjv_pipelines.__file__).parent.parent
ELSEWHERE = re.compile(r"""<(?:script|link|img)[^>]*(?:src|href)="https?://[^"]*\.(?:js|css|png|svg|woff2?)""")


def test_the_site_is_built_without_a_warning_and_asks_nothing_of_the_network(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    for page in tmp_path.rglob("*.html"):
        assert not ELSEWHERE.search(page.read_text()), page
