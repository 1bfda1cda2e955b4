"""Trap 27 over the whole national output: nothing private in anything that is said to everybody."""

import sys
from pathlib import Path

import pytest

from hjv_pipelines_tests.delivery.private import asked_by_everybody, public_answers, published_nation

pytestmark = [pytest.mark.soak, pytest.mark.timeout(2 * 3600)]


def test_nothing_private_is_in_the_national_output(database_url: str, tmp_path: Path) -> None:
    with published_nation(tmp_path, database_url, "national") as private, asked_by_everybody(database_url) as delivery:
        seen = size = 0
        for where, told in public_answers(delivery, private.hidden, every=200):
            assert private.in_text(told) == set(), where
            seen, size = seen + 1, size + len(told)
    sys.stdout.write(f"\n{len(private.numbers)} numbers, {len(private.mails)} mail addresses and ")
    sys.stdout.write(f"{len(private.hidden):,} units in none of {seen:,} answers of {size:,} characters.\n")
