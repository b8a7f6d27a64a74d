"""The admin's search by POST, see responses/searches.py: support looks for names and candidate numbers."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.http import HttpRequest, HttpResponse

from committees.responses.searches import KEY, search_of, show_search


class QuietChangeList(ChangeList):
    def get_query_string(self, new_params: Any = None, remove: Iterable[str] | None = None) -> str:
        """Links to other pages, orders and filters, which begin anew without the search."""
        return super().get_query_string(new_params, [*(remove or []), SEARCH_VAR])


class PostedSearch(admin.ModelAdmin[Any]):
    """An admin whose search is posted; templates/admin/search_form.html is its form."""

    list_max_show_all = list_per_page = 1000

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QuietChangeList

    def get_preserved_filters(self, request: HttpRequest) -> str:
        """What a row's page carries along to come back to this list; never the search."""
        return "" if SEARCH_VAR in request.GET else super().get_preserved_filters(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and SEARCH_VAR in request.POST:
            return show_search(request, request.POST[SEARCH_VAR], **{SEARCH_VAR: ""})
        asked = request.GET.copy()
        asked.pop(SEARCH_VAR, None)
        # Not there for Django's change list, which would take it for a filter.
        asked.pop(KEY, None)
        if search := search_of(request):
            asked[SEARCH_VAR] = search
        request.GET = asked  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)
