"""The pages' templates: markup in `templates/`, escaped throughout, with the Swedish words of `swedish.py`.

Here: how a template becomes an answer. Not here: what a page shows (`card_page.py`, `start_page.py`).
"""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, PackageLoader, StrictUndefined

from hjv_pipelines.cards.swedish import ages, long_date, period
from hjv_pipelines.delivery import explained, figures, offerings, swedish
from hjv_pipelines.delivery.map_picture import map_picture
from hjv_pipelines.delivery.plain_section import plain_section
from hjv_pipelines.findings import words
from hjv_pipelines.regions import REGIONS


def page(
    request: Request,
    template: str,
    content: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a page in HTML."""
    return _TEMPLATES.TemplateResponse(request, template, dict(content), status, headers)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hjv_pipelines.delivery"),
        # Whatever a source wrote is text, never markup (trap 28).
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "alert_kind": swedish.alert_kind,
        "after_colon": swedish.after_colon,
        "age": swedish.age,
        "explained_field": words.field_label,
        "explained_finding": explained.finding,
        "explained_value": explained.value,
        "figure": figures.figure,
        "figure_details": figures.details,
        "ages": ages,
        "brief_moment": swedish.brief_moment,
        "capitalised": swedish.capitalised,
        "coordinates": swedish.coordinates,
        "county_name": swedish.county_name,
        "eservice_conditions": swedish.eservice_conditions,
        "eservice_origin": swedish.eservice_origin,
        "long_date": long_date,
        "map_link": swedish.map_link,
        "map_picture": map_picture,
        "mender": words.mender,
        "moment": swedish.moment,
        "number": swedish.number,
        "offering_conditions": offerings.conditions,
        "opening": swedish.opening,
        "percent": swedish.percent,
        "period": period,
        "plain_section": plain_section,
        "place_in_words": swedish.place_in_words,
        "question": explained.question,
        "queue": swedish.queue,
        "reached": offerings.reached,
        "reason": swedish.reason,
        "refusal": swedish.refusal,
        "remedy": explained.remedy,
        "source_name": words.source_title,
        "survey_missing": swedish.survey_missing,
    }
    environment.globals["regions"] = REGIONS
    return environment


_TEMPLATES = Jinja2Templates(env=_environment())
