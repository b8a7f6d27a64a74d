"""
`python -m tests.access` writes docs/reference/generated/access.md: each route and role, of the site and of the
admin.
"""

from tests.access import table as pages
from tests.admin import table as support
from tests.docs.generated import write_page

write_page(
    "access",
    "Every route and every role",
    "python -m tests.access",
    pages.markdown(pages.TABLE, [pages.WHO[role] for role in pages.ROLES]),
    "## The admin",
    pages.markdown(support.TABLE, support.ROLES),
)
