"""
Builds, edits and reads a list with one of Python's libraries, in an environment of its own: in_python.py LIBRARY TASK IN OUT

`build` reads rows from the JSON file IN and writes the workbook OUT. `edit` loads the workbook IN, sets the cells that
standard input names (JSON, by place) and saves OUT. `read` writes the rows of IN's first sheet to the JSON file OUT.
"""

import json
import sys
from pathlib import Path
from typing import Any

SHEET = "Grades"
Rows = list[list[str]]


def position(place: str) -> tuple[int, int]:
    """Row and column of "B7", counted from 0. Lists have fewer than 27 columns."""
    return int(place[1:]) - 1, ord(place[0]) - ord("A")


class Openpyxl:
    def build(self, rows: Rows, target: str) -> None:
        from openpyxl import Workbook

        book = Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        book.save(target)

    def edit(self, source: str, cells: dict[str, str], target: str) -> None:
        from openpyxl import load_workbook

        book = load_workbook(source)
        for place, text in cells.items():
            book.worksheets[0][place] = text
        book.save(target)

    def read(self, source: str) -> list[list[Any]]:
        from openpyxl import load_workbook

        return [list(row) for row in load_workbook(source).worksheets[0].iter_rows(values_only=True)]


class Xlsxwriter:
    def build(self, rows: Rows, target: str) -> None:
        from xlsxwriter import Workbook

        with Workbook(target) as book:
            sheet = book.add_worksheet(SHEET)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


class Pandas:
    """Pandas, with one engine for reading and another for writing."""

    def __init__(self, reader: str, writer: str) -> None:
        self.reader, self.writer = reader, writer

    def build(self, rows: Rows, target: str) -> None:
        import pandas

        frame = pandas.DataFrame(rows[1:], columns=rows[0])
        frame.to_excel(target, sheet_name=SHEET, index=False, engine=self.writer)

    def edit(self, source: str, cells: dict[str, str], target: str) -> None:
        import pandas

        frames = pandas.read_excel(
            source, sheet_name=None, header=None, dtype=str, engine=self.reader, keep_default_na=False
        )
        first = next(iter(frames.values()))
        for place, text in cells.items():
            first.iloc[position(place)] = text
        with pandas.ExcelWriter(target, engine=self.writer) as book:
            for name, frame in frames.items():
                frame.to_excel(book, sheet_name=name, header=False, index=False)

    def read(self, source: str) -> list[list[Any]]:
        import pandas

        frame = pandas.read_excel(source, header=None, dtype=str, engine=self.reader, keep_default_na=False)
        return [list(row) for row in frame.itertuples(index=False)]


class Polars:
    def build(self, rows: Rows, target: str) -> None:
        import polars

        frame = polars.DataFrame(rows[1:], schema=rows[0], orient="row")
        frame.write_excel(target, worksheet=SHEET)

    def edit(self, source: str, cells: dict[str, str], target: str) -> None:
        import polars
        from xlsxwriter import Workbook

        frames = polars.read_excel(source, sheet_id=0, has_header=False, drop_empty_rows=False)
        with Workbook(target) as book:
            for number, (name, frame) in enumerate(frames.items()):
                for place, text in cells.items() if number == 0 else ():
                    row, column = position(place)
                    frame[row, column] = text
                frame.write_excel(book, worksheet=name, include_header=False)

    def read(self, source: str) -> list[list[Any]]:
        import polars

        return [list(row) for row in polars.read_excel(source, has_header=False).iter_rows()]


class Pyexcelerate:
    def build(self, rows: Rows, target: str) -> None:
        from pyexcelerate import Workbook

        book = Workbook()
        book.new_sheet(SHEET, data=rows)
        book.save(target)


class Pyexcel:
    def build(self, rows: Rows, target: str) -> None:
        import pyexcel

        pyexcel.save_as(array=rows, dest_file_name=target)

    def edit(self, source: str, cells: dict[str, str], target: str) -> None:
        import pyexcel

        book = pyexcel.get_book(file_name=source)
        for place, text in cells.items():
            book[0][position(place)] = text
        book.save_as(target)

    def read(self, source: str) -> list[list[Any]]:
        import pyexcel

        return list(pyexcel.get_array(file_name=source))


class Tablib:
    def build(self, rows: Rows, target: str) -> None:
        import tablib

        Path(target).write_bytes(tablib.Dataset(*rows[1:], headers=rows[0]).export("xlsx"))

    def edit(self, source: str, cells: dict[str, str], target: str) -> None:
        import tablib

        with open(source, "rb") as file:
            book = tablib.Databook().load(file, "xlsx")
        sheets = []
        for number, old in enumerate(book.sheets()):
            rows = [list(old.headers), *(list(row) for row in old)]
            for place, text in cells.items() if number == 0 else ():
                row, column = position(place)
                rows[row][column] = text
            sheets.append(tablib.Dataset(*rows[1:], headers=rows[0], title=old.title))
        Path(target).write_bytes(tablib.Databook(sheets).export("xlsx"))

    def read(self, source: str) -> list[list[Any]]:
        import tablib

        with open(source, "rb") as file:
            read = tablib.Dataset().load(file, "xlsx")
        return [list(read.headers), *(list(row) for row in read)]


