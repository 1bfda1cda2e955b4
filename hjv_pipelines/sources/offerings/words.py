"""The two contracts that Utbud can be asked by, which differ in their names alone.

Here: GetCareServiceOfferings 3.0 to the letter, and GetHealthcareOfferings 1 as a profile of this project with the
same meaning; the setting HJV_OFFERINGS_CONTRACT chooses. Not here: questions and answers.
"""

from dataclasses import dataclass

from hjv_pipelines.transport.rivta import Contract

_DOMAIN = "urn:riv:supportprocess:serviceprovisioning:healthcareoffering"

HSA_ID_ROOT = "1.2.752.129.2.1.4.1"
"""The root (OID) of an id that is an HSA-id."""

COUNTIES = "1.2.752.129.2.2.1.18"
"""The code list (OID) of counties."""


@dataclass(frozen=True, slots=True)
class Words:
    """A contract, with the namespaces of its outer elements (`responder`) and of all inside them (`domain`)."""

    contract: Contract
    responder: str
    domain: str

    @property
    def answer(self) -> str:
        """The name of the answer's element."""
        return f"{self.responder}{self.contract.operation}Response"


def _words(operation: str, major: int, folder: str) -> Words:
    return Words(
        Contract(
            wsdl=f"{folder}/interaction.wsdl",
            binding=f"{{{_DOMAIN}:{operation}:{major}:rivtabp21}}{operation}ResponderBinding",
            operation=operation,
        ),
        responder=f"{{{_DOMAIN}:{operation}Responder:{major}}}",
        domain=f"{{{_DOMAIN}:{major}}}",
    )


WORDS = {
    "GetCareServiceOfferings": _words("GetCareServiceOfferings", 3, "GetCareServiceOfferings_3.0"),
    "GetHealthcareOfferings": _words("GetHealthcareOfferings", 1, "GetHealthcareOfferings_profile_1"),
}
"""By the value of the setting."""
