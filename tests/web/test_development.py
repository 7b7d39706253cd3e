"""What a page has for development, and that it has it there alone."""

from __future__ import annotations

import pytest

from tests.clock import virtual
from tests.web.site import make_site
from triostate.testing import Client


@pytest.mark.parametrize("build, development", [("", "1"), ("b1", ""), ("b1", "0")])
@virtual
async def test_only_where_the_command_serves(
    monkeypatch: pytest.MonkeyPatch, build: str, development: str
) -> None:
    """Without `triostate run` a page loads nothing of it, and the address does not exist."""
    monkeypatch.setenv("TRIOSTATE_BUILD", build)
    monkeypatch.setenv("TRIOSTATE_DEV", development)
    async with Client(make_site().app) as client:
        for path in ("/", "/nothing", "/broken"):
            assert b"development" not in (await client.request("GET", path)).body
        assert (await client.request("GET", "/_triostate/development")).status == 404


@virtual
async def test_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The build, and what is wrong with the page that asks; every page knows its build."""
    monkeypatch.setenv("TRIOSTATE_BUILD", "b1")
    monkeypatch.setenv("TRIOSTATE_DEV", "1")
    async with Client(make_site().app) as client:
        for path in ("/", "/nothing", "/broken"):
            assert b'data-build="b1"' in (await client.request("GET", path)).body
        fine = await client.request("GET", "/_triostate/development?path=/")
        assert fine.json == {"build": "b1", "failure": None}
        broken = await client.request("GET", "/_triostate/development?path=/broken")
        assert broken.json["failure"]["where"] == "page /broken"
        assert "secret detail" in broken.json["failure"]["message"]
        assert (await client.request("POST", "/_triostate/development")).status in (403, 405, 415)
