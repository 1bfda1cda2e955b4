"""Whether an asker already has what it asks for (RFC 9110, If-None-Match).

Here: tags, and the condition that names them. Not here: what a tag is made of.
"""


def names(if_none_match: str, content_hash: str) -> bool:
    """Tell whether the condition names the content; here weak tags compare as strong ones."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return not tags.isdisjoint({"*", tag_of(content_hash)})


def tag_of(content_hash: str) -> str:
    """Return the entity tag of a content."""
    return f'"{content_hash}"'
