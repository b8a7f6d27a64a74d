"""
OpenID providers on loopback: oidc-provider-mock in a separate process, and our own with wrong responses.

The mock returns the claims of its users, also in the id_token, but checks no PKCE and always signs correctly.
`FaultyProvider` enforces PKCE, and returns whatever a test sets.
"""

import hmac
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.browser.demo_site import free_port

EPPN = "https://n.feide.no/claims/eduPersonPrincipalName"


class Mock:
    """A running oidc-provider-mock."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"

    def set_claims(self, sub: str, **claims: Any) -> None:
        """Set the claims of `sub`; `feide_name` becomes Feide's own claim."""
        if "feide_name" in claims:
            claims[EPPN] = claims.pop("feide_name")
        requests.put(f"{self.issuer}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def approve(self, address: str, sub: str) -> str:
        """Sign in at the provider as `sub`; return the address of the redirect."""
        answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
        return answer.headers["Location"]

    def deny(self, address: str) -> str:
        answer = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=5)
        return answer.headers["Location"]


@contextmanager
def run_mock() -> Iterator[Mock]:
    """Run the mock in a separate process."""
    port = free_port()
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    mock = Mock(port)
    try:
        for _attempt in range(300):
            try:
                urllib.request.urlopen(f"{mock.issuer}/jwks", timeout=5).close()
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
            else:
                break
        yield mock
    finally:
        process.kill()
        process.wait()


class FaultyProvider:
    """A small provider. `claims` override those of a login, `discovery` its metadata."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with: Any = self.key
        self.algorithm = "RS256"
        self.kid = "one"
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.answers: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"

    def approve(self, address: str, sub: str) -> str:
        """Sign in at the provider as `sub`; return the address of the redirect."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code{len(self.codes)}"
        self.codes[code] = asked | {"sub": sub}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def document(self) -> dict[str, Any]:
        names = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "jwks",
        }
        return (
            {"issuer": self.issuer}
            | {key: f"{self.issuer}/{path}" for key, path in names.items()}
            | self.discovery
        )

    def keys(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "one", "alg": "RS256", "use": "sig"}]}

    def tokens(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Return the tokens for a code, once, to the holder of its verifier and the secret."""
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = (
            urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        )
        if asked is None or (asked["code_challenge_method"], asked["code_challenge"]) != ("S256", challenge):
            return None
        if form.get("client_secret") != "secret" or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        said = {"iss": self.issuer, "aud": asked["client_id"], "sub": asked["sub"], "nonce": asked["nonce"]}
        claims = said | {"iat": now, "exp": now + 300} | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        headers = {"kid": self.kid}
        if self.algorithm == "HS256":
            token = _sign_with_shared_secret(claims, headers, self.signs_with)
        else:
            token = jwt.encode(claims, self.signs_with, algorithm=self.algorithm, headers=headers)
        return {"access_token": asked["sub"], "token_type": "Bearer", "id_token": token}

    def answer(self, path: str, form: dict[str, str], bearer: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path in self.answers:
            return 200, self.answers[path]
        if path == "/token":
            tokens = self.tokens(form)
            return (200, tokens) if tokens else (400, {"error": "invalid_grant"})
        said = {"sub": bearer, EPPN: f"{bearer}@ntnu.no"} | self.userinfo
        known = {
            "/.well-known/openid-configuration": self.document(),
            "/jwks": self.keys(),
            "/userinfo": said,
        }
        return (200, known[path]) if path in known else (404, {})


def _sign_with_shared_secret(claims: dict[str, Any], headers: dict[str, str], secret: bytes) -> str:
    """Sign without PyJWT, which refuses a public key as a secret."""
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"} | headers, claims)]
    signed = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = urlsafe_b64encode(hmac.digest(secret, signed, "sha256")).rstrip(b"=")
    return f"{signed.decode()}.{signature.decode()}"


def _handler(faulty_provider: FaultyProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply({name: values[0] for name, values in parse_qs(body).items()})

        def reply(self, form: dict[str, str]) -> None:
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, said = faulty_provider.answer(self.path, form, bearer)
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Print nothing."""

    return Handler


@contextmanager
def run_faulty_provider() -> Iterator[FaultyProvider]:
    faulty_provider = FaultyProvider()
    thread = Thread(target=faulty_provider.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield faulty_provider
    finally:
        faulty_provider.server.shutdown()
        thread.join()
        faulty_provider.server.server_close()
