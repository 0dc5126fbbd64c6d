"""Files as they come: other encodings, workbooks, no end, lines without end. Refused with words, or read."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, cast

import pytest

from suspects.bulk.columns import FLAT, Problem, Raw, read_rows
from suspects.bulk.files import LONGEST_LINE, FileRefused, inspect, lines

HEADER = "source_ref,surname,given_names"
TEXT = f"{HEADER}\nN1,Wójcik,Łukasz\n"


def _rows(text: str, *, json_lines: bool = False) -> list[tuple[int, Raw | Problem]]:
    return list(read_rows(lines(BytesIO(text.encode()), "utf-8"), json_lines=json_lines))


def _problem(text: str, *, json_lines: bool = False) -> Problem:
    found = _rows(text, json_lines=json_lines)[-1][1]
    assert isinstance(found, Problem)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_are_read_whatever_their_mark(encoding: str) -> None:
    stream = BytesIO(TEXT.encode(encoding))
    facts = inspect(stream)
    assert facts.lines == 2
    assert facts.sha256 == hashlib.sha256(TEXT.encode(encoding)).hexdigest()
    rows = list(read_rows(lines(stream, facts.encoding), json_lines=False))
    assert rows == [(2, {"source_ref": "N1", "surname": "Wójcik", "given_names": "Łukasz"})]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (TEXT.encode("cp1250"), "Line 2 is not in the encoding"),
        (TEXT.encode("utf-16-le"), "UTF-16 without its byte-order mark"),
        (TEXT.encode("utf-16-be"), "UTF-16 without its byte-order mark"),
        (b"\xff\xfe\x00\x00" + TEXT.encode("utf-32-le"), "UTF-32"),
        (TEXT.encode("utf-16")[:-1], "not in the encoding"),
        (b"PK\x03\x04 a workbook", "workbook"),
        (gzip.compress(TEXT.encode(), mtime=0), "compressed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(body: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words) as refusal:
        inspect(BytesIO(body))
    assert "jcik" not in str(refusal.value), "words about a file never quote it"


class _Endless(BytesIO):
    """Two gigabytes of one line: bytes are made as they are asked for, and counted."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.place, self.most = size, 0, 0

    def seek(self, place: int, whence: int = 0, /) -> int:
        self.place = place
        return place

    def read(self, count: int | None = -1, /) -> bytes:
        assert count is not None
        assert count >= 0, "nobody asks for all of it at once"
        self.most = max(self.most, count)
        count = min(count, self.size - self.place)
        self.place += count
        return b"x" * count

    read1 = read


def test_a_line_of_two_gigabytes_is_never_in_memory() -> None:
    endless = _Endless(40 * 1024 * 1024)  # what is kept does not depend on the size
    found = list(_first(lines(cast(BinaryIO, endless), "utf-8")))
    assert found == [(1, None)]
    assert endless.most <= 1 << 20
    with pytest.raises(FileRefused, match="more than 64,000 characters"):
        next(read_rows(iter(found), json_lines=False))


def _first(found: Iterator[tuple[int, str | None]]) -> Iterator[tuple[int, str | None]]:
    yield next(found)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("source_ref;surname", "commas"),
        ("source_ref\tsurname", "commas"),
        ("Pyke,Darren,06/03/1985", "Column 1 of the header"),
        ("source_ref,surname,shoe_size", "Column 3 of the header"),
        ("source_ref,surname,surname", "surname comes twice"),
        ("surname,given_names", "source_ref is missing"),
        ('source_ref,"surname', "do not close"),
        ("", "no header"),
    ],
)
def test_a_header_that_cannot_be_used_refuses_the_file_without_quoting_it(header: str, words: str) -> None:
    with pytest.raises(FileRefused, match=words) as refusal:
        _rows(f"{header}\n1,2\n" if header else "\n\n")
    assert "Pyke" not in str(refusal.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("N1,Pyke", "2 values, the header 3"),
        ("N1,Pyke,Darren,extra", "4 values, the header 3"),
        ('N1,"Pyke,Darren', "quotes do not close"),
        ('N1,"Py"ke,Darren', "quotes do not close"),
        ("N" * (LONGEST_LINE + 5), "more than 64,000 characters"),
    ],
)
def test_a_line_that_is_no_row_is_named_by_its_number_alone(line: str, words: str) -> None:
    problem = _problem(f"{HEADER}\n\n{line}\n")
    assert words in problem.message
    assert (problem.line, problem.column) == (3, "")
    assert "Pyke" not in problem.message
    after = _rows(f"{HEADER}\n{line}\nN2,Ash,Al\n")
    assert after[-1] == (3, {"source_ref": "N2", "surname": "Ash", "given_names": "Al"}), "the next row is read as ever"


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '"text"', '{"source_ref": NaN}', '{"surname": "A", "surname": "B"}', "[" * 20_000, '{"a": 1} x'],
)
def test_a_line_that_is_not_one_json_object_is_refused(line: str) -> None:
    assert "one JSON object" in _problem(line, json_lines=True).message
    assert "not documented" in _problem('{"shoe_size": 9}', json_lines=True).message


def test_every_documented_column_is_a_column() -> None:
    rows = _rows(",".join(FLAT) + "\n" + ",".join("1" for _ in FLAT))
    assert rows == [(2, dict.fromkeys(FLAT, "1"))]
