"""Rate limits counted by a real Redis, shared by two servers; and what people see when it is down."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest
import redis

from tests.browser.demo_site import free_port
from tests.demo_files import make_demo
from tests.site.server import Visitor, environment, serve

SERVER = shutil.which("redis-server")
QUICKLY = {"DJANGO_SETTINGS_MODULE": "tests.browser.settings"}

pytestmark = [
    pytest.mark.db_independent,
    pytest.mark.slow,
    pytest.mark.skipif(SERVER is None, reason="needs redis-server"),
    pytest.mark.xdist_group("redis"),
]


class Redis:
    """A Redis server on a port of its own, without a file."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([str(SERVER), *options], stdout=subprocess.DEVNULL)
        client = redis.Redis(port=self.port)
        for _attempt in range(500):
            try:
                client.ping()
            except redis.ConnectionError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError("redis-server does not answer")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Two(NamedTuple):
    addresses: list[str]
    redis: Redis


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Two servers of one demo site that count in one Redis."""
    here, server = tmp_path_factory.mktemp("redis"), Redis()
    server.start()
    with ExitStack() as stack:
        stack.callback(server.kill)
        settings = {"GRADEREG_DEMO": "1", "SIGN_IN_RATE_PER_NAME": "4/1h"}
        settings |= {"CACHE_URL": f"redis://127.0.0.1:{server.port}/0"}
        given = environment(here, **settings) | QUICKLY
        make_demo(given)
        servers = [stack.enter_context(serve(given, here / f"log{number}")) for number in (1, 2)]
        yield Two([one.address for one in servers], server)


def fail(two: Two, name: str, times: int) -> list[int]:
    """Enter a wrong password on the servers in turn; return the statuses."""
    visitors = [Visitor(address) for address in two.addresses]
    return [visitors[time_of % 2].sign_in(name, "wrong").status for time_of in range(times)]


def test_failed_sign_ins_on_both_servers_count_together(two: Two) -> None:
    assert fail(two, "kari", 5) == [200, 200, 200, 200, 429]
    assert Visitor(two.addresses[0]).sign_in("ola", "demo").status == 200


def test_stopped_redis_is_an_outage_that_ends(two: Two) -> None:
    two.redis.kill()
    visitor = Visitor(two.addresses[0])
    ready, refused = visitor.get("/readyz"), visitor.sign_in("ingrid", "demo")
    assert (ready.status, ready.text) == (503, "not ready: cache\n")
    assert (refused.status, "Retry-After" in refused.headers) == (503, True)
    two.redis.start()
    assert visitor.get("/readyz").text == "ok\n"
    assert visitor.sign_in("ingrid", "demo").status == 200
