"""The kinds of care unit that have contact cards, with the codes that HSA marks them by.

Here: names, codes (of HSA's lists, as far as they are public), how common each kind is. Not here: single
units (`care_units.py`).
"""

from dataclasses import dataclass

HOSPITAL, HEALTH_CENTRE, AT_A_DISTANCE = "01", "02", "03"
"""Codes of hsaBusinessType ("Enhetstyp")."""

OUTPATIENT, INPATIENT, AT_HOME = "01", "02", "03"
"""Codes of careType ("Vård- och omsorgsform")."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of unit: the form of its `names` (`{house}`, `{town}`), its codes, and its `share` of all cards.

    `eservices` is the part of such units that offers e-services.
    """

    names: tuple[str, ...]
    classifications: tuple[tuple[str, str], ...]
    share: int
    care_types: tuple[str, ...] = (OUTPATIENT,)
    business_type: str | None = None
    hours: str = "office"
    eservices: float = 0.6


KINDS = (
    Kind(
        ("Vårdcentralen {house}", "{house}s vårdcentral", "Vårdcentralen {house}, {town}"),
        (("1502", "Allmänmedicin"),),
        share=70,
        business_type=HEALTH_CENTRE,
        eservices=1.0,
    ),
    Kind(("Barnavårdscentralen {house}", "BVC {house}"), (("1504", "Barnhälsovård/BVC"),), share=60),
    Kind(
        ("Barnmorskemottagningen {house}",),
        (("1505", "Barnmorskemottagning"),),
        share=40,
        eservices=0.9,
    ),
    Kind(
        ("Distriktssköterskemottagningen {house}",),
        (("1506", "Distriktssköterskeverksamhet"),),
        share=60,
        care_types=(OUTPATIENT, AT_HOME),
        hours="clinic",
    ),
    Kind(("Ungdomsmottagningen i {town}",), (("1519", "Ungdomsmottagning"),), share=20, hours="evening"),
    Kind(
        ("Jourcentralen i {town}", "Närakuten {house}"),
        (("1500", "Akutverksamhet, primärvårdsjour"),),
        share=12,
        hours="late",
    ),
    Kind(
        ("{town}s sjukhus", "Lasarettet {house}"),
        (("1013", "Medicin, barn och ungdom"), ("1311", "Gynekologi")),
        share=6,
        care_types=(OUTPATIENT, INPATIENT),
        business_type=HOSPITAL,
        hours="always",
    ),
    Kind(
        ("Barn- och ungdomsmottagningen {house}",),
        (("1013", "Medicin, barn och ungdom"),),
        share=40,
    ),
    Kind(("Gynekologmottagningen {house}",), (("1311", "Gynekologi"),), share=50),
    Kind(
        ("Psykiatriska mottagningen {house}", "Vuxenpsykiatri {town}"),
        (("1604", "Allmänpsykiatri, vuxna"),),
        share=80,
        hours="clinic",
    ),
    Kind(
        ("Psykiatrisk avdelning {house}",),
        (("1604", "Allmänpsykiatri, vuxna"),),
        share=25,
        care_types=(INPATIENT,),
        hours="always",
        eservices=0.0,
    ),
    Kind(
        ("Habiliteringen {house}",),
        (("1007", "Habilitering, barn och ungdom"), ("1404", "Habilitering, vuxna")),
        share=30,
        hours="clinic",
    ),
    Kind(("Rehabmottagningen {house}",), (("1402", "Arbetsterapi"), ("1413", "Sjukgymnastik")), share=120),
    Kind(
        ("Psykologmottagningen {house}",),
        (("1411", "Psykologverksamhet, vuxna"), ("1407", "Kuratorsverksamhet")),
        share=70,
        hours="clinic",
    ),
    Kind(("Dietistmottagningen {house}",), (("1403", "Dietistverksamhet"),), share=20, hours="clinic"),
    Kind(
        ("Folktandvården {house}", "Tandläkarna {house}", "Folktandvården i {town}"),
        (("1800", "Tandvårdsverksamhet"),),
        share=180,
        hours="clinic",
        eservices=0.4,
    ),
    Kind(
        ("Hemsjukvården {house}",),
        (("1506", "Distriktssköterskeverksamhet"),),
        share=60,
        care_types=(AT_HOME,),
        hours="always",
        eservices=0.0,
    ),
    Kind(("Blodcentralen i {town}",), (("1202", "Blodverksamhet"),), share=8, hours="evening", eservices=0.0),
)
