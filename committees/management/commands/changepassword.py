"""Django's `changepassword`, whose passwords do not count as chosen by support."""

import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword

from committees.models import User


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        result = super().handle(*args, **options)
        User.objects.filter(username=options["username"] or getpass.getuser()).update(
            has_support_password=False
        )
        return result
