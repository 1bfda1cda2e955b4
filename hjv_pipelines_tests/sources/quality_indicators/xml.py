"""Answers of GetQualityIndicators 2, written by hand from what is attested of it and from the profile."""

R = "urn:riv:followup:groupoutcomes:qualityreporting:GetQualityIndicatorsResponder:2"
D = "urn:riv:followup:groupoutcomes:qualityreporting:2"
ROOT = "1.2.826.0.1.3680043.9.4672.7"
INDICATOR = "indicator-1"
HSA_ID = "SE2321000016-A1"

PROPORTION = (
    "<d:proportionMeasure><d:numerator>87</d:numerator><d:denominator>100</d:denominator>"
    "<d:rate>0.87</d:rate><d:coverage>0.95</d:coverage></d:proportionMeasure>"
)
OCTOBER = "<d:measurePeriod><d:start>20261001</d:start><d:end>20261031</d:end></d:measurePeriod>"
SEPTEMBER = "<d:measurePeriod><d:start>20260901</d:start><d:end>20260930</d:end></d:measurePeriod>"


def missing(reason: str = "<d:reasonCode>too_few</d:reasonCode>") -> str:
    return f"<d:missingMeasure>{reason}</d:missingMeasure>"


def wait(value: str = "6", unit: str = "wk", more: str = "") -> str:
    return (
        f"<d:continuousVariableMeasure><d:value>{value}</d:value><d:unit>{unit}</d:unit>{more}"
        "</d:continuousVariableMeasure>"
    )


def proportion(rate: str = "0.87", more: str = "") -> str:
    return f"<d:proportionMeasure><d:rate>{rate}</d:rate>{more}</d:proportionMeasure>"


def measure_id(extension: str = INDICATOR, root: str = ROOT) -> str:
    return f"<d:measureId><d:root>{root}</d:root><d:extension>{extension}</d:extension></d:measureId>"


def county(code: str, element: str = "asOrganizationPartOf") -> str:
    return (
        f"<d:{element}><d:organizationType>Lan</d:organizationType><d:organizationName>Län</d:organizationName>"
        f"<d:organizationId><d:root>1.2.752.129.2.2.1.18</d:root><d:extension>{code}</d:extension></d:organizationId>"
        "<d:asOrganizationPartOf><d:organizationType>Land</d:organizationType>"
        "<d:organizationName>Sverige</d:organizationName><d:organizationId><d:root>1.2.752.129.2.2.1.19</d:root>"
        f"<d:extension>SE</d:extension></d:organizationId></d:asOrganizationPartOf></d:{element}>"
    )


def unit(hsa_id: str = HSA_ID, above: str | None = None) -> str:
    return (
        "<d:organization><d:organizationType>Vardenhet</d:organizationType>"
        f"<d:organizationName>Enheten</d:organizationName><d:hsaId>{hsa_id}</d:hsaId>"
        f"{county('01') if above is None else above}</d:organization>"
    )


def measurement(
    measure: str = PROPORTION,
    *,
    of: str | None = None,
    which: str | None = None,
    period: str = OCTOBER,
    more: str = "",
) -> str:
    inside = f"{measure_id() if which is None else which}{period}{unit() if of is None else of}{measure}{more}"
    return f"<r:performedMeasure><d:measurement>{inside}</d:measurement></r:performedMeasure>"


def response(*measurements: str) -> str:
    return (
        f'<r:GetQualityIndicatorsResponse xmlns:r="{R}" xmlns:d="{D}">{"".join(measurements)}'
        "</r:GetQualityIndicatorsResponse>"
    )
