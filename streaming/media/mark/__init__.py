"""A guest's own copy of a picture, with who looks and when drawn into its pixels: films (`film`), live video (`live`).

Decoding happens in processes of their own, without secrets: a crash, a hang or a hole in a decoder ends one of those
and nothing else. Whoever cannot be given a marked picture is given none. See docs/adr/0019.
"""

from streaming.native import path_of

__path__ = path_of(__name__, __path__)
