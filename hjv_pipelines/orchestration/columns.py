"""The columns of the assets and where each comes from, read from the models that declare them.

Here: records and cards as Dagster's column schema and column lineage. Not here: the declarations
(`cards/model.py`, the sources' records).
See https://docs.dagster.io/guides/build/assets/metadata-and-tags/table-metadata
"""

import dagster as dg
from pydantic import BaseModel

from hjv_pipelines.cards.model import ContactCard
from hjv_pipelines.cards.provenance import card_fields, field_origins, type_in_words
from hjv_pipelines.orchestration.presentation import presentation


def record_columns(record: type[BaseModel]) -> dg.TableSchema:
    """Return the fields of a record: a source's, or the unit register's."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, type_in_words(field.annotation), field.description)
            for name, field in record.model_fields.items()
        ]
    )


def card_columns() -> dg.TableSchema:
    """Return every field of the contact card by its path; the card is one JSON document."""
    return dg.TableSchema(
        columns=[dg.TableColumn(field.path, field.type, field.description) for field in card_fields(ContactCard)]
    )


def column_lineage(model: type[BaseModel]) -> dg.TableColumnLineage:
    """Return, for every field of what is made (the card, the unit register), the sources' fields that say it."""
    return dg.TableColumnLineage(
        deps_by_column={
            path: [
                dg.TableColumnDep(asset_key=presentation(source).asset, column_name=name) for source, name in origins
            ]
            for path, origins in field_origins(model).items()
        }
    )
