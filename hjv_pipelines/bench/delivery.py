"""The delivery over loopback: a card, "you have it", the feed, all cards; and cards at 300 requests a second.

The floor is a bare ASGI handler under the same server that gives the same bytes from memory.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import httpx

from hjv_pipelines.bench import bare
from hjv_pipelines.bench.asking import Question, ask_at_rate, ask_in_turn
from hjv_pipelines.bench.figure import Figure, no_more_than, times_the_floor
from hjv_pipelines.bench.installation import free_port, only_these
from hjv_pipelines.bench.stopwatch import medians, percentile
from hjv_pipelines.bench.workshop import Workshop
from hjv_pipelines.failures import HjvError

_CARD, _NOT_MODIFIED, _FEED, _ALL = "a card", "a card that the asker has (304)", "100 changes of the feed", "all cards"
_TIMES = {_CARD: 500, _NOT_MODIFIED: 500, _FEED: 50, _ALL: 1}
_STREAM = (("Accept", "application/x-ndjson"),)
_START_SECONDS = 60


def measure(workshop: Workshop) -> Iterator[Figure]:
    """Give the times of single answers beside the floor, and what waits at a steady load."""
    settings = {"HJV_DATABASE_URL": workshop.published, "HJV_DELIVERY_REQUESTS_PER_MINUTE": str(10**9)}
    with ExitStack() as running:
        ours = running.enter_context(_serving("hjv_pipelines.delivery.app:create_app", settings, "/readyz"))
        questions = _questions(ours)
        folder = Path(running.enter_context(TemporaryDirectory(prefix="hjv-bench-")))
        for number, question in enumerate(questions.values()):
            (folder / str(number)).write_bytes(_body(question))
        floor = running.enter_context(_serving("hjv_pipelines.bench.bare:create_app", {bare.FOLDER: str(folder)}, "/0"))
        for number, (name, question) in enumerate(questions.items()):
            times = _TIMES[name]
            beside = Question(floor, f"/{number}")
            taken, least = medians(
                workshop.rounds(f"Delivering {name}"),
                partial(ask_in_turn, question, times),
                partial(ask_in_turn, beside, times),
            )
            yield Figure(f"{name}", 1000 * taken / times, "ms", 1000 * least / times, times_the_floor(2))
            if name == _ALL:
                yield Figure("all cards in one stream", taken, "s", aim=no_more_than(2))
        with workshop.bars.doing("Delivering 300 cards a second"):
            waited = ask_at_rate(questions[_CARD], 300, 2 if workshop.size == "small" else 20)
        p50, p99 = (1000 * percentile(waited, share) for share in (0.5, 0.99))
        yield Figure("a card at 300 requests a second, p50", p50, "ms")
        yield Figure("a card at 300 requests a second, p99", p99, "ms", aim=no_more_than(15))


def _questions(address: str) -> Mapping[str, Question]:
    first = httpx.get(f"{address}/v1/cards", params={"limit": 1}, trust_env=False).json()["cards"][0]
    card = f"/v1/cards/{first['hsa_id']}"
    tag = httpx.get(address + card, trust_env=False).headers["ETag"]
    return {
        _CARD: Question(address, card),
        _NOT_MODIFIED: Question(address, card, (("If-None-Match", tag),)),
        _FEED: Question(address, "/v1/changes?after=0&limit=100"),
        _ALL: Question(address, "/v1/cards", _STREAM),
    }


def _body(question: Question) -> bytes:
    headers = {"Accept-Encoding": "identity", **dict(question.headers)}
    return httpx.get(question.address + question.path, headers=headers, trust_env=False, timeout=60).content


@contextmanager
def _serving(application: str, variables: Mapping[str, str], ready: str) -> Iterator[str]:
    """Serve an application in a process of its own, as the installation does, and give its address."""
    port = free_port()
    command = (sys.executable, "-m", "uvicorn", "--factory", application, "--port", str(port), "--no-access-log")
    with subprocess.Popen((*command, "--log-level", "warning"), env=only_these(variables)) as process:  # noqa: S603
        try:
            _wait_for(process, f"http://127.0.0.1:{port}", ready)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(process: subprocess.Popen[bytes], address: str, ready: str) -> None:
    for _ in range(_START_SECONDS * 20):
        if process.poll() is not None:
            break
        try:
            if httpx.get(address + ready, trust_env=False, timeout=2).is_success:
                return
        except httpx.HTTPError:
            sleep(0.05)
    raise HjvError(f"What is measured does not answer at {address}{ready}: see what it printed above.")
