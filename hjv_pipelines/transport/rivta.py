"""RIV-TA Basic Profile 2.0 and 2.1: a question by contract, sent over HTTP, and the element that answers it.

Here: HTTP headers, envelopes, and which answers are failures. Not here: the contract and its words
(`contract.py`), the codes of faults (`faults.py`), and what an answer means: its source reads it.
"""

from contextlib import nullcontext, suppress
from http import HTTPStatus
from uuid import uuid4

import httpx
from lxml import etree

from hjv_pipelines.transport.addresses import address
from hjv_pipelines.transport.contract import Contract, Question, write_question
from hjv_pipelines.transport.faults import SOAP, fault_failure
from hjv_pipelines.transport.http import Bounds, ask
from hjv_pipelines.transport.pace import Turn
from hjv_pipelines.transport.patience import PATIENCE, Patience
from hjv_pipelines.transport.wire_failures import wire_failures
from hjv_pipelines.transport.xml import DocumentTypeError, UnreadableError, parse

__all__ = ["BOUNDS", "Contract", "RivtaClient"]

BOUNDS = Bounds(max_bytes=64 * 1024 * 1024, seconds=120)
"""What an answer may be unless its source says otherwise."""


class RivtaClient:
    """Asks producers, by way of the platform or directly, in the name of `consumer_hsa_id`.

    Each request has a `turn`, repeated ones too: it begins when the contract's pace allows one.
    """

    def __init__(
        self,
        http: httpx.Client,
        consumer_hsa_id: str,
        *,
        turn: Turn = nullcontext,
        patience: Patience = PATIENCE,
        bounds: Bounds = BOUNDS,
    ) -> None:
        self._http = http
        self._consumer_hsa_id = consumer_hsa_id
        self._turn = turn
        self._patience = patience
        self._bounds = bounds

    def call(
        self, contract: Contract, url: str, logical_address: str, /, **parameters: object
    ) -> etree._Element | None:
        """Return the answer's element, the first child of the SOAP Body; `None` where the Body is empty.

        `parameters` are the children of the question's element. Raises `TransientError` once the tries are
        used up, `PermanentError` at once.
        """
        what = f"{contract.operation} at {address(url)} for {logical_address.strip()}"
        question = write_question(contract, logical_address, parameters)
        return self._patience.ask(lambda: self._ask_once(contract, question, url, what))

    def _ask_once(self, contract: Contract, question: Question, url: str, what: str) -> etree._Element | None:
        headers = {
            "Content-Type": "text/xml;charset=UTF-8",
            "SOAPAction": f'"{question.action}"',
            "x-rivta-original-serviceconsumer-hsaid": self._consumer_hsa_id,
            "x-skltp-correlation-id": str(uuid4()),
        }
        with wire_failures(what):
            request = self._http.build_request("POST", url, content=question.envelope, headers=headers)
        with self._turn(), ask(self._http, request, what, self._bounds) as answer:
            if answer.status == HTTPStatus.OK:
                return read_answer(answer.read(), contract, what)
            if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
                # A fault in the body says more than the status. A page of HTML does not.
                with suppress(UnreadableError, DocumentTypeError):
                    read_answer(answer.read(), contract, what)
            raise answer.failure()


def read_answer(content: bytes, contract: Contract, what: str) -> etree._Element | None:
    """Return the first element of the SOAP Body in `content`, `None` where the Body is empty.

    Raises the failure that a fault means, `UnreadableError` or `DocumentTypeError`.
    """
    if not content:
        raise UnreadableError(f"{what}: a reply of no bytes at all. Trying again may help.")
    envelope = parse(content, what)
    body = envelope.find(f"{{{SOAP}}}Body")
    if envelope.tag != f"{{{SOAP}}}Envelope" or body is None:
        raise UnreadableError(f"{what}: the answer is not a SOAP envelope. Trying again may help.")
    first = next(body.iterchildren("{*}*"), None)
    if first is not None and first.tag == f"{{{SOAP}}}Fault":
        raise fault_failure(first, what, contract.worth_another_try)
    return first
