"""Heads of the log in a file, by mail, and time-stamped by a real authority (OpenSSL)."""

import shutil
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command

from committees.audit.heads import HeadsError, read_certificates, request_time_stamp, stamped_at
from committees.audit.verification import chain_heads
from tests.conftest import People

CONFIGURATION = """
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[tsa]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[authority]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


def publish(folder: Path, *options: str) -> str:
    out = StringIO()
    call_command("publish_heads", str(folder), *options, stdout=out)
    return out.getvalue()


def only_file(folder: Path, ending: str) -> Path:
    (file,) = folder.glob(f"heads-*{ending}")
    return file


def test_heads_are_written_and_found_again(completed_exam: People, tmp_path: Path) -> None:
    printed = publish(tmp_path)
    file = only_file(tmp_path, ".txt")
    assert printed.startswith(f"{file}: {len(chain_heads())} heads, SHA-256 ")
    out = StringIO()
    call_command("verify_log", against=file, stdout=out)
    assert f"{len(chain_heads())} kept heads were found." in out.getvalue()


def test_heads_are_mailed_without_names_and_grades(
    completed_exam: People, tmp_path: Path, mailoutbox: list[EmailMessage]
) -> None:
    publish(tmp_path, "--mail", "archive@example.org", "--mail", "board@example.org")
    (mail,) = mailoutbox
    file = only_file(tmp_path, ".txt")
    assert (mail.to, mail.attachments[0][0]) == (["archive@example.org", "board@example.org"], file.name)
    assert mail.attachments[0][1] == file.read_text()


def test_empty_log_has_no_heads(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="The log is empty"):
        publish(tmp_path)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("folder", "options", "error"),
    [("missing", (), "can't be written"), ("", ("--time-stamp", "file:///etc/passwd"), "is not the URL")],
)
def test_wrong_arguments_are_reported(
    completed_exam: People, tmp_path: Path, folder: str, options: tuple[str, ...], error: str
) -> None:
    with pytest.raises(CommandError, match=error):
        publish(tmp_path / folder, *options)


# Time stamps


def openssl(*arguments: str, content: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=content, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL of an authority and the certificate of its root."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl")
    folder = tmp_path_factory.mktemp("authority")
    settings = folder / "openssl.cnf"
    settings.write_text(CONFIGURATION.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    root = ("-keyout", f"{folder}/root.key", "-out", f"{folder}/root.pem", "-subj", "/CN=Root")
    config = ("-config", str(settings))
    openssl("req", "-x509", *new_key, *root, *config, "-days", "2", "-extensions", "ca")
    signer = ("-keyout", f"{folder}/tsa.key", "-out", f"{folder}/tsa.csr", "-subj", "/CN=Authority")
    openssl("req", *new_key, *signer, *config)
    issued = ("-CA", f"{folder}/root.pem", "-CAkey", f"{folder}/root.key", "-CAcreateserial", "-days", "2")
    extensions = ("-extfile", str(settings), "-extensions", "tsa", "-out", f"{folder}/tsa.pem")
    openssl("x509", "-req", "-in", f"{folder}/tsa.csr", *issued, *extensions)

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = folder / "query.tsq"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            signer = ("-signer", f"{folder}/tsa.pem", "-inkey", f"{folder}/tsa.key")
            reply = ("ts", "-reply", "-queryfile", str(query), "-config", str(settings))
            response = openssl(*reply, "-section", "authority", *signer)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(response)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Authority)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", folder / "root.pem"
    server.shutdown()
    server.server_close()


def test_time_stamp_of_heads_is_verified(
    completed_exam: People, tmp_path: Path, authority: tuple[str, Path]
) -> None:
    url, root = authority
    publish(tmp_path, "--time-stamp", url)
    out = StringIO()
    call_command("verify_log", against=only_file(tmp_path, ".txt"), authority=root, stdout=out)
    assert " kept heads were found, as they were on " in out.getvalue()


def test_time_stamp_of_other_heads_is_refused(
    completed_exam: People, tmp_path: Path, authority: tuple[str, Path]
) -> None:
    url, root = authority
    publish(tmp_path, "--time-stamp", url)
    file = only_file(tmp_path, ".txt")
    file.write_text("".join(file.read_text().splitlines(keepends=True)[1:]))
    with pytest.raises(CommandError, match="not valid for the heads"):
        call_command("verify_log", against=file, authority=root)


@pytest.mark.db_independent
def test_time_stamp_of_another_authority_is_refused(authority: tuple[str, Path], tmp_path: Path) -> None:
    url, _root = authority
    other = (
        "-keyout",
        f"{tmp_path}/key",
        "-out",
        f"{tmp_path}/other.pem",
        "-subj",
        "/CN=Other",
        "-days",
        "2",
    )
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", *other)
    response = request_time_stamp(url, b"heads")
    with pytest.raises(HeadsError, match="not valid"):
        stamped_at(response, b"heads", read_certificates(tmp_path / "other.pem"))


@pytest.mark.db_independent
def test_unreachable_authority_is_reported() -> None:
    with pytest.raises(HeadsError, match="gave no time stamp"):
        request_time_stamp("http://127.0.0.1:9/", b"heads")
