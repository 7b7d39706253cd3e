"""HTTP/2 with TLS on real servers: a page, its streams and its events on one connection."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from tests.browser.serving import ServerProcess
from tests.protocol.sse import parse_sse
from tests.server.live import STOP_SECONDS, Tab

every_worker = pytest.mark.parametrize("worker", ["asyncio", "trio"])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a key, its certificate for 127.0.0.1, and whom to trust for it."""
    folder = tmp_path_factory.mktemp("certificate")
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(f"{folder}/authority.pem")
    made.private_key_pem.write_to_path(f"{folder}/key.pem")
    for pem in made.cert_chain_pems:
        pem.write_to_path(f"{folder}/certificate.pem", append=True)
    return folder


@pytest.fixture
def server(worker: str, certificate: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """Serve the app with TLS; what it has written at the end holds no traceback."""
    running = ServerProcess(
        "tests.web.stream_app:app",
        *["-k", worker],
        *["--certfile", f"{certificate}/certificate.pem", "--keyfile", f"{certificate}/key.pem"],
        log_path=tmp_path / "server.log",
    )
    yield running
    running.stop()
    assert "Traceback" not in running.log_text


@pytest.fixture
def client(server: ServerProcess, certificate: Path) -> Iterator[httpx.Client]:
    trusted = ssl.create_default_context(cafile=f"{certificate}/authority.pem")
    url = f"https://127.0.0.1:{server.port}"
    with httpx.Client(base_url=url, http2=True, verify=trusted, timeout=20) as made:
        yield made


def connections(client: httpx.Client) -> int:
    transport: Any = client._transport
    return len(transport._pool.connections)


@contextmanager
def frames(client: httpx.Client, query: str) -> Iterator[Iterator[tuple[str, Any]]]:
    """Open a stream; its frames as they arrive."""
    with client.stream("GET", f"/_triostate/stream?{query}") as response:
        assert (response.status_code, response.http_version) == (200, "HTTP/2")
        yield _frames(response)


def _frames(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    text = ""
    for chunk in response.iter_text():
        *whole, text = (text + chunk).split("\n\n")
        for event in whole:
            yield from ((n, data) for n, data in parse_sse(f"{event}\n\n".encode()) if n)


@every_worker
def test_page_stream_and_event(server: ServerProcess, client: httpx.Client) -> None:
    """A page, its stream, an event and what it changes, all on one connection."""
    page = client.get("/")
    assert (page.status_code, page.http_version) == (200, "HTTP/2")
    scripts = re.findall(r'src="(/_triostate/assets/[^"]+)"', page.text)
    assert scripts
    for script in scripts:
        assert client.get(script).http_version == "HTTP/2"
    tab = Tab()
    with frames(client, "page=/&doc=doc") as incoming:
        (cookie,) = client.cookies.jar
        assert (cookie.name, cookie.secure) == (f"__Host-triostate-{server.port}", True)
        tab.take(*next(incoming))
        answer = client.post("/_triostate/events", json=tab.events("/"))
        assert (answer.status_code, answer.http_version) == (202, "HTTP/2")
        while not tab.is_done:
            tab.take(*next(incoming))
        tab.check(client.get(tab.where).content)
        assert connections(client) == 1


@every_worker
def test_ten_streams(server: ServerProcess, client: httpx.Client) -> None:
    """10 streams of one session each are live on one connection, and events get through (61)."""
    client.get("/")
    with ExitStack() as stack:
        streams = [stack.enter_context(frames(client, "page=/&doc=doc")) for _ in range(10)]
        tabs = [Tab() for _ in streams]
        for tab, incoming in zip(tabs, streams, strict=True):
            tab.take(*next(incoming))
        for tab in tabs:
            assert client.post("/_triostate/events", json=tab.events("/")).status_code == 202
        for tab, incoming in zip(tabs, streams, strict=True):
            while not tab.is_done:
                tab.take(*next(incoming))
            tab.check(client.get(tab.where).content)
        assert connections(client) == 1


@every_worker
def test_shared_stream(server: ServerProcess, client: httpx.Client) -> None:
    """Tabs on one shared stream beside the requests that attach them."""
    tabs: dict[str, Tab] = {}
    with frames(client, "shared=1") as incoming:
        name, hello = next(incoming)
        assert name == "hello"
        for _ in range(3):
            body = {"page": "/", "token": "", "doc": "doc", "stream": hello["stream"]}
            answer = client.post("/_triostate/attach", json=body)
            token = answer.json()["token"]
            tabs[token] = Tab()
            tabs[token].take(*next(incoming))
            assert tabs[token].token == token
        for tab in tabs.values():
            assert client.post("/_triostate/events", json=tab.events("/")).status_code == 202
        while not all(tab.is_done for tab in tabs.values()):
            name, data = next(incoming)
            tabs[data["token"]].take(name, data)
        for tab in tabs.values():
            tab.check(client.get(tab.where).content)


@every_worker
def test_sigterm(server: ServerProcess, client: httpx.Client) -> None:
    """SIGTERM says goodbye on open streams and ends the server soon."""
    with frames(client, "shared=1") as shared, frames(client, "page=/") as own:
        assert next(shared)[0] == "hello"
        token = next(own)[1]["token"]
        since = time.monotonic()
        server.stop()
        assert time.monotonic() - since < STOP_SECONDS
        for incoming, name in ((shared, ""), (own, token)):
            frame, data = next(incoming)
            assert (frame, data["token"], data["reason"]) == ("bye", name, "drain")
