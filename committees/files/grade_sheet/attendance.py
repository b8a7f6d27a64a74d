"""Words for attendance that people write in the column of grades."""

from collections.abc import Mapping

from committees.enums import Attendance

WORDS: Mapping[Attendance, tuple[str, ...]] = {
    Attendance.ABSENT: (
        *("absent", "didnotattend", "notattended", "noshow"),
        *("ikkemøtt", "ikkemøttopp", "møtteikke", "ikketilstede", "fravær", "fraværende"),
        *("ikkjemøtt", "ikkjemøttopp", "møtteikkje", "ikkjetilstades", "fråvær", "fråverande"),
    ),
    Attendance.WITHDREW: (
        *("withdrew", "withdrawn"),
        *("trukket", "trukketseg", "trakkseg", "trekt", "trektseg", "trekteseg"),
    ),
}
ATTENDANCE_WORDS = {word.casefold(): attendance for attendance, words in WORDS.items() for word in words}
"""The attendance by word, which is casefolded and without spaces and hyphens."""
