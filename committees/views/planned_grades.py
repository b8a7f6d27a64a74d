"""The candidates of a planned exam as a workbook."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committees.access import Request, exam_for, planner_required
from committees.files.candidate_workbook import ListRow, write_candidate_list
from committees.grade_scales import grade_label
from committees.models import Exam
from committees.queries.planned_grades import PlannedCandidate, planned_candidates
from committees.responses.attachments import attach, file_name, practice_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@planner_required
def download(request: Request, pk: int) -> HttpResponse:
    exam, now = exam_for(request.user, pk), timezone.localtime()
    rows = [_row(exam, one) for one in planned_candidates(exam, exam.candidates.by_number())]
    content = write_candidate_list(rows, now, with_names=not exam.is_anonymous)
    return attach(
        HttpResponse(content, content_type=XLSX),
        file_name(
            *practice_words(exam), exam.emnekode, exam.term, _("candidates"), f"{now:%Y-%m-%d}", ending="xlsx"
        ),
    )


def _row(exam: Exam, planned: PlannedCandidate) -> ListRow:
    candidate, committee = planned.candidate, planned.committee
    return ListRow(
        number=candidate.number,
        name="" if exam.is_anonymous else candidate.person,
        committee=str(committee or ""),
        stage=str(committee.stage.label) if committee else "",
        attendance=candidate.get_attendance_display(),
        status=_("Submitted") if candidate.is_submitted else _("Not started"),
        grade=_("Not confirmed yet") if planned.is_hidden else grade_label(planned.grade),
    )
