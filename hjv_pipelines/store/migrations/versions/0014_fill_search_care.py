"""The care of the cards that stand already: a step of its own, for it reads every card and must keep nobody out."""

from alembic import op

revision = "0014_fill_search_care"
down_revision = "0013_search_care"

FILL = """
UPDATE hjv.searched_cards s
SET care = told.care, care_codes = told.care_codes, care_words = told.care_words
FROM hjv.contents k CROSS JOIN LATERAL hjv.care_on(k.body::json) AS told
WHERE k.content_hash = s.card_hash;
"""


def upgrade() -> None:
    """Fill them."""
    op.execute(FILL)


def downgrade() -> None:
    """Leave them: 0013 removes the columns."""
