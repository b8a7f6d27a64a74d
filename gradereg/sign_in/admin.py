"""
Nothing of allauth can be changed in the admin: who may write a pinned account or a provider may become anybody.

`manage.py release_feide` unpins somebody.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin

admin.site.unregister([EmailAddress, SocialAccount, SocialApp, SocialToken])
