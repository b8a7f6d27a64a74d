"""
Error pages: 400, 403, 404, 413, 500 and 503.

They never read the request's body, which may be the cause of the error. Django's own 403 and 404 pages do.
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
    """Return the page for a request that can't be read: too large (413) or broken (400)."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    if not hasattr(request, "user"):
        # Refused before authentication: the page template needs a user.
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
    Log the exception being handled and return its page: 503 for an outage, 400 for a broken body, otherwise 500.

    Uses nothing that may have failed, such as the database. All unhandled exceptions end here, including those of
    middleware and other error handlers, so every 500 has its cause in the log.
    """
    error = sys.exc_info()[1]
    if not get_guid():
        # The change feed runs before the middleware that sets the request id.
        set_guid(generate_guid())
    if is_outage(error):
        logger.error("Database or cache unavailable", exc_info=error)
        return unavailable(request)
    if isinstance(error, UnreadablePostError):
        return unreadable(request)
    logger.error("Internal Server Error", exc_info=error)
    # The page shows the request id under which the error is logged.
    page = render_to_string("500.html", {"number": get_guid() or "", "styles": styles()})
    return HttpResponse(page, status=500)
