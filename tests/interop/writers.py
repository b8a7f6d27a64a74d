"""Every program and library to try, with its tasks."""

from dataclasses import dataclass
from typing import Protocol

from .environments import (
    HERE,
    DebianEnvironment,
    Gnumeric,
    Job,
    LibreOffice,
    Missing,
    NodeEnvironment,
    PythonEnvironment,
)

ALL = ("build", "edit", "read")


class Environment(Protocol):
    """The environment that runs a writer."""

    def version(self) -> str:
        """Return the version, after installing the writer if possible. May raise NotAvailableError."""

    def perform(self, job: Job) -> None:
        """Run one task. May raise WriterError."""


@dataclass(frozen=True)
class Writer:
    """One program or library, and its tasks; `resave` is for one that can only save a list again."""

    name: str
    environment: Environment
    can: tuple[str, ...] = ALL


def _python(name: str, *packages: str, can: tuple[str, ...] = ALL) -> Writer:
    return Writer(name, PythonEnvironment(name, packages), can)


def _npm(name: str, versions: str, can: tuple[str, ...] = ALL) -> Writer:
    return Writer(name, NodeEnvironment(name, versions), can)


def _r(name: str, package: str, can: tuple[str, ...] = ALL) -> Writer:
    asks = ("Rscript", "-e", f"cat(as.character(packageVersion('{name}')))")
    return Writer(
        f"R {name}",
        DebianEnvironment(package, asks, ("Rscript", str(HERE / "in_r.R"), name), "tabs"),
        can,
    )


def _perl(name: str, package: str, can: tuple[str, ...]) -> Writer:
    asks = ("perl", f"-M{name}", "-e", f"print ${name}::VERSION")
    return Writer(
        f"Perl {name}", DebianEnvironment(package, asks, ("perl", str(HERE / "in_perl.pl"), name)), can
    )


WRITERS = (
    _python("openpyxl", "openpyxl>=3.1.5,<3.2"),
    _python("XlsxWriter", "XlsxWriter>=3.2.5,<4", can=("build",)),
    _python("pandas with openpyxl", "pandas>=2.2,<4", "openpyxl>=3.1.5,<3.2"),
    _python(
        "pandas with XlsxWriter and calamine",
        "pandas>=2.2,<4",
        "XlsxWriter>=3.2.5,<4",
        "python-calamine>=0.4,<1",
    ),
    _python("polars", "polars>=1.30,<3", "fastexcel>=0.14,<1", "XlsxWriter>=3.2.5,<4"),
    _python("PyExcelerate", "PyExcelerate>=0.13,<0.14", can=("build",)),
    _python("pyexcel", "pyexcel>=0.7,<0.8", "pyexcel-xlsx>=0.6,<0.7"),
    _python("tablib", "tablib[xlsx]>=3.8,<4"),
    _python("rust_xlsxwriter", "rustpy-xlsxwriter>=0.8,<0.9", can=("build",)),
    _python("excelize", "excelize>=0.1,<0.2"),
    _python("pylightxl", "pylightxl>=1.61,<2"),
    _python("aspose-cells-foss", "aspose-cells-foss>=26,<27"),
    _python("calamine", "python-calamine>=0.4,<1", can=("read",)),
    _python("xlsx2csv", "xlsx2csv>=0.8,<0.9", can=("read",)),
    _npm("exceljs", ">=4.4.0 <5"),
    _npm("@protobi/exceljs", ">=4.4.0-protobi.1 <5"),
    _npm("@zurmokeeper/exceljs", ">=4.4.9 <5"),
    _npm("xlsx", ">=0.18.5 <0.19"),
    _npm("@e965/xlsx", ">=0.20.3 <0.21"),
    _npm("xlsx-js-style", ">=1.2.0 <2"),
    _npm("xlsx-populate", ">=1.21.0 <2"),
    _npm("excel4node", ">=1.8.2 <2", ("build",)),
    _npm("node-xlsx", ">=0.21.0 <0.22"),
    _npm("write-excel-file", ">=2.3.0 <5", ("build",)),
    _npm("read-excel-file", ">=5.8.0 <10", ("read",)),
    _npm("better-xlsx", ">=0.7.6 <0.8", ("build",)),
    Writer("LibreOffice", LibreOffice()),
    Writer("Gnumeric", Gnumeric(), ("resave", "read")),
    _r("openxlsx", "r-cran-openxlsx"),
    Writer("R writexl", Missing("Debian 12 has no package of it")),
    _r("readxl", "r-cran-readxl", ("read",)),
    _perl("Excel::Writer::XLSX", "libexcel-writer-xlsx-perl", ("build",)),
    _perl("Spreadsheet::ParseXLSX", "libspreadsheet-parsexlsx-perl", ("read",)),
    Writer("Apache POI", Missing("Debian 12's package lacks the classes of its schemas and opens no .xlsx")),
    Writer("PhpSpreadsheet", Missing("Debian has no package of it")),
)
