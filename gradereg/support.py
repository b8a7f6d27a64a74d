"""Where to ask about the site, from the settings, as a template tag."""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("components/_support.html")
def support() -> dict[str, str]:
    """Show name, address and page of the support, or the words for a site without them."""
    return {"name": settings.SUPPORT_NAME, "email": settings.SUPPORT_EMAIL, "url": settings.SUPPORT_URL}