class RustXlsxwriter:
    def build(self, rows: Rows, target: str) -> None:
        from rustpy_xlsxwriter import write_worksheet

        records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        write_worksheet(records, target, sheet_name=SHEET)


class Excelize:
    def build(self, rows: Rows, target: str) -> None:
        import excelize

        book = excelize.new_file()
        for row, texts in enumerate(rows, start=1):
            for column, text in zip("ABC", texts, strict=False):
                book.set_cell_str("Sheet1", f"{column}{row}", text)
        book.save_as(target)

    def edit(self, source: str, cells: dict[str, str], target: str) -> None:
        import excelize

        book = excelize.open_file(source)
        name = book.get_sheet_list()[0]
        for place, text in cells.items():
            book.set_cell_str(name, place, text)
        book.save_as(target)

    def read(self, source: str) -> list[list[Any]]:
        import excelize

        book = excelize.open_file(source)
        return list(book.get_rows(book.get_sheet_list()[0]))


class Pylightxl:
    def build(self, rows: Rows, target: str) -> None:
        import pylightxl

        book = pylightxl.Database()
        book.add_ws(SHEET)
        for row, texts in enumerate(rows, start=1):
            for column, text in enumerate(texts, start=1):
                book.ws(SHEET).update_index(row=row, col=column, val=text)
        pylightxl.writexl(db=book, fn=target)

    def edit(self, source: str, cells: dict[str, str], target: str) -> None:
        import pylightxl

        book = pylightxl.readxl(source)
        for place, text in cells.items():
            book.ws(book.ws_names[0]).update_address(address=place, val=text)
        pylightxl.writexl(db=book, fn=target)

    def read(self, source: str) -> list[list[Any]]:
        import pylightxl

        book = pylightxl.readxl(source)
        return list(book.ws(book.ws_names[0]).rows)


class AsposeFoss:
    def build(self, rows: Rows, target: str) -> None:
        from aspose.cells_foss import Workbook

        book = Workbook()
        for row, texts in enumerate(rows, start=1):
            for column, text in zip("ABC", texts, strict=False):
                book.worksheets[0].cells[f"{column}{row}"].value = text
        book.save(target)

    def edit(self, source: str, cells: dict[str, str], target: str) -> None:
        from aspose.cells_foss import Workbook

        book = Workbook(source)
        for place, text in cells.items():
            book.worksheets[0].cells[place].value = text
        book.save(target)

    def read(self, source: str) -> list[list[Any]]:
        from aspose.cells_foss import Workbook

        cells = Workbook(source).worksheets[0].cells
        rows: list[list[Any]] = []
        while cells[f"A{len(rows) + 1}"].value is not None:
            rows.append([cells[f"{column}{len(rows) + 1}"].value for column in "ABC"])
        return rows


class Calamine:
    def read(self, source: str) -> list[list[Any]]:
        from python_calamine import CalamineWorkbook

        return CalamineWorkbook.from_path(source).get_sheet_by_index(0).to_python()


class Xlsx2csv:
    def read(self, source: str) -> list[list[Any]]:
        import csv
        import io

        from xlsx2csv import Xlsx2csv

        out = io.StringIO()
        Xlsx2csv(source).convert(out)
        return list(csv.reader(io.StringIO(out.getvalue())))


LIBRARIES: dict[str, Any] = {
    "openpyxl": Openpyxl(),
    "XlsxWriter": Xlsxwriter(),
    "pandas with openpyxl": Pandas("openpyxl", "openpyxl"),
    "pandas with XlsxWriter and calamine": Pandas("calamine", "xlsxwriter"),
    "polars": Polars(),
    "PyExcelerate": Pyexcelerate(),
    "pyexcel": Pyexcel(),
    "tablib": Tablib(),
    "rust_xlsxwriter": RustXlsxwriter(),
    "excelize": Excelize(),
    "pylightxl": Pylightxl(),
    "aspose-cells-foss": AsposeFoss(),
    "calamine": Calamine(),
    "xlsx2csv": Xlsx2csv(),
}


def main(name: str, task: str, source: str, target: str) -> None:
    library = LIBRARIES[name]
    if task == "build":
        library.build(json.loads(Path(source).read_text()), target)
    elif task == "edit":
        library.edit(source, json.load(sys.stdin), target)
    else:
        rows = [["" if value is None else str(value) for value in row] for row in library.read(source)]
        Path(target).write_text(json.dumps(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
