"""The promise: a question reaches the platform as RIV-TA wants it, and no answer is taken for another.

Traps 7, 38, 39, 42, 43, 45 and 46, and the platform's codes.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from uuid import UUID

import httpx
import pytest
from lxml import etree

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.settings import Settings
from hjv_pipelines.transport.faults import PermanentFaultError, TransientFaultError
from hjv_pipelines.transport.http import AnswerTooLargeError, Bounds, client
from hjv_pipelines.transport.rivta import Contract, RivtaClient
from hjv_pipelines.transport.xml import DocumentTypeError
from hjv_pipelines_tests.wire import Drip, Hang, Reply, Reset, Script, Server, envelope, fault, serving

RESPONDER = "urn:riv:itintegration:monitoring:PingForConfigurationResponder:1"
PING = Contract(
    wsdl="PingForConfiguration_1.0/interaction.wsdl",
    binding=("{urn:riv:itintegration:monitoring:PingForConfiguration:1:rivtabp21}PingForConfigurationResponderBinding"),
    operation="PingForConfiguration",
    worth_another_try=frozenset({f"{{{RESPONDER}}}BusyException"}),
)
PING_IN_PROFILE_20 = Contract(
    wsdl="PingForConfiguration_1.0/interaction_rivtabp20.wsdl",
    binding=PING.binding.replace("rivtabp21", "rivtabp20"),
    operation="PingForConfiguration",
)
PONG = envelope(f'<r:PingForConfigurationResponse xmlns:r="{RESPONDER}"/>')
HTML = b"<!DOCTYPE html><html><body><p>Bad day</body></html>"
XHTML = b"<!DOCTYPE html><html><body><p>Bad day</p></body></html>"


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with client(Settings(), timeouts=httpx.Timeout(0.5)) as opened:
        yield opened


def ping(http: httpx.Client, server: Server, contract: Contract = PING) -> etree._Element | None:
    bounds = Bounds(max_bytes=2_000_000, seconds=0.3)
    rivta = RivtaClient(http, "SE2321000016-HJV3", bounds=bounds)
    return rivta.call(
        contract,
        f"{server.url}/vp",
        " SE165565594230-1000\n",
        serviceContractNamespace="urn:riv:x",
        logicalAddress="SE1",
    )


def test_a_question_carries_what_the_platform_reads(http: httpx.Client) -> None:
    with serving(Reply(PONG)) as server:
        ping(http, server)
    (request,) = server.requests
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "text/xml;charset=UTF-8"
    assert request.headers["SOAPAction"] == f'"{RESPONDER}:PingForConfiguration"'
    assert request.headers["x-rivta-original-serviceconsumer-hsaid"] == "SE2321000016-HJV3"
    assert request.soap_body.tag == f"{{{RESPONDER}}}PingForConfiguration"


@pytest.mark.parametrize(
    ("contract", "header"),
    [
        (PING, "{urn:riv:itintegration:registry:1}LogicalAddress"),
        (PING_IN_PROFILE_20, "{http://www.w3.org/2005/08/addressing}To"),
    ],
)
def test_the_receiver_stands_in_the_profiles_header(contract: Contract, header: str, http: httpx.Client) -> None:
    """Without the white space that surrounds it in the settings: VP would find no route."""
    with serving(Reply(PONG)) as server:
        ping(http, server, contract)
    assert server.requests[0].soap_header.tag == header
    assert server.requests[0].soap_header.text == "SE165565594230-1000"


def test_each_request_has_a_correlation_id_of_its_own(http: httpx.Client, waits: list[float]) -> None:
    with serving(Reply(status=503), Reply(PONG)) as server:
        ping(http, server)
    first, second = (UUID(request.headers["x-skltp-correlation-id"]) for request in server.requests)
    assert first != second


def test_each_request_waits_for_its_turn(http: httpx.Client, waits: list[float]) -> None:
    turns: list[str] = []
    with serving(Reply(status=503), Reply(PONG)) as server:
        rivta = RivtaClient(http, "SE1", turn=lambda: nullcontext(turns.append("turn")))
        rivta.call(PING, server.url, "SE1", serviceContractNamespace="urn:riv:x", logicalAddress="SE1")
    assert turns == ["turn", "turn"]


def test_the_answer_is_the_bodys_first_element(http: httpx.Client) -> None:
    body = f'<!-- by hand --><answer xmlns="{RESPONDER}"><version>1.<!-- a note -->0</version></answer>'
    with serving(Reply(envelope(body))) as server:
        answer = ping(http, server)
    assert answer is not None
    assert answer.tag == f"{{{RESPONDER}}}answer"
    assert answer.findtext(f"{{{RESPONDER}}}version") == "1.0"


def test_an_empty_body_is_an_answer(http: httpx.Client) -> None:
    """Trap 43: HSA answers so about a unit that it does not know."""
    with serving(Reply(envelope())) as server:
        assert ping(http, server) is None


@pytest.mark.parametrize("content", [b"", b"ok", HTML, PONG[:-9], b"<pong/>", b'{"pong": true}', b"\x00\xff"])
def test_what_is_no_envelope_is_a_failure(content: bytes, http: httpx.Client, waits: list[float]) -> None:
    """Traps 7 and 43: no bytes at all, half an answer, another server's page. None of it is an empty Body."""
    with serving(Reply(content)) as server, pytest.raises(TransientError):
        ping(http, server)
    assert len(server.requests) == 4


