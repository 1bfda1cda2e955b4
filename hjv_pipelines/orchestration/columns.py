"""The columns of the assets and where each comes from, read from the models that declare them.

Here: records and cards as Dagster's column schema and column lineage. Not here: the declarations
(`cards/model.py`, the sources' records).
See https://docs.dagster.io/guides/build/assets/metadata-and-tags/table-metadata
"""

import dagster as dg
from pydantic import BaseModel

from hjv_pipelines.cards.provenance import CardField, card_fields, field_origins, type_in_words
from hjv_pipelines.orchestration.presentation import presentation


def record_columns(record: type[BaseModel]) -> dg.TableSchema:
    """Return the fields of a source's record."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, type_in_words(field.annotation), field.description)
            for name, field in record.model_fields.items()
        ]
    )


def made_columns(model: type[BaseModel]) -> dg.TableSchema:
    """Return every field of what is made (the card, the unit register) by its path, with who says it."""
    return dg.TableSchema(
        columns=[dg.TableColumn(field.path, field.type, _described(field)) for field in card_fields(model)]
    )


def _described(field: CardField) -> str:
    said_by = "; ".join(f"{origin.source}: {', '.join(origin.fields)}" for origin in field.origins)
    return f"{field.description} ({said_by})" if said_by else field.description


def column_lineage(model: type[BaseModel]) -> dg.TableColumnLineage:
    """Return, for every field of what is made (the card, the unit register), the sources' fields that say it.

    It belongs to an asset's definition: at each materialisation, 40 kB of it made the page of the cards' events wait
    for half a minute.
    """
    return dg.TableColumnLineage(
        deps_by_column={
            path: [
                dg.TableColumnDep(asset_key=presentation(source).asset, column_name=name) for source, name in origins
            ]
            for path, origins in field_origins(model).items()
        }
    )
