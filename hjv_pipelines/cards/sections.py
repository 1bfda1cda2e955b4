"""The card's sections, each from what HSA says of the unit.

Here: which value of HSA's record goes where on the card. Not here: the shape of a section and its origins
(`model.py`), the values that need a module of their own (`address.py`, `telephone.py`, `hours.py`,
`eservices.py`).
"""

from datetime import date

from hjv_pipelines import codes
from hjv_pipelines.cards.address import postal_address, visiting_address
from hjv_pipelines.cards.facts import UnitFacts
from hjv_pipelines.cards.hours import hours_from
from hjv_pipelines.cards.model import About, Contact, Find, Header, Kinds, UnitHours
from hjv_pipelines.cards.parts import AgeRange, CodedValue, Image, UnitFunction
from hjv_pipelines.cards.swedish import ages, alphabetical
from hjv_pipelines.cards.telephone import call_address, telephone
from hjv_pipelines.regions import municipalities, region_of_county
from hjv_pipelines.sources.hsa.record import AgeRule, HsaUnit


def header(unit: HsaUnit) -> Header:
    """Return the top of the card."""
    return Header(
        name=unit.public_name or _name_with_locality(unit),
        locality=unit.location,
        alternate_names=tuple(sorted(set(unit.alternate_names), key=alphabetical)),
    )


def kinds(unit: HsaUnit) -> Kinds:
    """Return what kind of unit it is."""
    return Kinds(
        business_types=_coded("business_type", unit.business_types),
        care_types=_coded("care_type", unit.care_types),
        business_classifications=tuple(
            CodedValue(code=code, name=name)
            for code, name in sorted({(pair.code, pair.name) for pair in unit.business_classifications})
        ),
        ownership=_coded("management", unit.managements),
    )


def contact(unit: HsaUnit, today: date) -> Contact:
    """Return how to reach the unit."""
    return Contact(
        visiting_address=visiting_address(unit),
        postal_address=postal_address(unit),
        telephones=tuple(map(telephone, unit.telephone_numbers)),
        switchboard=telephone(unit.switchboard_number) if unit.switchboard_number else None,
        text_telephones=tuple(map(call_address, unit.text_telephone_numbers)),
        video_telephone=call_address(unit.video_phone) if unit.video_phone else None,
        fax=tuple(map(telephone, unit.fax_numbers)),
        mail=unit.mail,
        web=unit.web_page,
        functions=tuple(
            UnitFunction(
                name=function.name,
                telephones=tuple(map(telephone, function.telephone_numbers)),
                hours=hours_from(function.telephone_hours, today),
            )
            for function in sorted(unit.unit_functions, key=lambda function: alphabetical(function.name))
        ),
    )


def hours(unit: HsaUnit, today: date) -> UnitHours:
    """Return the unit's hours, as they are or are to be from `today`."""
    return UnitHours(
        opening=hours_from(unit.surgery_hours, today),
        telephone=hours_from(unit.telephone_hours, today),
        drop_in=hours_from(unit.drop_in_hours, today),
        visiting=hours_from(unit.visiting_hours, today),
    )


def about(unit: HsaUnit) -> About:
    """Return what the unit says of itself."""
    return About(
        description=unit.description,
        more=unit.extra_information,
        patient_information=unit.patient_information,
        ages=tuple(_age_range(rule) for rule in sorted(unit.age_rules, key=_age_order) if not _says_nothing(rule)),
        visiting_rules=unit.visiting_rules,
        referral_rules=unit.referral_rules,
        photo=Image(jpeg=unit.photo, text=unit.photo_text) if unit.photo else None,
        logotype=Image(jpeg=unit.logotype, text=unit.logotype_text) if unit.logotype else None,
    )


def find(facts: UnitFacts, unit: HsaUnit) -> Find:
    """Return where the unit is. A distance unit has no map, whatever coordinates it may have been given."""
    county, municipality = unit.county_code, municipalities().get(unit.municipality_code or "")
    return Find(
        position=None if facts.is_distance_unit else facts.position,
        county=CodedValue(code=county, name=region_of_county(county).county_name) if county else None,
        municipality=CodedValue(
            code=unit.municipality_code, name=municipality.name if municipality else unit.municipality_name
        )
        if unit.municipality_code
        else None,
        route=unit.route,
        indoor_route=unit.indoor_route,
    )


def _name_with_locality(unit: HsaUnit) -> str:
    """Return name and locality, as HSA makes a public name, unless the name tells the locality already."""
    if unit.location is None or unit.location.casefold() in unit.name.casefold().split():
        return unit.name
    return f"{unit.name} {unit.location}"


def _coded(code_list: str, values: tuple[str, ...]) -> tuple[CodedValue, ...]:
    """Return codes with their names, in order; what is no code is the clear text that HSA has instead."""
    return tuple(
        CodedValue(code=value, name=codes.name(code_list, value)) if value.isdecimal() else CodedValue(name=value)
        for value in sorted(set(values))
    )


def _age_range(rule: AgeRule) -> AgeRange:
    return AgeRange(
        from_age=rule.from_age,
        to_age=rule.to_age,
        comment=rule.comment,
        text=ages(rule.from_age, rule.to_age, rule.comment),
    )


def _says_nothing(rule: AgeRule) -> bool:
    return rule.from_age == 0 and rule.to_age is None and rule.comment is None


def _age_order(rule: AgeRule) -> tuple[int, int, str]:
    return rule.from_age, -1 if rule.to_age is None else rule.to_age, rule.comment or ""
