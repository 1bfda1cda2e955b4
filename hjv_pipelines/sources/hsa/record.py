"""What HSA says of a unit, typed: the record that the file and the single-unit services all lead to.

Here: the fields, with their names in GetUnit 5.0 and in the directory (LDAP). Not here: reading them from XML
(`unit_xml.py`), the syntaxes of single values (`values.py`), and what a card makes of them (`cards/`).
"""

from datetime import date, datetime, time

from hjv_pipelines.sources.source import Part, Record


class TimeSpan(Part):
    """A weekly span, local time: `1-5#08:00#17:00[#comment[#fromDate[#toDate]]]`.

    Days 1 (Monday) to 7. `closes` of `None` is 24:00. With dates it holds only from `valid_from` to
    `valid_to`, both included: the directory's way to say "avvikande tider".
    """

    from_day: int
    to_day: int
    opens: time
    closes: time | None
    comment: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Notice(Part):
    """Temporary information (`hsaVpwInformation2`): shown inside its dates; for ever where it has no end."""

    text: str
    from_date: date | None = None
    to_date: date | None = None


class AgeRule(Part):
    """Ages received (`hsaVisitingRuleAge`), in years: 0 newborn; `to_age` of `None` no upper limit."""

    from_age: int
    to_age: int | None = None
    comment: str | None = None


class Rt90(Part):
    """RT90 2.5 gon V in whole metres: `x` northing, `y` easting."""

    x: int
    y: int


class Sweref99(Part):
    """SWEREF 99 geographic, degrees: the same as WGS84 within a metre."""

    latitude: float
    longitude: float


class StructuredAddress(Part):
    """An address in the new form (`hsaVisitingAddress`, `hsaPostalAddress`); postcodes are for post only."""

    addressee: tuple[str, ...] = ()
    street: str | None = None
    premises_number: str | None = None
    premises_letter: str | None = None
    post_code: str | None = None
    town: str | None = None


class BusinessClassification(Part):
    """What the unit does: code (four digits, a string) and name (`businessClassificationCode/-Name`)."""

    code: str
    name: str


class UnitFunction(Part):
    """A function of the unit with a number of its own: Avbokning, Bokning, Receptförnyelse, Rådgivning, …."""

    name: str
    telephone_numbers: tuple[str, ...] = ()
    telephone_hours: tuple[TimeSpan, ...] = ()


class HsaUnit(Record):
    """One unit of HSA. Each field's docstring is GetUnit 5.0's name <- the directory's attribute.

    Texts are NFC without control characters. Codes are strings. `None` and `()` mean that HSA gave none, or
    that what it gave broke its syntax: then a finding of the document says so.
    """

    hsa_id: str
    """unitHsaId <- hsaIdentity, upper case."""
    name: str
    """unitName <- o/ou/cn."""
    public_name: str | None = None
    """publicName."""
    alternate_names: tuple[str, ...] = ()
    """alternateName <- ouShort."""
    dn: str | None = None
    """DN."""
    organisation_number: str | None = None
    """orgNo."""

    destination_indicators: tuple[str, ...] = ()
    """destinationIndicator <- hsaDestinationIndicator ("Visas för")."""
    business_types: tuple[str, ...] = ()
    """businessType <- hsaBusinessType ("Enhetstyp")."""
    care_types: tuple[str, ...] = ()
    """careType ("Vård- och omsorgsform")."""
    business_classifications: tuple[BusinessClassification, ...] = ()
    """businessClassification."""
    managements: tuple[str, ...] = ()
    """management ("Ägarform"), code or clear text as given."""
    county_code: str | None = None
    """countyCode."""
    county_name: str | None = None
    """countyName."""
    municipality_code: str | None = None
    """municipalityCode."""
    municipality_name: str | None = None
    """municipalityName."""
    start_date: datetime | None = None
    """unitStartDate <- startDate, UTC."""
    end_date: datetime | None = None
    """unitEndDate <- endDate, UTC."""
    feigned: bool = False
    """feignedUnit <- hsaFeignedObject."""
    archived: bool = False
    """unitIsArchived, healthCareUnitIsArchived."""

    rt90: Rt90 | None = None
    """geographicalCoordinatesRt90 <- geographicalCoordinates."""
    sweref99: Sweref99 | None = None
    """geographicalCoordinatesSWEREF99Latitude/Longitude."""
    street: str | None = None
    """street (old visiting address)."""
    visiting_address: StructuredAddress | None = None
    """structuredVisitingAddress <- hsaVisitingAddress."""
    postal_address_lines: tuple[str, ...] = ()
    """postalAddress (old, lines)."""
    postal_code: str | None = None
    """postalCode."""
    postal_address: StructuredAddress | None = None
    """structuredPostalAddress <- hsaPostalAddress."""
    location: str | None = None
    """location <- l."""
    route: str | None = None
    """route ("Yttre vägbeskrivning")."""
    indoor_route: str | None = None
    """indoorRouteDescription."""

    telephone_numbers: tuple[str, ...] = ()
    """telephoneNumber."""
    switchboard_number: str | None = None
    """switchboardNumber <- hsaSwitchboardNumber."""
    text_telephone_numbers: tuple[str, ...] = ()
    """textTelephoneNumber <- hsaTextTelephoneNumber."""
    video_phone: str | None = None
    """videoPhone <- hsaVideoPhone."""
    fax_numbers: tuple[str, ...] = ()
    """facsimileTelephoneNumber."""
    mail: str | None = None
    """mail."""
    web_page: str | None = None
    """labeledUri <- labeledURI."""
    unit_functions: tuple[UnitFunction, ...] = ()
    """unitFunction."""

    surgery_hours: tuple[TimeSpan, ...] = ()
    """surgeryHour <- surgeryHours."""
    telephone_hours: tuple[TimeSpan, ...] = ()
    """telephoneHour <- telephoneHours."""
    drop_in_hours: tuple[TimeSpan, ...] = ()
    """dropInHour <- dropInHours."""
    visiting_hours: tuple[TimeSpan, ...] = ()
    """visitingHour <- visitingHours."""

    notice: Notice | None = None
    """unitTemporaryInformation <- hsaVpwInformation2."""
    description: str | None = None
    """description ("Om oss")."""
    extra_information: str | None = None
    """unitExtraInformation <- hsaVpwInformation1 ("Mer om oss")."""
    patient_information: str | None = None
    """patientInformation <- hsaVpwInformation4."""
    age_rules: tuple[AgeRule, ...] = ()
    """visitingRuleAge <- hsaVisitingRuleAge."""
    visiting_rules: str | None = None
    """visitingRules <- hsaVisitingRules."""
    referral_rules: str | None = None
    """referralRules <- hsaVisitingRuleReferral."""
    related_units: tuple[str, ...] = ()
    """relatedUnitHsaId <- hsaVpwNeighbouringObject, upper case."""

    photo: str | None = None
    """jpegPhoto, base64 JPEG."""
    photo_text: str | None = None
    """alternateText <- hsaAltText."""
    logotype: str | None = None
    """jpegLogotype <- hsaJpegLogotype, base64 JPEG."""
    logotype_text: str | None = None
    """alternateTextLogotype."""

    @property
    def marked_for_public(self) -> bool:
        """Tell whether HSA marks the unit for Hitta vård: "Visas för" is 03 or 04."""
        return bool({"03", "04"} & set(self.destination_indicators))
