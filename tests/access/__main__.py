"""`python -m tests.access` prints the tables of routes and roles as Markdown: of the pages, then of the admin."""

from tests.access import table as pages
from tests.admin import table as support

print(pages.markdown(pages.TABLE, [pages.WHO[role] for role in pages.ROLES]))
print()
print(pages.markdown(support.TABLE, support.ROLES))
