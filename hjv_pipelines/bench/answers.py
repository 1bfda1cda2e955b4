"""The sandbox behind a memory: what was asked once is answered again with the same bytes, at once.

`python -m hjv_pipelines.bench.answers NATION FOLDER` serves it in a process of its own, so that making answers costs
those who are measured nothing. Here: the memory and its process. Not here: what the sandbox answers.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from hjv_pipelines.failures import HjvError


@contextmanager
def served_answers(nation: Path, folder: Path) -> Iterator[str]:
    """Give the address at which the nation's sources answer, and keep their answers in `folder`, by service."""
    command = (sys.executable, "-m", "hjv_pipelines.bench.answers", str(nation), str(folder))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdin  # noqa: S101  it is a pipe
        assert process.stdout  # noqa: S101  likewise
        try:
            address = process.stdout.readline().strip()
            if not address:
                raise HjvError("The sandbox does not start. Run `hjv sandbox serve` to see why.")
            yield address
        finally:
            process.stdin.close()


def remembering(app: Starlette, folder: Path) -> Starlette:
    """Let `app` answer each question once, and what is kept in `folder` ever after."""
    known: dict[str, bytes] = {}

    async def answer(request: Request, ask: RequestResponseEndpoint) -> Response:
        question = hashlib.sha256(str(request.url).encode() + await request.body()).hexdigest()
        if question not in known:
            response = await ask(request)
            body = b"".join([piece async for piece in response.body_iterator])  # type: ignore[attr-defined]
            if response.status_code != HTTPStatus.OK:
                return Response(body, response.status_code, media_type=response.headers.get("content-type"))
            known[question] = body
            _keep(folder / request.url.path.strip("/"), question, body)
        return Response(known[question], media_type="text/xml" if request.method == "POST" else "application/json")

    app.add_middleware(BaseHTTPMiddleware, dispatch=answer)
    return app


def _keep(service: Path, question: str, body: bytes) -> None:
    service.mkdir(parents=True, exist_ok=True)
    (service / question).write_bytes(body)


def main(nation: Path, folder: Path) -> None:
    """Serve until stdin ends."""
    from hjv_pipelines.sandbox.nation import open_nation
    from hjv_pipelines.sandbox.server import create_app, running

    app = create_app(open_nation(nation), nation, now=lambda: datetime.now(UTC))
    with running(remembering(app, folder)) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
