"""What cards are searched by: one narrow row a card, which a trigger keeps in step within the publication."""

from alembic import op

revision = "0007_search"
down_revision = "0004_unit_register"

TABLE = """
-- words: what a search looks in, in small letters. card_hash: the card that the row was read from.
CREATE TABLE hjv.searched_cards (
    hsa_id text COLLATE "C" PRIMARY KEY REFERENCES hjv.cards ON DELETE CASCADE,
    card_hash text COLLATE "C" NOT NULL,
    region text NOT NULL,
    name text NOT NULL,
    words text COLLATE "C" NOT NULL,
    kind_codes text[] NOT NULL,
    kinds text[] NOT NULL,
    municipality_code text,
    municipality text,
    latitude double precision,
    longitude double precision
);
CREATE INDEX searched_cards_of_region ON hjv.searched_cards (region);

-- The databases' own lower() leaves å, ä and ö alone where their locale is C.
CREATE FUNCTION hjv.small_letters(text) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN translate(lower($1), 'ÅÄÖÉÜ', 'åäöéü');

CREATE FUNCTION hjv.keep_searched_cards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM hjv.searched_cards s USING written w WHERE s.hsa_id = w.hsa_id AND w.card_hash IS NULL;
    INSERT INTO hjv.searched_cards AS s
    SELECT w.hsa_id, w.card_hash, w.region, header ->> 'name',
        hjv.small_letters(concat_ws(' ', header ->> 'name', header ->> 'locality', header ->> 'alternate_names',
            find -> 'municipality' ->> 'name', w.hsa_id, array_to_string(kind.names, ' '))),
        kind.codes, kind.names, find -> 'municipality' ->> 'code', find -> 'municipality' ->> 'name',
        (find -> 'position' ->> 'latitude')::double precision, (find -> 'position' ->> 'longitude')::double precision
    FROM written w
    JOIN hjv.contents k ON k.content_hash = w.card_hash
    CROSS JOIN LATERAL json_to_record(k.body::json) AS card (header json, find json, kinds json)
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(one.code) FILTER (WHERE one.code IS NOT NULL), '{}'),
            coalesce(array_agg(one.name) FILTER (WHERE one.name IS NOT NULL), '{}')
        FROM json_to_recordset(card.kinds -> 'business_types') AS one (code text, name text)
    ) AS kind (codes, names)
    WHERE NOT EXISTS (SELECT FROM hjv.searched_cards h
                      WHERE (h.hsa_id, h.card_hash, h.region) = (w.hsa_id, w.card_hash, w.region))
    ON CONFLICT (hsa_id) DO UPDATE SET
        card_hash = excluded.card_hash, region = excluded.region, name = excluded.name, words = excluded.words,
        kind_codes = excluded.kind_codes, kinds = excluded.kinds, municipality_code = excluded.municipality_code,
        municipality = excluded.municipality, latitude = excluded.latitude, longitude = excluded.longitude;
    RETURN NULL;
END $$;

CREATE TRIGGER search_new_cards AFTER INSERT ON hjv.cards REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION hjv.keep_searched_cards();
CREATE TRIGGER search_changed_cards AFTER UPDATE ON hjv.cards REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION hjv.keep_searched_cards();

-- The cards that stand already.
UPDATE hjv.cards SET card_hash = card_hash;
"""


def upgrade() -> None:
    """Create the table and what keeps it, and fill it."""
    op.execute(TABLE)


def downgrade() -> None:
    """Remove it all."""
    op.execute(
        "DROP TRIGGER search_new_cards ON hjv.cards; DROP TRIGGER search_changed_cards ON hjv.cards; "
        "DROP FUNCTION hjv.keep_searched_cards; DROP TABLE hjv.searched_cards; DROP FUNCTION hjv.small_letters"
    )
