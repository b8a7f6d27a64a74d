"""Files of chain heads, and their time stamps. Kept out of reach of the database, they prove what the log was."""

import re
import urllib.request
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate, load_pem_x509_certificates

from committees.audit.verification import chain_heads

HEAD = re.compile(r"((?:committee|exam) [0-9]+) ([0-9]+) ([0-9a-f]{64})")
TIMEOUT_SECONDS = 30
LARGEST_RESPONSE = 100_000
"""Bytes; a time stamp with its certificates has a few thousand."""


class HeadsError(Exception):
    """A sentence about a file or a time stamp that can't be used."""


def lines_of_heads() -> list[str]:
    """Return the head of every chain: its name, the position and the hash of its last entry."""
    return [f"{chain} {position} {entry_hash}" for chain, (position, entry_hash) in chain_heads().items()]


def read_heads(file: Path) -> dict[str, tuple[int, str]]:
    """Return the heads in a file of `lines_of_heads`. May raise HeadsError."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HeadsError(f"{file} can't be read: {error}") from error
    kept = {}
    for number, line in enumerate(lines, start=1):
        match = HEAD.fullmatch(line.strip())
        if not match:
            raise HeadsError(
                f"{file}, line {number}: not a head. A head has the form “committee 5 12 <hash>”."
            )
        kept[match[1]] = int(match[2]), match[3]
    if not kept:
        raise HeadsError(f"{file} contains no heads.")
    return kept


def request_time_stamp(url: str, content: bytes) -> bytes:
    """
    Return the response of the time-stamping authority at `url` for `content`, as RFC 3161 defines it.

    The authority gets only a hash. May raise HeadsError.
    """
    client = _library()
    request = client.TimestampRequestBuilder().data(content).build()
    post = urllib.request.Request(  # noqa: S310  # the command accepts http and https only
        url, request.as_bytes(), {"Content-Type": "application/timestamp-query"}
    )
    try:
        with urllib.request.urlopen(post, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            response: bytes = answer.read(LARGEST_RESPONSE)
    except OSError as error:
        raise HeadsError(f"{url} gave no time stamp: {error}") from error
    if _imprint(response) != request.message_imprint.message:
        raise HeadsError(f"{url} gave a time stamp of something else.")
    return response


def stamped_at(response: bytes, content: bytes, authorities: Iterable[Certificate]) -> datetime:
    """Return the time of a response of `request_time_stamp` for this content, signed by one of the authorities.
    May raise HeadsError."""
    client = _library()
    builder = client.VerifierBuilder()
    for certificate in authorities:
        builder = builder.add_root_certificate(certificate)
    try:
        stamp = client.decode_timestamp_response(response)
        builder.build().verify_message(stamp, content)
    except (ValueError, client.VerificationError) as error:
        raise HeadsError(f"The time stamp is not valid for the heads: {error}.") from error
    at: datetime = stamp.tst_info.gen_time
    return at


def read_certificates(file: Path) -> list[Certificate]:
    """Return the certificates in a PEM file. May raise HeadsError."""
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise HeadsError(f"{file} has no certificates: {error}") from error


def _imprint(response: bytes) -> bytes:
    """Return the hash in a granted response. May raise HeadsError."""
    client = _library()
    try:
        stamp = client.decode_timestamp_response(response)
        if stamp.status != client.PKIStatus.GRANTED:
            raise HeadsError("The authority refused the time stamp.")
        imprint: bytes = stamp.tst_info.message_imprint.message
    except ValueError as error:
        raise HeadsError(f"The response is not a time stamp: {error}.") from error
    return imprint


def _library() -> Any:
    try:
        import rfc3161_client  # noqa: PLC0415  # an extra
    except ImportError:
        raise HeadsError("Time stamps need a package: pip install '.[timestamps]'.") from None
    return rfc3161_client
