"""Which addresses a page may hold."""

from __future__ import annotations

import pytest

import triostate.ui as ts
from triostate.errors import PageError
from triostate.ui.urls import is_safe_url

from .shop import Shop, html


@pytest.mark.parametrize(
    "url",
    ["/a", "a/b", "", "#x", "?q=a:b", "//host/x", "http://x", "HTTPS://x", "mailto:a@b", "tel:1"],
)
def test_an_address_of_an_allowed_scheme_may_be_linked(url: str):
    """Relative addresses, http, https, mailto and tel."""
    assert is_safe_url("href", url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \x01javascript:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript\r:alert(1)",
        "vbscript:x",
        "data:text/html,<b>",
        "data:image/png;base64,AA",
        "file:///etc/passwd",
        "blob:http://x",
        "1a:b",
    ],
)
def test_any_other_scheme_is_refused(url: str):
    """Scripts and data do not pass, however browsers would have read them."""
    assert not is_safe_url("href", url)


@pytest.mark.parametrize(
    "url, allowed",
    [
        ("data:image/png;base64,AA", True),
        ("data:image/svg+xml,x", True),
        ("data:text/html,x", False),
        ("mailto:a@b", False),
        ("javascript:x", False),
    ],
)
def test_an_image_may_be_data(url: str, allowed: bool):
    """A src takes images as data, and no scheme that is for following."""
    assert is_safe_url("src", url) is allowed


def test_a_constant_address_is_refused_while_the_page_is_built():
    """The error names the component, the prop and what is allowed."""
    with pytest.raises(PageError, match=r"link: href='javascript:x' is refused.*http"):
        ts.link("x", href="javascript:x")


def test_an_unsafe_default_is_left_out():
    """An address that follows a var is judged when it is painted as well."""
    assert "href" not in html(ts.link("x", href=Shop.url), url="javascript:x")
    assert 'href="/b"' in html(ts.link("x", href=Shop.url), url="/b")


def test_an_external_link_knows_nothing_of_its_opener():
    """It opens a new tab without a handle on this one."""
    shown = html(ts.link("x", href="https://x", is_external=True))
    assert 'target="_blank" rel="noopener noreferrer"' in shown
