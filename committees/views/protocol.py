"""The grading protocol of a confirmed committee: page, PDF, and the public page that checks codes."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from committees.access import Request, committee_with_protocol_for
from committees.actions.protocols import build_protocol, check_code
from committees.files.protocol import PdfFailed, write_protocol
from committees.responses.attachments import attach, file_name, practice_words
from committees.responses.limits import client_address, come_back_later, seconds_to_wait, too_many
from committees.responses.refusals import refusal
from committees.responses.searches import search_of, show_search

logger = logging.getLogger(__name__)


@require_safe
def protocol_page(request: Request, pk: int) -> HttpResponse:
    committee = committee_with_protocol_for(request.user, pk)
    context = {
        "protocol": build_protocol(committee),
        "committee": committee,
        "exam": committee.exam,
        "is_seated": committee.graders.filter(person=request.user).exists(),
        "check_at": request.build_absolute_uri(reverse("check-protocol")),
    }
    return render(request, "protocol/protocol.html", context)


@require_safe
def protocol_pdf(request: Request, pk: int) -> HttpResponse:
    committee = committee_with_protocol_for(request.user, pk)
    check_at = request.build_absolute_uri(reverse("check-protocol"))
    try:
        content = write_protocol(build_protocol(committee), check_at=check_at)
    except PdfFailed:
        logger.exception("The PDF of a protocol could not be written")
        sentence = _(
            "The PDF could not be created. Try again in a minute, or print the protocol page instead."
        )
        response = refusal(request, sentence, status=503)
        response["Retry-After"] = "60"
        return response
    response = HttpResponse(content, content_type="application/pdf")
    exam = committee.exam
    words = (*practice_words(exam), exam.emnekode, exam.arstall, committee.number, _("Grading protocol"))
    return attach(response, file_name(*words, ending="pdf"))


def _other_document(code: str) -> tuple[str, object] | None:
    """Return the template and the content of the document of another package with this code; None if there is none."""
    results = (import_string(finder)(code) for finder in settings.DOCUMENT_FINDERS)
    return next((result for result in results if result), None)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_protocol(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        code = search_of(request)
        found = check_code(code) if code else None
        other = _other_document(code) if code and found is None else None
        return render(request, "protocol/check.html", {"code": code, "found": found, "other": other})
    code = request.POST.get("code", "").replace("\0", "")[:100]
    context = {"code": code, "asked": True}
    if seconds := seconds_to_wait("protocol", client_address(request), settings.PROTOCOL_RATE):
        sentence = _("Too many wrong codes.") + " " + come_back_later(seconds)
        return too_many(render(request, "protocol/check.html", context | {"sentence": sentence}), seconds)
    if check_code(code) or _other_document(code):
        return show_search(request, code)
    # Only wrong codes are counted, so that nobody finds one by trying.
    seconds_to_wait("protocol", client_address(request), settings.PROTOCOL_RATE, counting=True)
    return render(request, "protocol/check.html", context, status=422)
