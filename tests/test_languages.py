from datetime import date
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from committees.files.grade_sheet import read_grade_sheet
from tests.conftest import People, candidate, grade, seat
from tests.views.html import page_of

pytestmark = pytest.mark.db_independent

LOCALE = Path(settings.LOCALE_PATHS[0])
OTHERS = [code for code, _name in settings.LANGUAGES if code != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_catalogues_are_complete(language: str) -> None:
    catalogue = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy] == []


@pytest.mark.parametrize("language", OTHERS)
def test_compiled_catalogues_are_up_to_date(language: str) -> None:
    folder = LOCALE / language / "LC_MESSAGES"
    written, compiled = polib.pofile(str(folder / "django.po")), polib.mofile(str(folder / "django.mo"))
    told = [{(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in each} for each in (written, compiled)]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("language", "tab", "window", "confirm"),
    [
        ("nb", "Vurdering", "Gå til felles vurdering", "Godkjenn felles vurdering"),
        ("nn", "Vurdering", "Gå til felles vurdering", "Godkjenn felles vurdering"),
    ],
)
def test_fields_have_the_expected_words(language: str, tab: str, window: str, confirm: str) -> None:
    with translation.override(language):
        words = (pgettext("tab", "Grade"), gettext("Open Final Grading"), gettext("Confirm Final Grading"))
    assert words == (tab, window, confirm)


def test_page_and_list_use_the_language_of_the_browser(people: People) -> None:
    client = Client(headers={"accept-language": "nb-NO,nb;q=0.9,en;q=0.5"})
    client.force_login(people.kari)
    page = client.get(f"/committees/{seat(people.kari, people.one).committee_id}/").content.decode()
    assert '<html lang="nb">' in page
    assert "Godkjenn felles vurdering" in page
    file = client.get(f"/committees/{people.one.pk}/download/")
    assert "kommisjon" in file["Content-Disposition"]


@pytest.mark.parametrize(
    ("language", "day"), [("en", "3 May 2026"), ("nb", "3. mai 2026"), ("nn", "3. mai 2026")]
)
def test_dates_are_written_in_each_language(language: str, day: str) -> None:
    with translation.override(language):
        assert date_format(date(2026, 5, 3)) == day


@pytest.mark.parametrize(("language", "said"), [("en", "Pass"), ("nb", "Bestått"), ("nn", "Bestått")])
def test_word_grades_are_translated_on_every_page(people: People, language: str, said: str) -> None:
    client = Client(headers={"accept-language": language})
    client.force_login(people.kari)
    grade(people.kari, people.three, c20001="Pass", c20002="Pass")
    one, sheet = candidate("20001").pk, people.three.pk
    for path in (f"committees/{sheet}/confirm", f"candidates/{one}", f"committees/{sheet}/read-back"):
        main = page_of(client.get(f"/{path}/")).one("main").text
        assert (said in main, "Pass" in main) == (True, said == "Pass")
    file = client.get(f"/committees/{sheet}/download/").content
    assert {row.grade_cell.text for row in read_grade_sheet(file).rows if row.grade_cell} == {"Pass"}
