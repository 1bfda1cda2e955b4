"""PingForConfiguration 1.0 (itintegration:monitoring): is a producer there, for whom, and in which version.

It changes nothing, and goes the whole way of a real question: our certificate, the platform, its routes and our
authorisation. Here: the question and its answer. Not here: whom to ask, and what to make of a failure (the doctor).
"""

from dataclasses import dataclass
from datetime import datetime

from hjv_pipelines.failures import PermanentError
from hjv_pipelines.transport.contract import Contract, namespace_of
from hjv_pipelines.transport.rivta import RivtaClient

RESPONDER = "urn:riv:itintegration:monitoring:PingForConfigurationResponder:1"

PING = Contract(
    wsdl="PingForConfiguration_1.0/interaction.wsdl",
    binding="{urn:riv:itintegration:monitoring:PingForConfiguration:1:rivtabp21}PingForConfigurationResponderBinding",
    operation="PingForConfiguration",
)
PING_IN_PROFILE_20 = Contract(
    wsdl="PingForConfiguration_1.0/interaction_rivtabp20.wsdl",
    binding="{urn:riv:itintegration:monitoring:PingForConfiguration:1:rivtabp20}PingForConfigurationResponderBinding",
    operation="PingForConfiguration",
)


@dataclass(frozen=True, slots=True)
class Pong:
    """A producer's answer: the `version` that it gives itself, and the time by its own clock, without a time zone."""

    version: str
    at: datetime


def ping(client: RivtaClient, contract: Contract, url: str, logical_address: str) -> Pong:
    """Ask the producer of `contract` at `url`, in that contract's profile, whether it is there.

    Raises what `RivtaClient.call` raises, and `PermanentError` for an answer that is none by the contract.
    """
    asked = PING_IN_PROFILE_20 if "rivtabp20" in contract.binding else PING
    receiver = logical_address.strip()
    answer = client.call(asked, url, receiver, serviceContractNamespace=namespace_of(contract), logicalAddress=receiver)
    if answer is None or answer.tag != f"{{{RESPONDER}}}PingForConfigurationResponse":
        raise PermanentError(f"PingForConfiguration at {url}: the answer is another one. Check the address.")
    told = answer.findtext(f"{{{RESPONDER}}}pingDateTime", "")
    try:
        at = datetime.strptime(told, "%Y%m%d%H%M%S")  # noqa: DTZ007  the contract gives no zone
    except ValueError as error:
        raise PermanentError(
            f"PingForConfiguration at {url}: {told!r} is no time as the contract has it. Tell the service's owner."
        ) from error
    return Pong(answer.findtext(f"{{{RESPONDER}}}version", "").strip(), at)
