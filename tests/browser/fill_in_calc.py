"""
Filling in a grade sheet with LibreOffice Calc, headless, saved as .xlsx.

Run by a Python that has LibreOffice's `uno` module: fill_in_calc.py IN OUT CELL=TEXT ... A TEXT that begins with =
becomes a formula, and digits become a number, as if typed.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def setting(name: str, value: Any) -> Any:
    it = PropertyValue()
    it.Name, it.Value = name, value
    return it


def desktop(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _attempt in range(240):
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except NoConnectException:
            time.sleep(0.25)
    sys.exit("LibreOffice did not start")


def fill_in(source: str, target: str, cells: list[str]) -> None:
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"gradereg{Path(profile).name}"
        office = subprocess.Popen(
            [
                "soffice",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
                "--headless",
                "--norestore",
                "--nologo",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            office_desktop = desktop(pipe)
            document = office_desktop.loadComponentFromURL(
                Path(source).resolve().as_uri(), "_blank", 0, (setting("Hidden", True),)
            )
            sheet = document.Sheets.getByIndex(0)
            for cell in cells:
                place, _equals, text = cell.partition("=")
                # setFormula works like typing: digits become a number, = starts a formula.
                sheet.getCellRangeByName(place).setFormula(text)
            kind = setting("FilterName", "Calc MS Excel 2007 XML")
            document.storeToURL(Path(target).resolve().as_uri(), (kind,))
            document.close(True)
            office_desktop.terminate()
        finally:
            office.terminate()
            office.wait(timeout=30)


if __name__ == "__main__":
    fill_in(sys.argv[1], sys.argv[2], sys.argv[3:])
