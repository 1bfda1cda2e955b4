"""SOAP faults: what they say, and whether trying again can help.

Here: the platform's codes (VP001 … VP015) and a producer's own faults. A fault is judged by its code, never
by its `faultcode`: `Server` says nothing of whether trying again helps (VP007 is `Server`, and permanent).
"""

import re

from lxml import etree

from hjv_pipelines.failures import PermanentError, TransientError

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_LONGEST_QUOTE = 300

_MEANINGS = {
    "VP001": "the platform does not support this version of RIV-TA",
    "VP002": "our certificate is missing, of the wrong kind or malformed; check HJV_CLIENT_CERTIFICATE",
    "VP003": "the question named no logical address; check the …_LOGICAL_ADDRESS setting",
    "VP004": "no route to this logical address for this contract; check the …_LOGICAL_ADDRESS setting",
    "VP005": "the producer does not support this version of RIV-TA",
    "VP006": "the platform has more than one producer configured; tell the platform's owner",
    "VP007": "we are not authorised for this logical address and contract; order the authorisation",
    "VP008": "the platform has no contact with its address catalogue",
    "VP009": "the platform could not reach the producer",
    "VP010": "the platform has no address of the producer; tell the platform's owner",
    "VP011": "the platform does not accept calls from here; check the address and our network",
    "VP012": "the platform lacks resources",
    "VP013": "we may not name an original consumer; check HJV_CONSUMER_HSA_ID with the platform's owner",
    "VP014": "the question goes round between platforms; tell the platform's owner",
    "VP015": "the platform could not read the question",
}
_WORTH_ANOTHER_TRY = {"VP008", "VP009", "VP012"}


class TransientFaultError(TransientError):
    """A fault after which trying again may help. `code` is the platform's, where it gave one."""

    def __init__(self, message: str, code: str | None) -> None:
        super().__init__(message)
        self.code = code


class PermanentFaultError(PermanentError):
    """A fault that stays until somebody mends its cause. `code` is the platform's, where it gave one."""

    def __init__(self, message: str, code: str | None) -> None:
        super().__init__(message)
        self.code = code


def fault_failure(
    fault: etree._Element, what: str, worth_another_try: frozenset[str]
) -> TransientFaultError | PermanentFaultError:
    """Return the failure that a SOAP 1.1 `Fault` element means.

    `worth_another_try` names the contract's declared fault elements (`{namespace}local`) that are passing.
    """
    said = _text(fault.find("faultstring"))
    detail = fault.find("detail")
    match = re.match(r"VP\d{3}\b", said)
    if match is None:
        message = f"{what}: the producer answered with a fault: {_quote(said, detail)}"
        declared = set() if detail is None else {str(element.tag) for element in detail}
        if declared & worth_another_try:
            return TransientFaultError(f"{message}. Trying again may help.", None)
        return PermanentFaultError(f"{message}. Tell the service's owner.", None)
    code = match.group()
    message = f"{what}: {code}, {_MEANINGS.get(code, 'a code that the platform has not documented')}"
    message = f"{message} ({_quote(said, detail)})"
    if code in _WORTH_ANOTHER_TRY:
        return TransientFaultError(f"{message}. Trying again may help.", code)
    return PermanentFaultError(f"{message}.", code)


def _quote(said: str, detail: etree._Element | None) -> str:
    quoted = " | ".join(part for part in (said, _text(detail)) if part) or "without a word"
    return quoted if len(quoted) <= _LONGEST_QUOTE else f"{quoted[:_LONGEST_QUOTE]}…"


def _text(element: etree._Element | None) -> str:
    """Return all text inside `element`, on one line."""
    return "" if element is None else " ".join(str(etree.XPath("string()")(element)).split())
