"""Fast rendering of rows gives the same as their template."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.template import engines
from django.test.utils import override_script_prefix
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from committees.enums import Attendance, LogAction
from committees.grade_scales import grade_label
from committees.models import Candidate, LogEntry, User
from committees.templatetags import rows as tag

FAST = "{% load rows %}{% rows candidates oob=oob %}"
ONE_BY_ONE = '{% for candidate in candidates %}{% include "grading/_row.html" %}{% endfor %}'
HOSTILE = ["", "Kari", "<b>&\"'", "%(pk)s %s %%", tag.PK, tag.NUMBER, tag.BY, tag.TOKEN, "{{ candidate }}"]

words = st.sampled_from(HOSTILE) | st.text(max_size=8)
numbers = st.sampled_from(["1", "10001", "0011", tag.PK, tag.UPLOAD[:17]]) | st.from_regex(
    r"[0-9]{1,20}", fullmatch=True
)
moments = st.integers(0, 60 * 24 * 800).map(lambda minutes: timezone.now() - timedelta(minutes=minutes))
entries = st.builds(
    LogEntry,
    pk=st.integers(1, 10**6),
    action=st.sampled_from([*LogAction.of_grades()]),
    by=st.builds(User, name=words, username=st.just("somebody")),
    at=moments,
    upload_id=st.none() | st.integers(1, 10**12),
)
candidates = st.builds(
    Candidate,
    pk=st.integers(1, 10**12),
    number=numbers,
    name=words,
    grade=st.sampled_from(["", "A", "F"]),
    attendance=st.sampled_from(Attendance.values),
    grade_entry=st.none() | entries,
)


def drawn(source: str, context: dict[str, Any]) -> str:
    """Return the rendered template without line breaks."""
    return tag.BETWEEN_LINES.sub("><", engines["django"].from_string(source).render(context))


@given(
    people=st.lists(candidates, max_size=6, unique_by=lambda one: one.grade_entry and one.grade_entry.pk),
    is_anonymous=st.booleans(),
    is_locked=st.booleans(),
    oob=st.booleans(),
    language=st.sampled_from(["en", "nb", "nn"]),
    scale=st.sampled_from(["ABCDEF", ["Pass", "NotPass"]]),
    token=words,
    prefix=st.sampled_from(["/", "/practice/1/you/", "/practice/2/you/"]),
    data=st.data(),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rows_equal_their_template(
    people: list[Candidate],
    is_anonymous: bool,
    is_locked: bool,
    oob: bool,
    language: str,
    scale: Sequence[str],
    token: str,
    prefix: str,
    data: st.DataObject,
) -> None:
    some = st.sets(st.sampled_from([one.number for one in people])) if people else st.just(set())
    context = {
        "candidates": people,
        "oob": oob,
        "committee": SimpleNamespace(is_locked=is_locked),
        "exam": SimpleNamespace(is_anonymous=is_anonymous),
        "choices": [(grade, grade_label(grade)) for grade in scale],
        "changed_numbers": data.draw(some),
        "by_others": data.draw(some),
        "csrf_token": token,
    }
    with translation.override(language), override_script_prefix(prefix):
        assert drawn(FAST, context) == drawn(ONE_BY_ONE, context)


def test_similar_rows_render_the_template_once() -> None:
    tag._drawn.cache_clear()
    people = [Candidate(pk=pk, number=str(pk)) for pk in range(1, 1001)]
    text = drawn(
        "{% load rows %}{% rows first %}{% rows second %}", {"first": people[:500], "second": people[500:]}
    )
    assert (text.count("<tr "), tag._drawn.cache_info().misses) == (1000, 1)
