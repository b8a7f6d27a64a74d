"""Django's `changepassword`; a password from the people who run the server is not one that support chose."""

import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword

from committees.models import User


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        said = super().handle(*args, **options)
        User.objects.filter(username=options["username"] or getpass.getuser()).update(
            has_support_password=False
        )
        return said
