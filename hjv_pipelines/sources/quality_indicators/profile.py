"""GetQualityIndicators 2 as far as it is attested, and our profile for the rest: the one place that names its elements.

Here: the question in the contract's words, and where each raw value of an answer stands. The official text, once it
can be had, replaces this module and `transport/contracts/GetQualityIndicators_profile_2`; `docs/contracts.md` says
what of it is known and what is assumed. Not here: what the values mean, and which are wrong (`measurement.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml.etree import _Element

from hjv_pipelines.failures import PermanentError, TransientError
from hjv_pipelines.sources.xml_values import children, first, first_children, first_texts, repeated_line, text_of
from hjv_pipelines.transport.contract import Contract

CONTRACT = Contract(
    wsdl="GetQualityIndicators_profile_2/interaction.wsdl",
    binding=(
        "{urn:riv:followup:groupoutcomes:qualityreporting:GetQualityIndicators:2:rivtabp21}"
        "GetQualityIndicatorsResponderBinding"
    ),
    operation="GetQualityIndicators",
)

MEASURE_ROOT = "1.2.826.0.1.3680043.9.4672.7"
"""What measureId/root is (known)."""

SYSTEM_ROOTS = ("1.2.752.129.2.1.2.1", "1.2.752.129.2.1.4.1")
"""What sourceSystem/systemId/root may be (known)."""

PROPORTION, CONTINUOUS, COHORT, MISSING = (
    "proportionMeasure",
    "continuousVariableMeasure",
    "cohortMeasure",
    "missingMeasure",
)
"""The kinds of measure, of which a measurement holds exactly one (known)."""

CARE_UNIT = "Vardenhet"
"""The organizationType of what has a card (known)."""

_COUNTY, _COUNTY_ROOT = "Lan", "1.2.752.129.2.2.1.18"
_RESPONDER = "{urn:riv:followup:groupoutcomes:qualityreporting:GetQualityIndicatorsResponder:2}"
_DOMAIN = "{urn:riv:followup:groupoutcomes:qualityreporting:2}"


@dataclass(frozen=True, slots=True)
class RawOrganisation:
    """Whose measurement it is. `county_code` is that of the nearest county of its chain, empty where it names none."""

    kind: str
    hsa_id: str
    county_code: str


@dataclass(frozen=True, slots=True)
class RawMeasurement:
    """A measurement as it stands: what is missing is an empty text. `position` counts from 1 in the answer.

    `measures` are the kinds of measure that are there, each with the texts inside it by their names.
    """

    position: int
    measure_root: str
    measure: str
    period_start: str
    period_end: str
    organisation: RawOrganisation
    measures: tuple[tuple[str, Mapping[str, str]], ...]
    system_root: str
    system: str


def question(
    indicators: Iterable[str], *, county_code: str | None = None, hsa_ids: Iterable[str] = ()
) -> dict[str, object]:
    """Return the question for `indicators`: of all units of a county, or of some units."""
    return {
        "measureId": [{"root": MEASURE_ROOT, "extension": indicator} for indicator in indicators],
        "organizationId": {"root": _COUNTY_ROOT, "extension": county_code} if county_code else None,
        "hsaId": list(hsa_ids),
    }


def raw_measurements(answer: _Element | None, source: str) -> Iterator[RawMeasurement]:
    """Yield the measurements of an answer, in whatever they are wrapped; `source` is what people call who gave it.

    Raises `TransientError` for an empty Body, which this contract does not have, and `PermanentError` for the
    answer of another contract: neither says that a unit has no indicators.
    """
    if answer is None:
        raise TransientError(f"{source} answered with an empty SOAP Body. Trying again may help.")
    if answer.tag != f"{_RESPONDER}GetQualityIndicatorsResponse":
        raise PermanentError(
            f"{source} answered with {answer.tag}, not with GetQualityIndicatorsResponse. "
            "Check its address and its logical address."
        )
    # The wrapper's name is assumed, `measurement` is known.
    for position, element in enumerate(answer.iter(f"{_DOMAIN}measurement"), start=1):
        yield _measurement(element, position)


def _measurement(element: _Element, position: int) -> RawMeasurement:
    parts = children(element, _DOMAIN)
    measure, period, system = (first(parts, name) for name in ("measureId", "measurePeriod", "sourceSystem"))
    identity, days = _lines(measure), _lines(period)
    system_id = _lines(first_children(system, _DOMAIN).get("systemId"))
    return RawMeasurement(
        position=position,
        measure_root=identity.get("root", ""),
        measure=identity.get("extension", ""),
        period_start=days.get("start", ""),
        period_end=days.get("end", ""),
        organisation=_organisation(first(parts, "organization")),
        measures=tuple(
            (kind, _lines(found)) for kind in (PROPORTION, CONTINUOUS, COHORT, MISSING) for found in parts.get(kind, ())
        ),
        system_root=system_id.get("root", ""),
        system=system_id.get("extension", ""),
    )


def _organisation(element: _Element | None) -> RawOrganisation:
    parts = first_children(element, _DOMAIN)
    return RawOrganisation(
        kind=_line(parts, "organizationType"), hsa_id=_line(parts, "hsaId"), county_code=_county_code(parts)
    )


def _county_code(organisation: Mapping[str, _Element]) -> str:
    """Return the code of the nearest county of a chain of organisations, from the unit upwards."""
    while organisation:
        if _line(organisation, "organizationType") == _COUNTY:
            identity = _lines(organisation.get("organizationId"))
            if identity.get("root") == _COUNTY_ROOT:
                return identity.get("extension", "")
        organisation = first_children(organisation.get("asOrganizationPartOf"), _DOMAIN)
    return ""


def _lines(parent: _Element | None) -> Mapping[str, str]:
    """Return the texts inside `parent` by their names, clean and each in one line."""
    return {name: repeated_line(text) or "" for name, text in first_texts(parent, _DOMAIN).items()}


def _line(parts: Mapping[str, _Element], name: str) -> str:
    """Return the text of a part, clean and in one line; empty where it is missing."""
    return repeated_line(text_of(parts.get(name))) or ""
