"""
The login at Feide or another OpenID provider: authorization code flow with PKCE, state and nonce.

Built on django-allauth, with the checks that it lacks for such a provider: it sends no nonce, does not verify the
signature of an id_token from the token endpoint, and does not compare userinfo's `sub` with the token's.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.statekit import STATE_TTL
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.urls import reverse

from gradereg.sign_in.refused import Reason, SignInRefused

ALGORITHMS = ["RS256", "PS256", "ES256"]  # never a shared secret, never "none"
CLOCKS_APART = 60  # seconds that the clocks may differ
FEIDE_NAME_CLAIMS = ("https://n.feide.no/claims/eduPersonPrincipalName", "eduPersonPrincipalName")
# ASCII only: lower-casing turns some other letters into ASCII.
FEIDE_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]*@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+", re.ASCII)
EMAIL_LENGTH = 254
FEIDE_NAME_LENGTH = 150  # it is also the user name
SUB_LENGTH = SocialAccount._meta.get_field("uid").max_length


@dataclass(frozen=True)
class VerifiedIdentity:
    """A person confirmed by the provider: `issuer` and `sub` are the key, `feide_name` is `user@realm` in lower case."""

    issuer: str
    sub: str
    feide_name: str
    name: str
    id_token: str
    end_session_endpoint: str
    email: str = ""


class _Endpoints(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The provider's endpoints from its discovery document, and our callback."""

    def __init__(self, request: HttpRequest, provider: "_Provider") -> None:
        super().__init__(request, provider.app.provider_id)
        self.provider = provider

    def get_provider(self) -> "_Provider":
        return self.provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("feide-callback"))

    def get_json(self, url: str, token: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with get_adapter().get_requests_session() as session:
            answer = session.get(url, headers=headers)
            answer.raise_for_status()
            return answer.json()


class _Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """The provider of the settings. The state in the session contains the issuer, so providers can't be mixed up."""

    def __init__(self, request: HttpRequest) -> None:
        app = SocialApp(
            provider=self.id,
            provider_id=settings.OIDC_ISSUER,
            name="Feide",
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={
                "server_url": settings.OIDC_ISSUER.rstrip("/"),
                "oauth_pkce_enabled": True,
                "scope": settings.OIDC_SCOPES,
            },
        )
        super().__init__(request, app=app)
        self.endpoints = _Endpoints(request, self)

    def get_oauth2_adapter(self, request: HttpRequest) -> _Endpoints:
        return self.endpoints

    @property
    def config(self) -> dict[str, Any]:
        """Return the discovery document. Raise SignInRefused if it belongs to another issuer."""
        config: dict[str, Any] = self.endpoints.openid_config
        if config.get("issuer") != settings.OIDC_ISSUER:
            raise SignInRefused(Reason.UNTRUSTED)
        return config


def login_address(request: HttpRequest, *, next_url: str) -> str:
    """
    Return the provider's URL for a login; state, nonce and PKCE verifier are kept in the session.

    Raise SignInRefused if the provider can't be reached.
    """
    provider, nonce = _Provider(request), secrets.token_urlsafe(32)
    asked = {"nonce": nonce} | ({"acr_values": settings.OIDC_ACR} if settings.OIDC_ACR else {})
    try:
        _ = provider.config
        answer = provider.redirect(request, "login", next_url=next_url, auth_params=asked, nonce=nonce)
    except (requests.RequestException, OAuth2Error, KeyError, TypeError, AttributeError) as error:
        raise SignInRefused(Reason.DOWN) from error
    return str(answer.url)


def complete_login(request: HttpRequest) -> tuple[VerifiedIdentity, str]:
    """
    Return the identity of the callback `request`, and the URL to go on to.

    Raise SignInRefused if the login was not begun in this session, was used before, failed at the provider, can't be
    verified, or lacks a requirement: the second factor if configured, a Feide name, an allowed realm.
    """
    provider = _Provider(request)
    try:
        # Removes the state from the session, so it works only once.
        state = provider.unstash_redirect_state(request, request.GET.get("state", ""))
    except PermissionDenied as error:
        raise SignInRefused(Reason.NOT_OURS) from error
    if "error" in request.GET or not request.GET.get("code"):
        cancelled = request.GET.get("error") == provider.endpoints.login_cancelled_error
        raise SignInRefused(Reason.CANCELLED if cancelled else Reason.FAILED)
    try:
        identity = _vouched(request, provider, state)
    except (requests.ConnectionError, requests.Timeout) as error:
        raise SignInRefused(Reason.DOWN) from error
    except (requests.RequestException, OAuth2Error, jwt.PyJWTError) as error:
        raise SignInRefused(Reason.UNTRUSTED) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # The answer does not follow the standard.
        raise SignInRefused(Reason.UNTRUSTED) from error
    return identity, state.get("next") or ""


def _vouched(request: HttpRequest, provider: _Provider, state: dict[str, Any]) -> VerifiedIdentity:
    config, endpoints = provider.config, provider.endpoints
    client = endpoints.get_client(request, provider.app)
    tokens = endpoints.get_access_token_data(request, provider.app, client, state["pkce_code_verifier"])
    claims = _verified(tokens["id_token"], endpoints.get_json(config["jwks_uri"]))
    _refuse_replayed(claims, state["nonce"])
    if settings.OIDC_ACR and claims.get("acr") != settings.OIDC_ACR:
        raise SignInRefused(Reason.ACR)
    userinfo = endpoints.get_json(config["userinfo_endpoint"], tokens["access_token"])
    if userinfo["sub"] != claims["sub"]:
        raise SignInRefused(Reason.UNTRUSTED)
    return VerifiedIdentity(
        issuer=claims["iss"],
        sub=claims["sub"],
        feide_name=_feide_name(userinfo),
        name=_name(userinfo),
        email=_email(userinfo),
        id_token=tokens["id_token"],
        end_session_endpoint=str(config.get("end_session_endpoint", "")),
    )


def _verified(id_token: str, keys: dict[str, Any]) -> dict[str, Any]:
    """Return the claims of an id_token that the provider signed for us and that has not expired."""
    kid = jwt.get_unverified_header(id_token).get("kid")
    fitting = [key for key in jwt.PyJWKSet.from_dict(keys).keys if kid in (None, key.key_id)]
    if len(fitting) != 1:
        raise SignInRefused(Reason.UNTRUSTED)
    claims: dict[str, Any] = jwt.decode(
        id_token,
        fitting[0],
        algorithms=ALGORITHMS,
        issuer=settings.OIDC_ISSUER,
        audience=settings.OIDC_CLIENT_ID,
        leeway=CLOCKS_APART,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    meant_for = claims.get("azp", settings.OIDC_CLIENT_ID)
    sub = claims["sub"]
    if meant_for != settings.OIDC_CLIENT_ID or not isinstance(sub, str) or not 0 < len(sub) <= SUB_LENGTH:
        raise SignInRefused(Reason.UNTRUSTED)
    return claims


def _refuse_replayed(claims: dict[str, Any], nonce: str) -> None:
    """Raise SignInRefused if the id_token is not for this login, or another process has used it."""
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SignInRefused(Reason.UNTRUSTED)
    if not cache.add(f"nonce:{hashlib.sha256(nonce.encode()).hexdigest()}", 1, STATE_TTL + CLOCKS_APART):
        raise SignInRefused(Reason.NOT_OURS)


def _feide_name(userinfo: dict[str, Any]) -> str:
    value = next((userinfo[claim] for claim in FEIDE_NAME_CLAIMS if claim in userinfo), None)
    if not isinstance(value, str) or len(value) > FEIDE_NAME_LENGTH or not FEIDE_NAME.fullmatch(value):
        raise SignInRefused(Reason.GUEST)
    feide_name = value.lower()
    if feide_name.partition("@")[2] not in settings.OIDC_REALMS:
        raise SignInRefused(Reason.REALM)
    return feide_name


def _name(userinfo: dict[str, Any]) -> str:
    name = userinfo.get("name")
    return " ".join(name.split())[:200] if isinstance(name, str) and name.isprintable() else ""


def _email(userinfo: dict[str, Any]) -> str:
    """Return the address, which is for mail only and never a key: Feide does not verify it."""
    email = userinfo.get("email")
    try:
        validate_email(email if isinstance(email, str) and len(email) <= EMAIL_LENGTH else "")
    except ValidationError:
        return ""
    return str(email)
