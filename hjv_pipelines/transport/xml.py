"""Answers in XML, read without trust: no document type, no entities, no network, nothing dropped in silence.

Here: bytes of the wire to an element tree. Not here: SOAP (`rivta.py`), and files that are read as a stream
(`sources/hsa/`).
"""

from lxml import etree

from hjv_pipelines.failures import PermanentError, TransientError


class UnreadableError(TransientError):
    """The answer cannot be read at all: half an answer, nothing, or some other server's page."""


class DocumentTypeError(PermanentError):
    """The answer declares a document type: the door to entity bombs and foreign files."""


def parse(content: bytes, what: str) -> etree._Element:
    """Return the root of `content`. Raises `UnreadableError` or `DocumentTypeError`, told of `what`."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"{what}: the answer is not XML ({error.msg}). Trying again may help.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentTypeError(f"{what}: the answer declares a document type. Tell the service's owner.")
    return root
