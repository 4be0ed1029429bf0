"""Streamed exports: CSV row by row, XLSX from a file written row by row.

CSV injection (CWE-1236): a spreadsheet runs a cell that begins like a formula, so such a cell gets an apostrophe
before it. A text that a spreadsheet would read as a number or a date, such as a telephone number, is written as a
formula that holds the text, or 0401234567 would become 401234567. In an XLSX each text is written as text, and nothing
needs to be changed.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter
from flask import Response, send_file, stream_with_context
from werkzeug.utils import secure_filename

from eventhub.db import read_only

#: A time is in the event's time zone, without a zone, as spreadsheets understand it.
Cell = str | int | float | bool | date | datetime | None
Rows = Iterable[Sequence[Cell]]

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
#: Digits and the signs of telephone numbers, dates and decimals: nothing that a formula could do harm with.
_NUMBER_LIKE: Final = re.compile(r"(?=.*\d)[\d +()./,:-]+|\d+[eE]\d+")
#: Whole numbers that a spreadsheet shows as they are; it keeps 15 digits.
_WHOLE: Final = re.compile(r"0|[1-9]\d{0,14}")
_MAX_TEXT: Final = 32767  # the longest text of an XLSX cell


def defused(cell: Cell) -> Cell:
    """Return the cell as a spreadsheet may read it from a CSV: no text as a formula, a number or a date."""
    if not isinstance(cell, str) or _WHOLE.fullmatch(cell):
        return cell
    if _NUMBER_LIKE.fullmatch(cell):
        return f'="{cell}"'
    return "'" + cell if cell.startswith(_DANGEROUS) else cell


def option_marks(chosen: Any, options: Iterable[str]) -> list[Cell]:
    """Return a cell for each option, to filter and sum: 1 if chosen, 0 if not, empty without an answer."""
    given = chosen if isinstance(chosen, list) else []
    return [int(option in given) if given else None for option in options]


def csv_response(name: str, header: Sequence[str], rows: Rows) -> Response:
    """Return a CSV (RFC 4180) that local spreadsheets open directly: UTF-8 with BOM, semicolons, CRLF."""

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        writer.writerow([defused(cell) for cell in header])
        for number, row in enumerate(rows):
            writer.writerow([_plain(defused(cell)) for cell in row])
            if number % 100 == 99:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    read_only.set(True)  # everything is committed; a long download must not block writers
    encoded = (chunk.encode("utf-8-sig" if first else "utf-8") for first, chunk in _first(lines()))
    response = Response(stream_with_context(encoded), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{_safe(name)}.csv"'
    return response


def xlsx_response(name: str, sheet: str, header: Sequence[str], rows: Rows) -> Response:
    """Return an XLSX with one sheet and a frozen header row."""
    read_only.set(True)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it after sending
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "d.m.yyyy hh:mm",
        },
    )
    page = book.add_worksheet(sheet[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    page.freeze_panes(1, 0)
    page.set_column(0, max(len(header) - 1, 0), 24)
    for column, title in enumerate(header):
        page.write_string(0, column, title[:_MAX_TEXT], bold)
    count = 0
    for number, row in enumerate(rows, start=1):
        count = number
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number, column, cell[:_MAX_TEXT])
            elif cell is not None:
                page.write(number, column, cell)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # telephone numbers are texts on purpose
    page.autofilter(0, 0, count, max(len(header) - 1, 0))
    book.close()
    file.seek(0)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{_safe(name)}.xlsx", max_age=0)


def _first(items: Iterable[Any]) -> Iterator[tuple[bool, Any]]:
    first = True
    for item in items:
        yield first, item
        first = False


def _plain(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return "" if cell is None else cell


def _safe(name: str) -> str:
    return secure_filename(name) or "export"
