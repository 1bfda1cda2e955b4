"""Images as HSA carries them: base64 in one line.

Here: the smallest picture that is a JPEG, and things that are none. Not here: who has one.
"""

from base64 import b64encode

_GREY_PIXEL = b"".join(
    (
        b"\xff\xd8",  # start of image
        b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
        b"\xff\xdb\x00\x43\x00" + bytes([1] * 64),  # quantisation table: all ones
        b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00",  # baseline, 1 by 1, one component
        b"\xff\xc4\x00\x14\x00\x01" + bytes(16),  # Huffman table, DC: the one code 0 says "no difference"
        b"\xff\xc4\x00\x14\x10\x01" + bytes(16),  # Huffman table, AC: the one code 0 says "end of block"
        b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x3f",  # scan: both codes, then padding
    )
)
_END_OF_IMAGE = b"\xff\xd9"

JPEG = b64encode(_GREY_PIXEL + _END_OF_IMAGE).decode()
"""One grey pixel."""

PNG = b64encode(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR").decode()
"""The beginning of a PNG: HSA has taken nothing but JPEG since 2021."""

LARGE_JPEG = b64encode(
    _GREY_PIXEL[:20]
    + b"".join(b"\xff\xfe\x80\x00" + bytes(0x7FFE) for _ in range(7))
    + _GREY_PIXEL[20:]
    + _END_OF_IMAGE
).decode()
"""The same pixel under comments of 229 kB: more than the 200 kB that a card takes."""
