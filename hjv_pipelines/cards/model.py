"""The contact card: its sections, what each field means, and which source's field it comes from.

Here: the model that is published, the one place where a card's field is tied to a source's. The sections that sources
other than HSA say whole stand in modules of their own; here they are marked with the function that makes them. Not
here: the parts that sections share (`parts.py`) and how a card is made (`build.py`). Whether a unit is open now is no
field: it is asked of `opening.py` at the moment it is shown.
"""

from datetime import date
from typing import Annotated

from hjv_pipelines.cards.declared import made_by
from hjv_pipelines.cards.figures import WaitingTime
from hjv_pipelines.cards.listing import Listing, listing_from
from hjv_pipelines.cards.offerings import Offering, offering_changes, offerings_from
from hjv_pipelines.cards.parts import (
    Address,
    AgeRange,
    CallAddress,
    CodedValue,
    EService,
    Hours,
    Image,
    Part,
    Position,
    Telephone,
    UnitFunction,
)
from hjv_pipelines.cards.patient_survey import PatientSurvey, patient_survey_from
from hjv_pipelines.cards.provenance import said_by, said_by_lender
from hjv_pipelines.cards.texts import TextBlock, texts_in
from hjv_pipelines.cards.vaccination import OfferedVaccine, vaccination_changes, vaccination_from
from hjv_pipelines.cards.waiting_times import waiting_times_from


class Header(Part):
    """What stands at the top of the card."""

    name: Annotated[str, said_by("hsa", "public_name", "name", "location")]
    """Name to show: HSA's publicName, else the unit's name and its locality."""
    locality: Annotated[str | None, said_by("hsa", "location")] = None
    """Locality (ort)."""
    alternate_names: Annotated[tuple[str, ...], said_by("hsa", "alternate_names")] = ()
    """Other names that people may search for."""


class Kinds(Part):
    """What kind of unit it is: for search and filters."""

    business_types: Annotated[tuple[CodedValue, ...], said_by("hsa", "business_types")] = ()
    """Enhetstyp, such as 01 Sjukhus, 02 Vårdcentral, 03 Distansenhet."""
    care_types: Annotated[tuple[CodedValue, ...], said_by("hsa", "care_types")] = ()
    """Vård- och omsorgsform, such as 01 Öppenvård."""
    business_classifications: Annotated[tuple[CodedValue, ...], said_by("hsa", "business_classifications")] = ()
    """Verksamhetskod, such as 1506 Distriktssköterskeverksamhet."""
    ownership: Annotated[tuple[CodedValue, ...], said_by("hsa", "managements")] = ()
    """Ägarform, such as 1 Region."""


class Contact(Part):
    """Kontaktuppgifter: how to reach the unit. A number that is not for the public is on no card."""

    visiting_address: Annotated[Address | None, said_by("hsa", "visiting_address", "street")] = None
    """Besöksadress."""
    postal_address: Annotated[
        Address | None, said_by("hsa", "postal_address", "postal_address_lines", "postal_code")
    ] = None
    """Postadress."""
    telephones: Annotated[tuple[Telephone, ...], said_by("hsa", "telephone_numbers")] = ()
    """Telefon."""
    switchboard: Annotated[Telephone | None, said_by("hsa", "switchboard_number")] = None
    """Växel."""
    text_telephones: Annotated[tuple[CallAddress, ...], said_by("hsa", "text_telephone_numbers")] = ()
    """Texttelefon."""
    video_telephone: Annotated[CallAddress | None, said_by("hsa", "video_phone")] = None
    """Bildtelefon."""
    fax: Annotated[tuple[Telephone, ...], said_by("hsa", "fax_numbers")] = ()
    """Fax."""
    mail: Annotated[str | None, said_by("hsa", "mail")] = None
    """Mail address."""
    web: Annotated[str | None, said_by("hsa", "web_page")] = None
    """Address of the unit's own web page, http or https."""
    functions: Annotated[tuple[UnitFunction, ...], said_by("hsa", "unit_functions")] = ()
    """Functions with numbers and hours of their own."""


class UnitHours(Part):
    """The unit's hours, of four kinds."""

    opening: Annotated[Hours | None, said_by("hsa", "surgery_hours")] = None
    """Öppettider."""
    telephone: Annotated[Hours | None, said_by("hsa", "telephone_hours")] = None
    """Telefontider."""
    drop_in: Annotated[Hours | None, said_by("hsa", "drop_in_hours")] = None
    """Drop-in."""
    visiting: Annotated[Hours | None, said_by("hsa", "visiting_hours")] = None
    """Besökstider, for those who visit a patient."""


class ShownNotice(Part):
    """Tillfällig information, the yellow box: on the card only while it is to be shown."""

    text: str
    """The information, plain text with its line ends."""
    from_date: date | None = None
    """First day that it is shown, Swedish time."""
    to_date: date | None = None
    """Last day that it is shown; none where it is shown until further notice."""


