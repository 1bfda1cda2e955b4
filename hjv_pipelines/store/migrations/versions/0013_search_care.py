"""Cards are found by what care their unit gives as well: its verksamhetskoder, its offers and its vaccines."""

from alembic import op

revision = "0013_search_care"
down_revision = "0012_refused_keeps_partial"

COLUMNS = """
-- care: what the unit does and offers, by name; care_codes: the code of each, null where it has none.
-- care_words: the names in small letters, each word with a blank before it.
ALTER TABLE hjv.searched_cards
    ADD COLUMN care text[] NOT NULL DEFAULT '{}',
    ADD COLUMN care_codes text[] NOT NULL DEFAULT '{}',
    ADD COLUMN care_words text NOT NULL DEFAULT '';

CREATE FUNCTION hjv.care_on(card json, OUT care text[], OUT care_codes text[], OUT care_words text)
IMMUTABLE LANGUAGE sql RETURN (
    SELECT row(coalesce(array_agg(name ORDER BY place, name), '{}'),
        coalesce(array_agg(code ORDER BY place, name), '{}'),
        coalesce(hjv.small_letters(string_agg(' ' || name, '')), ''))
    FROM (
        SELECT coalesce(one ->> 'name', one ->> 'code'), one ->> 'code', 1
        FROM json_array_elements(card -> 'kinds' -> 'business_classifications') AS one
        UNION SELECT one ->> 'name', one -> 'type' ->> 'code', 2 FROM json_array_elements(card -> 'offerings') AS one
        UNION SELECT one ->> 'heading', NULL, 3 FROM json_array_elements(card -> 'help') AS one
        UNION SELECT 'Vaccination: ' || (one ->> 'name'), one ->> 'code', 4
        FROM json_array_elements(card -> 'vaccination') AS one
    ) AS told (name, code, place)
    WHERE name IS NOT NULL
);
"""

KEEP = """
CREATE OR REPLACE FUNCTION hjv.keep_searched_cards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM hjv.searched_cards s USING written w WHERE s.hsa_id = w.hsa_id AND w.card_hash IS NULL;
    INSERT INTO hjv.searched_cards AS s
    SELECT w.hsa_id, w.card_hash, w.region, header ->> 'name',
        hjv.small_letters(concat_ws(' ', header ->> 'name', header ->> 'locality', header ->> 'alternate_names',
            find -> 'municipality' ->> 'name', w.hsa_id, array_to_string(kind.names, ' '))),
        kind.codes, kind.names, find -> 'municipality' ->> 'code', find -> 'municipality' ->> 'name',
        (find -> 'position' ->> 'latitude')::double precision, (find -> 'position' ->> 'longitude')::double precision
        {care}
    FROM written w
    JOIN hjv.contents k ON k.content_hash = w.card_hash
    CROSS JOIN LATERAL json_to_record(k.body::json) AS card (header json, find json, kinds json)
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(one.code) FILTER (WHERE one.code IS NOT NULL), '{{}}'),
            coalesce(array_agg(one.name) FILTER (WHERE one.name IS NOT NULL), '{{}}')
        FROM json_to_recordset(card.kinds -> 'business_types') AS one (code text, name text)
    ) AS kind (codes, names)
    {told}
    WHERE NOT EXISTS (SELECT FROM hjv.searched_cards h
                      WHERE (h.hsa_id, h.card_hash, h.region) = (w.hsa_id, w.card_hash, w.region))
    ON CONFLICT (hsa_id) DO UPDATE SET
        card_hash = excluded.card_hash, region = excluded.region, name = excluded.name, words = excluded.words,
        kind_codes = excluded.kind_codes, kinds = excluded.kinds, municipality_code = excluded.municipality_code,
        municipality = excluded.municipality, latitude = excluded.latitude, longitude = excluded.longitude
        {kept};
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    """Add the columns and let the trigger fill them; 0014 fills those of the cards that stand already."""
    op.execute(COLUMNS)
    keep_with_care()


def keep_with_care() -> None:
    """Let the trigger keep the care as well."""
    op.execute(
        KEEP.format(
            care=", care.care, care.care_codes, care.care_words",
            told="CROSS JOIN LATERAL hjv.care_on(k.body::json) AS care",
            kept=", care = excluded.care, care_codes = excluded.care_codes, care_words = excluded.care_words",
        )
    )


def downgrade() -> None:
    """Remove them."""
    op.execute(KEEP.format(care="", told="", kept=""))
    op.execute(
        "DROP FUNCTION hjv.care_on; "
        "ALTER TABLE hjv.searched_cards DROP COLUMN care, DROP COLUMN care_codes, DROP COLUMN care_words"
    )
