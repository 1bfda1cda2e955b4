"""Kept answers in the network's place: what an import asks again is answered as it was then.

Here: finding the answer to a question. Not here: which import (`index.py`), and what it leads to
(`replaying/replay.py`).
"""

from collections import defaultdict, deque
from collections.abc import Iterable

import httpx

from hjv_pipelines.store.raw.files import RawFiles
from hjv_pipelines.store.raw.index import RawInput
from hjv_pipelines.store.raw.recorder import question_of
from hjv_pipelines.transport.addresses import address
from hjv_pipelines.transport.http import AnswerTooLargeError


class KeptAnswers:
    """The answers that one import was given, `inputs`; a question that was put again is answered in the same order."""

    def __init__(self, files: RawFiles, inputs: Iterable[RawInput]) -> None:
        self._files = files
        self._answers: defaultdict[str, deque[str]] = defaultdict(deque)
        for kept in inputs:
            self._answers[kept.question].append(kept.content_hash)

    def send(self, _http: httpx.Client, request: httpx.Request) -> httpx.Response:
        """Answer `request` (`transport.wire.Send`).

        Raises `AnswerTooLargeError` for a question without an answer: of an answer that was too large nothing is
        kept, and who asked then asked for less. Who cannot ask for less fails.
        """
        answers = self._answers[question_of(request)]
        if not answers:
            raise AnswerTooLargeError(f"No answer of {address(str(request.url))} to this question was kept.")
        content_hash = answers.popleft() if len(answers) > 1 else answers[0]
        return httpx.Response(200, content=self._files.pieces(content_hash), request=request)
