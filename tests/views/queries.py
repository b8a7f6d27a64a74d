from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from committees.models import User


def queries_of(client: Client, url: str, data: Any = None, **extra: Any) -> int:
    """Return the number of queries of a GET, or of a POST of `data`; the response must be successful."""
    # A person's first POST saves the language; do not count this.
    User.objects.filter(last_language="").update(last_language="en")
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url, **extra) if data is None else client.post(url, data, **extra)
    assert response.status_code in (200, 302), response.status_code
    return len(queries)
