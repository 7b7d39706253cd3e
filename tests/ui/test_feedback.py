"""Feedback: the progress bar."""

from __future__ import annotations

import pytest

import triostate.ui as ts
from triostate.errors import PageError

from .shop import Shop, compiled, html


def test_progress_is_the_browsers_own_element():
    """It has a name for those who do not see it, and a value from 0 to 1."""
    assert html(ts.progress(value=0.25)) == (
        '<progress class="ts-progress" aria-label="Progress" data-size="2" value="0.25" max="1">'
        "</progress>"
    )


def test_progress_without_a_value_is_indeterminate():
    """None leaves the attribute out: the browser shows that it goes on, not how far it is."""
    assert "value=" not in html(ts.progress(label="Import"))
    assert 'aria-label="Import"' in html(ts.progress(label="Import"))


def test_progress_follows_a_var():
    """A var is bound to the attribute, so None takes it away and a number brings it back."""
    page = compiled(lambda: ts.progress(value=Shop.count, max=10, color_scheme="green"))
    assert page.plan["parts"][0]["attrs"] == {"value": ["v", 0]}
    assert b'max="10"' in page.html
    assert b'data-color="green"' in page.html


def test_progress_refuses_what_it_does_not_know():
    """A size outside its scale and an unknown prop are errors that name the component."""
    with pytest.raises(PageError, match="progress: size='7' is unknown"):
        ts.progress(size="7")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(PageError, match="progress has no prop 'valeu'; did you mean 'value'"):
        ts.progress(valeu=1)
