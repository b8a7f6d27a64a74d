"""
The login at Feide, or any other OpenID provider: authorization code with PKCE, state and nonce.

django-allauth walks it. What it leaves open for this provider is done here: it sends no nonce, takes an id_token from the
token endpoint without looking at its signature, and takes `sub` from userinfo without comparing it.
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
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from gradereg.sign_in.refused import Reason, SignInRefused

ALGORITHMS = ["RS256", "PS256", "ES256"]  # never one with a shared secret, nor "none"
CLOCKS_APART = 60  # seconds that two clocks may differ
FEIDE_NAME_CLAIMS = ("https://n.feide.no/claims/eduPersonPrincipalName", "eduPersonPrincipalName")
# ASCII only: other letters may become these when written in lower case.
FEIDE_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]*@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+", re.ASCII)
FEIDE_NAME_LENGTH = 150  # it becomes the user name too
SUB_LENGTH = SocialAccount._meta.get_field("uid").max_length


@dataclass(frozen=True)
class VerifiedIdentity:
    """Whom the provider vouches for: `issuer` and `sub` are their key, `feide_name` is `user@realm` in lower case."""

    issuer: str
    sub: str
    feide_name: str
    name: str
    id_token: str
    end_session_endpoint: str


class _Endpoints(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The provider's addresses as its discovery document names them, and ours to come back to."""

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
    """The one provider of the settings. Its state in the session names the issuer, so that none is taken for another."""

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
        """The discovery document. Raises SignInRefused when it speaks for another issuer."""
        config: dict[str, Any] = self.endpoints.openid_config
        if config.get("issuer") != settings.OIDC_ISSUER:
            raise SignInRefused(Reason.UNTRUSTED)
        return config


def login_address(request: HttpRequest, *, next_url: str) -> str:
    """
    Where to send the browser for a login at the provider; what must come back with it is kept in the session.

    Raises SignInRefused when the provider can't be reached.
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
    Whom the provider vouches for in the callback `request`, and where they wanted to go.

    Raises SignInRefused when the login was not begun in this session or has been used, failed at the provider, can't be
    verified, or lacks what we ask of everybody: the second factor when set, a Feide name, an allowed realm.
    """
    provider = _Provider(request)
    try:
        # Takes it out of the session: nothing can come back with it twice.
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
        # An answer of another shape than the standard's.
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
        id_token=tokens["id_token"],
        end_session_endpoint=str(config.get("end_session_endpoint", "")),
    )


def _verified(id_token: str, keys: dict[str, Any]) -> dict[str, Any]:
    """The claims of an id_token that the provider signed for us, a short while ago."""
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
    """The id_token answers this very login, and no other process has taken it already."""
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SignInRefused(Reason.UNTRUSTED)
    if not cache.add(f"nonce:{hashlib.sha256(nonce.encode()).hexdigest()}", 1, STATE_TTL + CLOCKS_APART):
        raise SignInRefused(Reason.NOT_OURS)


def _feide_name(userinfo: dict[str, Any]) -> str:
    given = next((userinfo[claim] for claim in FEIDE_NAME_CLAIMS if claim in userinfo), None)
    if not isinstance(given, str) or len(given) > FEIDE_NAME_LENGTH or not FEIDE_NAME.fullmatch(given):
        raise SignInRefused(Reason.GUEST)
    feide_name = given.lower()
    if feide_name.partition("@")[2] not in settings.OIDC_REALMS:
        raise SignInRefused(Reason.REALM)
    return feide_name


def _name(userinfo: dict[str, Any]) -> str:
    name = userinfo.get("name")
    return " ".join(name.split())[:200] if isinstance(name, str) and name.isprintable() else ""
