"""The pages of requests that can't be read, and of our own faults."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django_guid import get_guid

from gradereg.uploads import too_large


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What could not be read: too much of it (413), or broken on its way (400)."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    if not hasattr(request, "user"):
        # Refused before anybody looked who asks, so there is no page of theirs to show it in.
        return HttpResponse(
            _("This request can't be read.") + "\n", status=400, content_type="text/plain; charset=utf-8"
        )
    return render(request, "400.html", status=400)


def crashed(request: HttpRequest) -> HttpResponse:
    """Says the number under which the fault stands in the log. Needs nothing that could have failed, such as a database."""
    page = render_to_string("500.html", {"number": get_guid() or "", "styles": styles()})
    return HttpResponse(page, status=500)


def styles() -> list[str]:
    """The addresses of our style sheets; none where they were never collected, which may be the very fault."""
    try:
        return [static("bootstrap/bootstrap.min.css"), static("css/gradereg.css")]
    except ValueError:
        return []
