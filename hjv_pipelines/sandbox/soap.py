"""SOAP 1.1 as the national service platform speaks it: requests read safely, answers and faults as text.

Here: the envelope, RIV-TA's header, faults with the platform's codes. Not here: any contract's own elements
(`hsa_unit.py`, `eservices.py`).
"""

from dataclasses import dataclass

from lxml import etree

from hjv_pipelines.sandbox.markup import element

MEDIA_TYPE = "text/xml; charset=UTF-8"

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_PLATFORM = "[SANDBOX]"

PLATFORM_CODES = {
    "VP001": ("Client", "RIV-TA-versionen saknas eller stöds inte."),
    "VP002": ("Client", "Klientcertifikatet saknas eller är av fel typ."),
    "VP003": ("Client", "Logisk adress saknas i anropets huvud."),
    "VP004": ("Client", "Det finns inget vägval för den logiska adressen och tjänstekontraktet."),
    "VP005": ("Client", "Tjänsteproducenten stödjer inte RIV-TA-versionen."),
    "VP006": ("Server", "Fler än en tjänsteproducent är konfigurerad."),
    "VP007": ("Server", "Tjänstekonsumenten saknar behörighet att anropa den logiska adressen."),
    "VP008": ("Server", "Ingen kontakt med tjänsteadresseringskatalogen."),
    "VP009": ("Server", "Fel vid kontakt med tjänsteproducenten."),
    "VP010": ("Server", "Tjänsteproducentens adress saknas."),
    "VP011": ("Client", "Anropet kom från en adress som inte godtas."),
    "VP012": ("Server", "Plattformen saknar resurser."),
    "VP013": ("Client", "Ursprunglig avsändare får inte anges av denna konsument."),
    "VP014": ("Server", "Anropet går runt mellan plattformar."),
    "VP015": ("Client", "Anropet kunde inte tolkas."),
}
"""The platform's fault codes: SOAP's faultcode, and a text like the one that stands in the faultstring."""


class SoapError(Exception):
    """A SOAP fault to be sent in place of an answer: `code` is SOAP's `Client` or `Server`."""

    def __init__(self, code: str, text: str, detail: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.detail = detail

    def to_envelope(self) -> bytes:
        """Return the fault in its envelope, as the platform writes it."""
        return envelope(
            "<soapenv:Fault>"
            f"{element('faultcode', f'soapenv:{self.code}')}{element('faultstring', self.text)}"
            f"<detail>{element('detailString', self.detail)}</detail>"
            "</soapenv:Fault>"
        )


@dataclass(frozen=True, slots=True)
class SoapRequest:
    """A request: to whom (`logical_address`), and the body's first child."""

    logical_address: str
    body: etree._Element

    @property
    def contract(self) -> str:
        """The namespace by which the platform knows the contract: that of the body's first child."""
        return etree.QName(self.body).namespace or ""


def envelope(body: str = "") -> bytes:
    """Return `body`, which is markup, in an envelope; without one, an envelope with an empty Body."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soapenv:Envelope xmlns:soapenv="{_SOAP}"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>'
    ).encode()


def platform_fault(code: str, detail: str) -> SoapError:
    """Return the fault that the platform sends with one of its codes, such as `VP009`."""
    faultcode, text = PLATFORM_CODES[code]
    return SoapError(faultcode, f"{code} {_PLATFORM} {text}", detail)


def read_request(content: bytes) -> SoapRequest:
    """Read a request's envelope. No DTD, no entity and no network address is ever followed.

    Raises `SoapError` as the platform does: VP015 for what is no request, VP003 without a logical address,
    VP004 for an address with blanks around it.
    """
    root = _root(content)
    if root.tag != f"{{{_SOAP}}}Envelope":
        raise platform_fault("VP015", f"The root is {root.tag}, not a SOAP 1.1 Envelope.")
    body = root.find(f"{{{_SOAP}}}Body/*")
    if body is None:
        raise platform_fault("VP015", "The Body is empty.")
    return SoapRequest(_logical_address(root), body)


def _root(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise platform_fault("VP015", str(error)) from error
    if root.getroottree().docinfo.internalDTD:
        raise platform_fault("VP015", "A document type declaration is not allowed.")
    return root


def _logical_address(root: etree._Element) -> str:
    for entry in root.iterfind(f"{{{_SOAP}}}Header/*"):
        # The platform, too, looks at the local name alone: LogicalAddress (BP 2.1) or To (BP 2.0).
        if etree.QName(entry).localname in {"LogicalAddress", "To"} and entry.text:
            if entry.text != entry.text.strip():
                raise platform_fault("VP004", f"Whitespace detected in the logical address {entry.text!r}.")
            return entry.text
    raise platform_fault("VP003", "There is no LogicalAddress in the header.")
