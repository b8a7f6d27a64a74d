"""The admin's search by POST, as support searches for names and candidate numbers (see responses/searches.py)."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.http import HttpRequest, HttpResponse

from committees.responses.searches import KEY, search_of, show_search


class QuietChangeList(ChangeList):
    def get_query_string(self, new_params: Any = None, remove: Iterable[str] | None = None) -> str:
        """Return the query of links to other pages, orders and filters, without the search."""
        return super().get_query_string(new_params, [*(remove or []), SEARCH_VAR])


class PostedSearch(admin.ModelAdmin[Any]):
    """Admin whose search is posted by the form in templates/admin/search_form.html."""

    list_max_show_all = list_per_page = 1000

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QuietChangeList

    def get_preserved_filters(self, request: HttpRequest) -> str:
        """Return the filters with which a row's page links back to this list, without the search."""
        return "" if SEARCH_VAR in request.GET else super().get_preserved_filters(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and SEARCH_VAR in request.POST:
            return show_search(request, request.POST[SEARCH_VAR], **{SEARCH_VAR: ""})
        asked = request.GET.copy()
        asked.pop(SEARCH_VAR, None)
        # Django's change list would take it for a filter.
        asked.pop(KEY, None)
        if search := search_of(request):
            asked[SEARCH_VAR] = search
        request.GET = asked  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)