@pytest.mark.parametrize("code", [f"VP{number:03}" for number in range(1, 16)])
def test_the_platforms_code_says_whether_to_try_again(code: str, http: httpx.Client, waits: list[float]) -> None:
    """Trap 42: the table of contracts.md 0b. The faultcode, here always wrong, says nothing."""
    passing = code in {"VP008", "VP009", "VP012"}
    with (
        serving(fault(f"{code} [TEST] Något gick fel", faultcode="Client" if passing else "Server")) as server,
        pytest.raises(TransientFaultError if passing else PermanentFaultError, match=code) as raised,
    ):
        ping(http, server)
    assert raised.value.code == code
    assert len(server.requests) == (4 if passing else 1)


def test_a_fault_tells_what_was_asked_of_whom_and_why_it_failed(http: httpx.Client) -> None:
    said = fault("VP007 [NTjP] Behörighet saknas", detail="<detailString>Authorization missing</detailString>")
    with serving(said) as server, pytest.raises(PermanentFaultError) as raised:
        ping(http, server)
    assert f"PingForConfiguration at {server.url}/vp for SE165565594230-1000: VP007" in str(raised.value)
    assert "order the authorisation" in str(raised.value)
    assert "Authorization missing" in str(raised.value)


@pytest.mark.parametrize("said", ["Database down", "", "The code was VP009", "VP0091 is no code"])
def test_a_producers_own_fault_is_permanent(said: str, http: httpx.Client) -> None:
    with serving(fault(said)) as server, pytest.raises(PermanentFaultError, match="producer") as raised:
        ping(http, server)
    assert raised.value.code is None
    assert len(server.requests) == 1


def test_a_contract_may_declare_a_fault_worth_another_try(http: httpx.Client, waits: list[float]) -> None:
    busy = fault("Busy", detail=f'<r:BusyException xmlns:r="{RESPONDER}"><r:code>1</r:code></r:BusyException>')
    with serving(busy, Reply(PONG)) as server:
        assert ping(http, server) is not None


def test_a_fault_under_http_200_is_a_fault(http: httpx.Client) -> None:
    with (
        serving(Reply(fault("VP004 [TEST]").body)) as server,
        pytest.raises(PermanentFaultError, match="VP004"),
    ):
        ping(http, server)


@pytest.mark.parametrize("page", [HTML, XHTML, b"", envelope()])
def test_http_500_without_a_fault_is_passing(page: bytes, http: httpx.Client, waits: list[float]) -> None:
    """Trap 42: a proxy's page of HTML."""
    with serving(Reply(page, status=500)) as server, pytest.raises(TransientError, match="HTTP 500"):
        ping(http, server)
    assert len(server.requests) == 4


def test_http_403_is_tried_once(http: httpx.Client) -> None:
    """Traps 42 and 46."""
    with serving(Reply(HTML, status=403)) as server, pytest.raises(PermanentError, match="not authorised"):
        ping(http, server)
    assert len(server.requests) == 1


def test_http_503_waits_as_long_as_it_is_asked_to(http: httpx.Client, waits: list[float]) -> None:
    """Traps 42 and 45."""
    with serving(Reply(status=503, headers={"Retry-After": "3"}), Reply(PONG)) as server:
        ping(http, server)
    assert waits == [3]


@pytest.mark.parametrize("line", [Hang(), Reset(), Drip(), Reply(PONG, promised=len(PONG) + 1)])
def test_a_bad_line_is_tried_again(line: Script, http: httpx.Client, waits: list[float]) -> None:
    """Trap 42: a hang, a reset, a slow drip, an answer that breaks off."""
    with serving(line, Reply(PONG)) as server:
        assert ping(http, server) is not None
    assert len(waits) == 1


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;">]>',
    ],
)
def test_a_document_type_is_refused(doctype: str, http: httpx.Client) -> None:
    """Trap 38."""
    with serving(Reply(doctype.encode() + PONG)) as server, pytest.raises(DocumentTypeError):
        ping(http, server)
    assert len(server.requests) == 1


def test_an_answer_of_too_many_bytes_is_told_as_that(http: httpx.Client) -> None:
    """Trap 41."""
    with (
        serving(Reply(envelope("<x>" + "y" * 2_000_000 + "</x>"))) as server,
        pytest.raises(AnswerTooLargeError),
    ):
        ping(http, server)


def test_a_text_over_ten_megabytes_is_never_dropped_in_silence(http: httpx.Client, waits: list[float]) -> None:
    """Trap 39."""
    rivta = RivtaClient(http, "SE1", bounds=Bounds(max_bytes=20_000_000, seconds=30))
    with serving(Reply(envelope("<x>" + "y" * 11_000_000 + "</x>"))) as server, pytest.raises(TransientError):
        rivta.call(PING, server.url, "SE1", serviceContractNamespace="urn:riv:x", logicalAddress="SE1")


@pytest.mark.parametrize(
    "parameters",
    [{}, {"hsaIdentity": "SE1"}, {"serviceContractNamespace": "a\x00b", "logicalAddress": "SE1"}],
)
def test_what_the_contract_cannot_say_is_not_asked(parameters: dict[str, str], http: httpx.Client) -> None:
    with serving(Reply(PONG)) as server, pytest.raises(PermanentError, match="cannot be asked"):
        RivtaClient(http, "SE1").call(PING, server.url, "SE1", **parameters)
    assert server.requests == []
