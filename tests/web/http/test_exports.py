"""Tables to take away: read back by other programs, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask, Response
from python_calamine import CalamineWorkbook

from eventhub.web.http.exports import Cell, csv_response, defused, option_marks, xlsx_response

#: A time on the wall clock, as spreadsheets understand it.
WALL = datetime(2026, 3, 2, 9, 30, tzinfo=UTC).replace(tzinfo=None)
FORMULAS = ["=1+1", "+cmd|1", "-A1", "@SUM(A1)", "\t=1", "\r=1"]
#: What a spreadsheet would read as a number or a date: it would lose its zeros, its sign or its meaning.
NUMBERS = ["0401234567", "+358 40 123 4567", "(09) 123 45", "-5", "1/2", "3.4", "12345678901234567", "1E5", "00"]
ROWS: list[list[Cell]] = [
    ["Äijälä; Åsa", "a\nb", 5, WALL, None],
    *([formula, 'say "hi"', -5, None, "https://example.org"] for formula in FORMULAS),
]
HEADER = ["Name", "=Role", "Number", "When", "Link"]


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def content(response: Response) -> bytes:
    response.direct_passthrough = False
    return response.get_data()


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_begins_like_a_formula_is_defused(formula: str) -> None:
    assert defused(formula) == "'" + formula


@pytest.mark.parametrize("number", NUMBERS)
def test_a_text_like_a_number_stays_a_text(number: str, request_context: None) -> None:
    assert defused(number) == f'="{number}"'
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(xlsx_response("list", "Sheet", ["Phone"], [[number]]))))
    assert book.get_sheet_by_index(0).to_python()[1] == [number]


def test_each_option_has_a_cell_of_its_own() -> None:
    assert option_marks(["b", "a"], ["a", "b", "c"]) == [1, 1, 0]
    assert option_marks(None, ["a", "b"]) == [None, None]


@pytest.mark.parametrize("cell", ["a=1", "", "25", "0", '1"&1', "Äijälä", 5, -5, None, WALL])
def test_cells_without_a_formula_are_unchanged(cell: Cell) -> None:
    assert defused(cell) == cell


def test_a_csv_is_read_back(request_context: None) -> None:
    response = csv_response("väki/../list", HEADER, ROWS)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="vaki_.._list.csv"'
    data = content(response)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0] == ["Name", "'=Role", "Number", "When", "Link"]
    assert rows[1] == ["Äijälä; Åsa", "a\nb", "5", "2026-03-02 09:30", ""]
    assert [row[0] for row in rows[2:]] == ["'" + formula for formula in FORMULAS]
    assert {row[2] for row in rows[2:]} == {"-5"}


def test_a_long_csv_comes_in_pieces(request_context: None) -> None:
    response = csv_response("list", ["Number"], ([number] for number in range(1000)))
    pieces = list(response.response)
    assert len(pieces) == 11
    assert b"".join(pieces).decode("utf-8-sig").split() == ["Number", *map(str, range(1000))]  # type: ignore[arg-type]


def test_an_xlsx_holds_texts_as_texts(request_context: None) -> None:
    response = xlsx_response("list", "A name of a sheet that is much too long", HEADER, ROWS)
    data = content(response)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["A name of a sheet that is much "]
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == HEADER
    assert rows[1] == ["Äijälä; Åsa", "a\nb", 5.0, WALL, ""]
    assert [str(row[0]).replace("_x000D_", "\r") for row in rows[2:]] == FORMULAS
    assert {row[2] for row in rows[2:]} == {-5.0}
    assert rows[2][4] == "https://example.org"


def test_an_empty_table_has_its_head(request_context: None) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(xlsx_response("x", "Sheet", HEADER, []))))
    assert book.get_sheet_by_index(0).to_python() == [HEADER]