class About(Part):
    """Om oss. All texts are plain text with their line ends: whoever shows them escapes them."""

    description: Annotated[str | None, said_by("hsa", "description")] = None
    """Beskrivning."""
    more: Annotated[str | None, said_by("hsa", "extra_information")] = None
    """Mer om oss."""
    patient_information: Annotated[str | None, said_by("hsa", "patient_information")] = None
    """Information till patient och anhörig."""
    ages: Annotated[tuple[AgeRange, ...], said_by("hsa", "age_rules")] = ()
    """Åldersregler. A rule that shuts nobody out, and says nothing more, is left out."""
    visiting_rules: Annotated[str | None, said_by("hsa", "visiting_rules")] = None
    """Besöksregler."""
    referral_rules: Annotated[str | None, said_by("hsa", "referral_rules")] = None
    """Remisskrav."""
    photo: Annotated[Image | None, said_by("hsa", "photo", "photo_text")] = None
    """Picture of the unit."""
    logotype: Annotated[Image | None, said_by("hsa", "logotype", "logotype_text")] = None
    """Logotype."""


class Find(Part):
    """Hitta hit."""

    position: Annotated[Position | None, said_by("hsa", "rt90", "sweref99")] = None
    """Where the unit lies; none for a unit at a distance, which has no map."""
    county: Annotated[CodedValue | None, said_by("hsa", "county_code", "county_name")] = None
    """Län, two digits."""
    municipality: Annotated[CodedValue | None, said_by("hsa", "municipality_code", "municipality_name")] = None
    """Kommun, four digits."""
    route: Annotated[str | None, said_by("hsa", "route")] = None
    """Yttre vägbeskrivning: how to get there."""
    indoor_route: Annotated[str | None, said_by("hsa", "indoor_route")] = None
    """Inre vägbeskrivning: how to find the way inside."""


class ContactCard(Part):
    """A unit's contact card (kontaktkort). What is empty is left out of its JSON."""

    hsa_id: Annotated[str, said_by("hsa", "hsa_id")]
    """HSA-id, upper case: the card's key for ever, whatever the unit is called."""
    header: Header
    """Top of the card."""
    kinds: Kinds = Kinds()
    """What kind of unit it is."""
    contact: Contact = Contact()
    """Kontaktuppgifter."""
    hours: UnitHours = UnitHours()
    """Öppettider, telefontider, drop-in, besökstider."""
    notice: Annotated[ShownNotice | None, said_by("hsa", "notice")] = None
    """Tillfällig information, while it is shown."""
    about: About = About()
    """Om oss."""
    find: Find = Find()
    """Hitta hit."""
    related_units: Annotated[tuple[str, ...], said_by("hsa", "related_units")] = ()
    """HSA-ids of related units that have a card, in order."""
    waiting_times: Annotated[
        tuple[WaitingTime, ...],
        said_by("waiting_times", "measurements"),
        said_by("waiting_times_skane", "measurements"),
        made_by(waiting_times_from),
    ] = ()
    """Väntetider: the newest figure of each indicator, marked with the source that says it."""
    eservices: Annotated[
        tuple[EService, ...],
        said_by("eservices", "services"),
        said_by("kka", "eservices", "borrowed", "order"),
        said_by_lender("eservices", "services"),
    ] = ()
    """Våra e-tjänster, in the editor's order or else in that of their relevance, each marked with whose it is."""
    offerings: Annotated[
        tuple[Offering, ...],
        said_by("offerings", "services"),
        made_by(offerings_from, changes=offering_changes),
    ] = ()
    """Det här kan du få hjälp med, from Utbud: what the unit offers today, by name."""
    help: Annotated[tuple[TextBlock, ...], said_by("kka", "texts"), made_by(texts_in("help"))] = ()
    """Det här kan du få hjälp med, from KKA."""
    news: Annotated[tuple[TextBlock, ...], said_by("kka", "texts"), made_by(texts_in("news"))] = ()
    """Aktuellt."""
    read_more: Annotated[tuple[TextBlock, ...], said_by("kka", "texts"), made_by(texts_in("read_more"))] = ()
    """Läs mer."""
    your_visit: Annotated[tuple[TextBlock, ...], said_by("kka", "texts"), made_by(texts_in("your_visit"))] = ()
    """Ditt besök hos oss."""
    seek_care: Annotated[tuple[TextBlock, ...], said_by("kka", "texts"), made_by(texts_in("seek_care"))] = ()
    """Så söker du vård hos oss."""
    practical_information: Annotated[
        tuple[TextBlock, ...], said_by("kka", "texts"), made_by(texts_in("practical_information"))
    ] = ()
    """Praktisk information."""
    vaccination: Annotated[
        tuple[OfferedVaccine, ...],
        said_by("vaccinera", "vaccines"),
        made_by(vaccination_from, changes=vaccination_changes),
    ] = ()
    """Vaccination: the vaccines that the unit offers, and the times that are left."""
    listing: Annotated[Listing | None, made_by(listing_from)] = None
    """Listning: there where one can list oneself."""
    patient_survey: Annotated[PatientSurvey | None, made_by(patient_survey_from)] = None
    """Nationell patientenkät."""

    @property
    def lenders(self) -> dict[str, str]:
        """Return the units that the card borrows e-services of: HSA-id → name, in the order of the ids."""
        lenders = (service.lender for service in self.eservices if service.lender)
        return dict(sorted((lender.hsa_id, lender.name) for lender in lenders))
