"""Messages of Django with our own Norwegian translations. Our catalogues take precedence over Django's."""

from django.utils.translation import gettext_noop

gettext_noop("This field is required.")
gettext_noop("Select a valid choice. That choice is not one of the available choices.")
gettext_noop("Select a valid choice. %(value)s is not one of the available choices.")
gettext_noop("Enter a valid date.")
gettext_noop("Enter a whole number.")
