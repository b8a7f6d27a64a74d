"""
Removal of allauth's models from the admin: with write access to pinned accounts or providers one can become anybody.

`manage.py release_feide` unpins a person.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin

admin.site.unregister([EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession])
