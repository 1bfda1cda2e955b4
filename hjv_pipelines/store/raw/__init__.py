"""Raw inputs: what the sources answered to an import, kept as received, so that a day can be replayed.

Files named by their content in the data folder, an index in the database. Headers are never kept, and questions only
as hashes: no secret can be in them.
"""
