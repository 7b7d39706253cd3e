"""The fixtures of the browser tests: a real Chromium, watched pages, a real server.

A page that logs an error, breaks the content security policy, or gets an error answer from this
machine fails its test, although no assertion looked: see `Watch`. A test that means to cause
such a thing says so, `@pytest.mark.expect_page_errors("ERR_CONNECTION_REFUSED")`.

Pages run under the strict policy that users get, so never `bypass_csp`, and no
`page.wait_for_function("...")`, which needs `eval`: use locators and `expect`.
"""

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    WebError,
    expect,
    sync_playwright,
)

from tests.browser.chromium import LAUNCH_ARGUMENTS, find_chromium
from tests.browser.serving import ServerProcess

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
# A page that goes away aborts the requests that it has open, its stream among them.
ABORTED = "net::ERR_ABORTED"

SERVERS = pytest.StashKey[list[ServerProcess]]()

# What is waited for is there in a moment, and the test goes on; a busy machine may take longer.
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


class Watch:
    """What went wrong in the pages of a test, without its having looked."""

    def __init__(self, expected: list[str]) -> None:
        self._expected = [re.compile(pattern) for pattern in expected]
        self.problems: list[str] = []

    def attach(self, context: BrowserContext) -> None:
        """Watch every page that the context has or will have."""
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("response", self._on_response)
        context.on("requestfailed", self._on_request_failed)

    def check(self) -> None:
        """Fail the test if there was a problem that it did not announce."""
        if self.problems:
            pytest.fail("the page had problems:\n  " + "\n  ".join(self.problems), pytrace=False)

    def _report(self, problem: str) -> None:
        if not any(pattern.search(problem) for pattern in self._expected):
            self.problems.append(problem)

    def _on_console(self, message: ConsoleMessage) -> None:
        # Breaches of the content security policy are told here, as errors, too.
        if message.type == "error":
            self._report(f"console error: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self._report(f"uncaught: {error.error}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and is_ours(response.url):
            self._report(f"status {response.status}: {response.request.method} {response.url}")

    def _on_request_failed(self, request: Request) -> None:
        if is_ours(request.url) and request.failure != ABORTED:
            self._report(f"request failed: {request.method} {request.url}: {request.failure}")


def is_ours(url: str) -> bool:
    """Tell whether an address is one of a server that a test runs."""
    return urlsplit(url).hostname in LOOPBACK_HOSTS


class Serve(Protocol):
    """The type of the fixture `serve`. The options are those of `ServerProcess`."""

    def __call__(self, target: str, *server_args: str, **options: Any) -> ServerProcess:
        """Start a server."""
        ...


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Give what drives browsers; there can be only one."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Give a running Chromium; one for all tests, as each gets its own profile in it."""
    chromium = find_chromium()
    browser = playwright.chromium.launch(
        executable_path=chromium.path, env={**chromium.env}, args=[*LAUNCH_ARGUMENTS]
    )
    yield browser
    browser.close()


@pytest.fixture
def serve(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Serve]:
    """Give a function that starts a server: `serve("tests.browser.apps.counter:app", "-w", "2")`.

    What still runs at the end is stopped with SIGTERM and has to end in an orderly way.
    """
    servers: list[ServerProcess] = []
    shown = request.node.stash.setdefault(SERVERS, [])

    def start(target: str, *server_args: str, **options: Any) -> ServerProcess:
        log_path = tmp_path / f"server-{len(servers)}.log"
        server = ServerProcess(target, *server_args, log_path=log_path, **options)
        servers.append(server)
        shown.append(server)
        return server

    try:
        yield start
        for server in servers:
            server.stop()
    finally:
        for server in servers:
            if server.running:
                server.kill()


class Served(Protocol):
    """The type of the fixture `served`."""

    def __call__(self, target: str) -> str:
        """Return the address of the server of this target."""
        ...


@pytest.fixture(scope="session")
def shared_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ServerProcess]]:
    """Give the servers that tests share, by target; they are stopped when all tests are done."""
    servers: dict[str, ServerProcess] = {}
    try:
        yield servers
        for server in servers.values():
            server.stop()
    finally:
        for server in servers.values():
            if server.running:
                server.kill()


@pytest.fixture
def served(
    request: pytest.FixtureRequest,
    shared_servers: dict[str, ServerProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Served:
    """Give a function that returns the address of a server of a target, shared by the tests.

    For tests whose claim is not about the server's own life: to start one takes a second. Each
    test is a visitor of its own, so none sees another's sessions.
    """
    shown = request.node.stash.setdefault(SERVERS, [])

    def address(target: str) -> str:
        if target not in shared_servers:
            log_path = tmp_path_factory.mktemp("server") / "server.log"
            shared_servers[target] = ServerProcess(target, log_path=log_path)
        shown.append(shared_servers[target])
        return shared_servers[target].base_url

    return address


@pytest.fixture
def new_context(
    browser: Browser,
    serve: Serve,  # not used, but so it ends after the pages: none sees its server go
    shared_servers: dict[str, ServerProcess],  # the same
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., BrowserContext]]:
    """Give a function that makes a watched browser profile: a visitor of its own.

    It takes the options of Playwright's `browser.new_context`.
    """
    expected = [
        pattern
        for marker in request.node.iter_markers("expect_page_errors")
        for pattern in marker.args
    ]
    watch = Watch(expected)
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watch.attach(context)
        return context

    try:
        yield make
    finally:
        for context in contexts:
            context.close()
    watch.check()


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    """Give the test's own visitor; `context.new_page()` opens a further tab, watched too."""
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give an empty tab of the test's own visitor."""
    return context.new_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the servers wrote beside a failure."""
    report = yield
    if report.failed:
        for server in item.stash.get(SERVERS, []):
            report.sections.append((f"log of {server.base_url}", server.log_text))
    return report
