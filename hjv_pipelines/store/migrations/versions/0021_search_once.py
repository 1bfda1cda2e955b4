"""A card is read once for the search, and only one that changed, whatever PostgreSQL knows of the tables' sizes.

Before, the planner was free to read the header of every content in the store, document or card, before it looked which
ones were written; with fresh statistics it did so for each large region. And each card was read six times over.
"""

from importlib import import_module

from alembic import op

revision = "0021_search_once"
down_revision = "0020_repeated"

CARE = """
CREATE FUNCTION hjv.care_on(card jsonb, OUT care text[], OUT care_codes text[], OUT care_words text)
IMMUTABLE LANGUAGE sql RETURN (
    SELECT row(coalesce(array_agg(name ORDER BY place, name), '{}'),
        coalesce(array_agg(code ORDER BY place, name), '{}'),
        coalesce(hjv.small_letters(string_agg(' ' || name, '')), ''))
    FROM (
        SELECT coalesce(one ->> 'name', one ->> 'code'), one ->> 'code', 1
        FROM jsonb_array_elements(card -> 'kinds' -> 'business_classifications') AS one
        UNION SELECT one ->> 'name', one -> 'type' ->> 'code', 2 FROM jsonb_array_elements(card -> 'offerings') AS one
        UNION SELECT one ->> 'heading', NULL, 3 FROM jsonb_array_elements(card -> 'help') AS one
        UNION SELECT 'Vaccination: ' || (one ->> 'name'), one ->> 'code', 4
        FROM jsonb_array_elements(card -> 'vaccination') AS one
    ) AS told (name, code, place)
    WHERE name IS NOT NULL
);
"""

KEEP = """
CREATE OR REPLACE FUNCTION hjv.keep_searched_cards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM hjv.searched_cards s USING written w WHERE s.hsa_id = w.hsa_id AND w.card_hash IS NULL;
    WITH changed AS MATERIALIZED (
        SELECT w.hsa_id, w.card_hash, w.region, k.body::jsonb AS card
        FROM written w JOIN hjv.contents k ON k.content_hash = w.card_hash
        WHERE NOT EXISTS (SELECT FROM hjv.searched_cards h
                          WHERE (h.hsa_id, h.card_hash, h.region) = (w.hsa_id, w.card_hash, w.region))
    )
    INSERT INTO hjv.searched_cards AS s
    SELECT hsa_id, card_hash, region, header ->> 'name',
        hjv.small_letters(concat_ws(' ', header ->> 'name', header ->> 'locality', header ->> 'alternate_names',
            municipality ->> 'name', hsa_id, array_to_string(kind.names, ' '))),
        kind.codes, kind.names, municipality ->> 'code', municipality ->> 'name',
        (position ->> 'latitude')::double precision, (position ->> 'longitude')::double precision,
        care.care, care.care_codes, care.care_words
    FROM changed
    CROSS JOIN LATERAL (
        SELECT card -> 'header', card -> 'find' -> 'municipality', card -> 'find' -> 'position'
    ) AS part (header, municipality, position)
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(one.code) FILTER (WHERE one.code IS NOT NULL), '{}'),
            coalesce(array_agg(one.name) FILTER (WHERE one.name IS NOT NULL), '{}')
        FROM jsonb_to_recordset(card -> 'kinds' -> 'business_types') AS one (code text, name text)
    ) AS kind (codes, names)
    CROSS JOIN LATERAL hjv.care_on(card) AS care
    ON CONFLICT (hsa_id) DO UPDATE SET
        card_hash = excluded.card_hash, region = excluded.region, name = excluded.name, words = excluded.words,
        kind_codes = excluded.kind_codes, kinds = excluded.kinds, municipality_code = excluded.municipality_code,
        municipality = excluded.municipality, latitude = excluded.latitude, longitude = excluded.longitude,
        care = excluded.care, care_codes = excluded.care_codes, care_words = excluded.care_words;
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    """Let the trigger read what changed, once; the rows that stand stay as they are."""
    op.execute(CARE)
    op.execute(KEEP)


def downgrade() -> None:
    """Read as before."""
    import_module("hjv_pipelines.store.migrations.versions.0013_search_care").keep_with_care()
    op.execute("DROP FUNCTION hjv.care_on(jsonb)")
