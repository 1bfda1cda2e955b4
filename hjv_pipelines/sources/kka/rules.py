"""The rules of KKA's profile, and what an editor can do about what breaks one.

Here: the rules' names and meaning, and gathering findings. Not here: the reading that finds them.
"""

from types import MappingProxyType
from typing import Literal

from hjv_pipelines.sources.source import Finding

RuleName = Literal[
    "content_unit",
    "content_unasked",
    "content_duplicate",
    "content_state",
    "text_id",
    "text_duplicate",
    "text_section",
    "text_empty",
    "text_heading",
    "text_link",
    "text_file",
    "text_shared_missing",
    "markup_removed",
    "own_eservice",
    "borrowed_lender",
    "borrowed_services",
    "eservice_order",
    "mojibake",
    "control_characters",
]

MENDS: MappingProxyType[str, str] = MappingProxyType(
    {
        "content_unit": "the unit is refused, since it has no usable hsaId; give it one",
        "content_unasked": "the answer names a unit that was not asked about; tell the service's owner",
        "content_duplicate": "the unit is there twice and says two things, so that it stays as it was; name it once",
        "content_state": "the unit stays as it was, since its state is neither published nor saved; correct it",
        "text_id": "the text is left out, since it has no id; tell the service's owner",
        "text_duplicate": "the text is there twice and the first one is shown; remove the other",
        "text_section": "the text is left out, since its section is not known here; correct it, or add it here",
        "text_empty": "the text is left out, since it has nothing to show; write it, or remove it",
        "text_heading": "the heading is shown; write it without punctuation and dashes, as the text rules ask",
        "text_link": "the link is left out, being no http or https address; correct it",
        "text_file": "the file is left out, since it has no name or no http or https address; correct it",
        "text_shared_missing": "the region has published no such shared text; publish it, or disconnect it here",
        "markup_removed": "markup that cards do not show was removed; the text is shown without it",
        "own_eservice": "the e-service is left out: it needs an id of its own, a name, and an http or https address",
        "borrowed_lender": "the e-services are left out, since their lender is no other unit's HSA-id; correct it",
        "borrowed_services": "they are left out, being neither all nor a list of ids; choose them again",
        "eservice_order": "the entry is passed over, naming no e-service; put the e-services in order again",
        "mojibake": "letters look as if they had been read in another encoding; they are shown as they came, "
        "write the text again",
        "control_characters": "invisible characters were removed; write the text again without them",
    }
)
"""What breaking a rule means, and what to do. The editors of the unit, or of the region's shared texts, can do it."""


class Findings:
    """Gathers what breaks a rule in what KKA says `of` something: a unit, or a shared text."""

    def __init__(self, of: str) -> None:
        self._of = of
        self._found: list[Finding] = []

    def breaks(self, field: str, rule: str, value: object) -> None:
        """Note that `value` of `field` breaks `rule`, one of `RuleName`."""
        self._found.append(finding(field, rule, value, self._of))

    def all(self) -> tuple[Finding, ...]:
        """Return what was noted."""
        return tuple(self._found)


def finding(field: str, rule: str, value: object, of: str) -> Finding:
    """Return the finding that `value` of `field` breaks `rule`; `of` says what it is of."""
    return Finding(field=field, rule=rule, value="" if value is None else str(value), mend=f"KKA, {of}: {MENDS[rule]}.")
