"""The site, served as in docs/guides/running.md: by gunicorn, or by several of them behind nginx, on the loopback."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.demo_site import free_port
from tests.load.figures import logged_errors
from tests.site.server import Server, serve, wait_until_alive

NGINX = shutil.which("nginx")
CONFIGURATION = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log error;
worker_processes 1;
worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream gradereg {{ {servers} }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        client_max_body_size 16m;
        location / {{
            proxy_pass http://gradereg;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Fleet:
    """App servers and their common port. `masters` are the ids of their main processes by kind."""

    port: int
    masters: dict[str, list[int]]
    logs: list[Path]

    def logged_errors(self) -> list[str]:
        return [line for log in self.logs for line in logged_errors(log)]


@contextmanager
def fleet(
    settings: Mapping[str, str], folder: Path, *, servers: int, workers: int, threads: int
) -> Iterator[Fleet]:
    """Run `servers` app servers with `workers` workers each; several are behind nginx."""
    folder.mkdir()
    options = ["--workers", str(workers), "--threads", str(threads)]
    with ExitStack() as stack:
        apps = [stack.enter_context(serve(settings, folder / f"log-{n}", *options)) for n in range(servers)]
        masters, logs = {"servers": [app.pid for app in apps]}, [app.log for app in apps]
        if servers == 1:
            yield Fleet(_port(apps[0]), masters, logs)
        else:
            port, pid = stack.enter_context(_proxy(apps, folder))
            yield Fleet(port, {**masters, "proxy": [pid]}, logs)


def _port(server: Server) -> int:
    return urlsplit(server.address).port or 0


@contextmanager
def _proxy(apps: list[Server], folder: Path) -> Iterator[tuple[int, int]]:
    """Run nginx in front of `apps`; yield its port and process id."""
    assert NGINX is not None  # the command line checks it
    port = free_port()
    text = CONFIGURATION.format(
        folder=folder,
        port=port,
        servers=" ".join(f"server 127.0.0.1:{_port(app)};" for app in apps),
        # Otherwise its workers run as a user without access to this folder.
        user="user root;" if os.geteuid() == 0 else "",
    )
    file = folder / "nginx.conf"
    file.write_text(text)
    log = folder / "nginx.log"
    process = subprocess.Popen([NGINX, "-c", str(file), "-e", str(log)])
    try:
        wait_until_alive(f"http://127.0.0.1:{port}", process, log)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)
