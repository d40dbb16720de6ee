"""Two page servers behind nginx under a path, with TLS ended there, one cluster and one store."""

import os
import re
import signal
import ssl
import urllib.error
import urllib.request
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.helpers.services import NGINX, Services, wait_for_port
from tests.helpers.waiting import PATIENCE_MS, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        NGINX is None, reason="nginx is not installed (apt-get install nginx-light)"
    ),
]

NAMES = [str(number) for number in range(24)]
"""Cookies, of which some lead to either server; to which, depends on the servers' ports too."""
ANYBODY = ssl._create_unverified_context()  # the certificate is signed by itself


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The services, and the address of the lab behind nginx."""
    services = Services(tmp_path_factory.mktemp("nginx"))
    try:
        scheduler, _ = services.scheduler()
        services.worker_process = services.worker(scheduler)
        pages = [services.page(scheduler) for _ in range(2)]
        for place, process in pages:
            wait_for_port(int(place.rpartition(":")[2]), process)
        services.pages = [place for place, _ in pages]
        yield services, services.proxy(services.pages)
    finally:
        services.end()


def get(url, cookie=""):
    """Status, text and new cookie of an answer."""
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request, context=ANYBODY, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers["Set-Cookie"]
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers["Set-Cookie"]


def requests_of(services):
    """Page server, cookie and path of each request."""
    lines = (services.folder / "access").read_text().splitlines()
    return [(line.split()[0], line.split()[1], line.split()[3]) for line in lines]


def streams(services):
    """Page server and cookie of each WebSocket that has ended."""
    return [(server, name) for server, name, path in requests_of(services) if "stream" in path]


def server_of(services, url, cookie):
    """The page server to which a cookie leads."""
    before = len(requests_of(services))
    get(f"{url}_stcore/health", f"lab_server={cookie}")

    def found():
        return [server for server, name, _ in requests_of(services)[before:] if name == cookie]

    wait_until(found)  # nginx writes its log after the answer
    return found()[0]


@pytest.fixture
def visit(lab, browser):
    """Give a function that opens a path as the browser of a visitor with a cookie."""
    contexts = []

    def open_at(path, cookie):
        context = browser.new_context(ignore_https_errors=True)
        contexts.append(context)
        context.add_cookies([{"name": "lab_server", "value": cookie, "url": lab[1]}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(lab[1] + path)
        return page

    yield open_at
    for context in contexts:
        context.close()


def test_a_visitor_stays_on_one_server_and_both_servers_are_used(lab):
    services, url = lab
    _, _, new_cookie = get(url)
    name = re.match(r"lab_server=(\w{32}); Path=/lab/; HttpOnly; SameSite=Lax", new_cookie)[1]
    assert get(url, f"lab_server={name}")[2] is None
    assert get(url.removesuffix("lab/"))[0] == 200  # led to the lab
    servers = {cookie: {server_of(services, url, cookie)} for cookie in NAMES}
    for cookie, server in servers.items():
        server.add(server_of(services, url, cookie))
    assert all(len(server) == 1 for server in servers.values())
    assert set.union(*servers.values()) == set(services.pages)


def test_a_page_works_behind_nginx_and_servers_share_cluster_and_store(lab, visit):
    services, url = lab
    by_server = {server_of(services, url, name): name for name in NAMES}
    path = "classical_inversion?image=shepp_logan&size=64&a=sirt&b=none&a.sirt.iterations=30"
    said = []
    for cookie in by_server.values():
        page = visit(path, cookie)
        solved = page.get_by_text("All 30 iterations done.")
        expect(solved).to_be_visible()
        said.append(solved.inner_text())
        # Pictures come from the server's own memory, which is that of one server only.
        page.wait_for_function("document.querySelectorAll('.stBidiComponent [data-drawn]').length")
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        page.close()
    assert said[0] == said[1], "The second server computed again what the first had stored."
    wait_until(lambda: len(streams(services)) >= 2)  # nginx notes a WebSocket when it ends
    assert set(streams(services)) == set(by_server.items())
    servers = {(cookie, server) for server, cookie, _ in requests_of(services) if cookie != "-"}
    assert len(servers) == len({cookie for cookie, _ in servers}), (
        "A request of a session went to the other server."
    )


def test_the_health_endpoint_of_each_server_fails_when_the_workers_are_gone(lab):
    services, url = lab
    by_server = {server_of(services, url, name): name for name in NAMES}
    assert set(by_server) == set(services.pages)

    def health(name):
        return get(f"{url}health", f"lab_server={name}")[:2]

    def well(name):
        return health(name) == (200, '{"store":"ok","workers":"ok"}')

    for name in by_server.values():
        wait_until(partial(well, name))  # once the worker has started
    os.kill(services.worker_process.pid, signal.SIGKILL)

    def fails(name):
        status, text = health(name)
        return status == 503 and "has no workers" in text

    for name in by_server.values():
        wait_until(partial(fails, name))  # at first its worker does not answer, then there is none
        assert health(name)[0] == 503
