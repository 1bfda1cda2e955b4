"""What KKA says of a unit's e-services, read: its own, the borrowed ones, their order.

Here: what each entry needs. Not here: the e-services that are borrowed (1177 e-tjänster has them), and the list on the
card (`cards/`).
"""

from collections.abc import Iterator, Mapping
from typing import get_args

from hjv_pipelines.hsa_id import spelled_in
from hjv_pipelines.sources.json_values import items, line, mapping
from hjv_pipelines.sources.kka.record import BorrowedEServices, EServiceKey, EServiceOrigin, OwnEService
from hjv_pipelines.sources.kka.rules import Findings
from hjv_pipelines.sources.texts import text
from hjv_pipelines.sources.web_addresses import is_web_address

_ORIGINS: Mapping[str, EServiceOrigin] = {origin: origin for origin in get_args(EServiceOrigin)}


def read_own(said: object, findings: Findings) -> tuple[OwnEService, ...]:
    """Return the e-services that the editors made, in their order; of those with one id, the first."""
    services: dict[str, OwnEService] = {}
    for each in map(mapping, items(said)):
        identity, name, url = (line(each.get(member)) for member in ("id", "name", "url"))
        if identity is None or identity in services or name is None or url is None or not is_web_address(url):
            findings.breaks("eServices", "own_eservice", name or identity or url)
            continue
        description = each.get("description")
        services[identity] = OwnEService(
            id=identity,
            name=name,
            description=text(description).value if isinstance(description, str) else None,
            url=url,
        )
    return tuple(services.values())


def read_borrowed(said: object, borrower: str, findings: Findings) -> tuple[BorrowedEServices, ...]:
    """Return what the unit `borrower` borrows, by lender; a lender that is named twice is one."""
    chosen: dict[str, set[str] | None] = {}
    for each in map(mapping, items(said)):
        lender = spelled_in(line(each.get("lender")) or "")
        if lender is None or lender == borrower:
            findings.breaks("borrowedEServices", "borrowed_lender", each.get("lender"))
            continue
        services = each.get("services")
        if services == "all":
            chosen[lender] = None
        elif isinstance(services, list):
            others = chosen.setdefault(lender, set())
            if others is not None:
                others.update(identity for service in services if (identity := line(service)) is not None)
        else:
            findings.breaks("borrowedEServices", "borrowed_services", services)
    return tuple(
        BorrowedEServices(lender=lender, resource_ids=None if services is None else tuple(sorted(services)))
        for lender, services in sorted(chosen.items())
        if services != set()
    )


def read_order(said: object, findings: Findings) -> tuple[EServiceKey, ...]:
    """Return the editor's order, each e-service once, at its first place."""
    return tuple(dict.fromkeys(_keys(said, findings)))


def _keys(said: object, findings: Findings) -> Iterator[EServiceKey]:
    for each in map(mapping, items(said)):
        origin, identity = _ORIGINS.get(line(each.get("origin")) or ""), line(each.get("id"))
        lender = spelled_in(line(each.get("lender")) or "") if origin == "borrowed" else None
        if origin is None or identity is None or (origin == "borrowed" and lender is None):
            findings.breaks("eServiceOrder", "eservice_order", dict(each))
        else:
            yield EServiceKey(origin=origin, id=identity, lender=lender)
