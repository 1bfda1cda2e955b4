"""Trap 22: temporary information, the yellow box of the card."""

from datetime import timedelta

from hjv_pipelines.sandbox.dirt.dirt import visible
from hjv_pipelines.sandbox.draft import Draft

_NOTICE = "unitTemporaryInformation"
_LONG = timedelta(days=45)


@visible(trap=22, often=10)
def notice_with_impossible_date(draft: Draft) -> None:
    """Write a date that cannot be: nobody can tell when the text holds, so it is not shown."""
    variants = ("20101131;;Vi har flyttat.", "20250230;20250301;Vi har stängt.", ";20251301;Ny telefon.")
    draft.spoil(_NOTICE, "date_impossible", draft.by_turns(*variants))
    draft.facts["notice"] = None


@visible(trap=22, often=20)
def notice_without_separators(draft: Draft) -> None:
    """Write the text alone, or one date and the text."""
    draft.spoil(_NOTICE, "notice_syntax", draft.by_turns("Vi har stängt på fredag.", "20250101;Vi har flyttat."))
    draft.facts["notice"] = None


@visible(trap=22, often=60)
def notice_with_semicolons(draft: Draft) -> None:
    """Put semicolons into the text, where they are text."""
    text = "Stängt måndag; tisdag; onsdag. Ring 1177; de ger råd."
    today = draft.surroundings.today
    _show(draft, f"{today - _LONG:%Y%m%d};{today + _LONG:%Y%m%d};{text}", text)


@visible(trap=22, often=200)
def notice_without_end(draft: Draft) -> None:
    """Show it until somebody takes it away: with a beginning, or without."""
    text = "Ingången från torget är stängd."
    begins = draft.by_turns(f"{draft.surroundings.today - 8 * _LONG:%Y%m%d}", "")
    _show(draft, f"{begins};;{text}", text)


@visible(trap=22, often=100)
def notice_expired(draft: Draft) -> None:
    """Let it be over."""
    today = draft.surroundings.today
    _show(draft, f"{today - 2 * _LONG:%Y%m%d};{today - _LONG:%Y%m%d};Vi hade semesterstängt.", None)


@visible(trap=22, often=100)
def notice_to_come(draft: Draft) -> None:
    """Let it be still to come."""
    today = draft.surroundings.today
    _show(draft, f"{today + _LONG:%Y%m%d};{today + 2 * _LONG:%Y%m%d};Vi kommer att bygga om.", None)


def _show(draft: Draft, raw: str, shown: str | None) -> None:
    draft.put(_NOTICE, raw)
    draft.facts["notice"] = shown
