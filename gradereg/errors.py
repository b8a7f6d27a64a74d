"""
The pages of requests that can't be answered: 400, 403, 404, 413, 500 and 503.

None of them reads the request's body, which may be what is wrong with it. Django's own 403 and 404 pages do.
"""

import logging
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django_guid import get_guid, set_guid
from django_guid.utils import generate_guid

from gradereg.outages import is_outage, styles, unavailable
from gradereg.uploads import too_large

logger = logging.getLogger(__name__)


def unreadable(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """What could not be read: too much of it (413), or broken on its way (400)."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    if not hasattr(request, "user"):
        # Refused before anybody looked who asks, so there is no page of theirs to show it in.
        return HttpResponse(
            _("This request can’t be read.") + "\n", status=400, content_type="text/plain; charset=utf-8"
        )
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: BaseException) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: BaseException) -> HttpResponse:
    return render(request, "404.html", status=404)


def crashed(request: HttpRequest) -> HttpResponse:
    """
    Return the page for the exception that is being handled, and log it once: 503 for an outage, 500 for a fault of ours.
    A body that broke off on its way is neither (400).

    Needs nothing that could have failed, such as a database. Every exception that no other handler takes comes here, also
    those of middleware and of the other handlers, so each 500 has its cause in the log.
    """
    error = sys.exc_info()[1]
    if not get_guid():
        # Asking for news fails before the middleware that numbers requests.
        set_guid(generate_guid())
    if is_outage(error):
        logger.error("Database or cache unavailable", exc_info=error)
        return unavailable(request)
    if isinstance(error, UnreadablePostError):
        return unreadable(request)
    logger.error("Internal Server Error", exc_info=error)
    # Says the number under which the fault stands in the log.
    page = render_to_string("500.html", {"number": get_guid() or "", "styles": styles()})
    return HttpResponse(page, status=500)
