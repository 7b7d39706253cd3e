"""The theme: what an app sets of the look, checked and written as CSS variables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import attrs
import pytest

import triostate.ui as ts
from triostate.errors import PageError
from triostate.protocol.effects import set_color_mode, toggle_color_mode
from triostate.ui.document import document
from triostate.ui.theme import ACCENTS, VARIABLES
from triostate.ui.typography import COLOR_SCHEMES

from .shop import ASSETS, html

theme: Any = ts.theme
CSS = (Path(__file__).parents[2] / "static/theme/variables.css").read_text(encoding="utf-8")


def test_a_theme_is_variables():
    """Only of what is said, so that all else stays as the framework's sheet has it."""
    made = ts.theme(accent_color="green", gray_color="sand", radius="full", scaling="110%")
    assert made.css() == (
        ":root{--accent-h:153;--accent-c:0.12;--gray-h:85;--gray-c:0.8;--radius:1rem;"
        "--control-radius:999px;--scaling:1.1;}\n"
    )
    assert ts.theme().css() == ""


def test_own_values_for_light_and_dark():
    """A light one is not dark's too; names are those of CSS or of Python."""
    made = ts.theme(light={"--background": "#fffdf7"}, dark={"muted_foreground": "silver"})
    assert made.css() == (
        ":root:not(.dark){--background:#fffdf7;}\n.dark{--muted-foreground:silver;}\n"
    )


def test_a_font_comes_before_the_systems():
    """A browser that has it not has those."""
    made = ts.theme(font="Inter, 'Open Sans'", mono_font="Hack")
    assert made.both == {
        "font-sans": "Inter, 'Open Sans',var(--default-font-family)",
        "font-mono": "Hack,var(--default-mono-font-family)",
    }


@pytest.mark.parametrize(
    "given, said",
    [
        (
            {"accent_color": "vilet"},
            r"theme: accent_color='vilet' is unknown; did you mean 'violet",
        ),
        ({"gray_color": 3}, r"theme: gray_color=3 is unknown; one of gray, mauve"),
        ({"radius": "huge"}, r"theme: radius='huge' is unknown; one of none, small"),
        ({"scaling": "120%"}, r"theme: scaling='120%' is unknown; did you mean"),
        ({"appearance": "drak"}, r"theme: appearance='drak' is unknown; did you mean 'dark'"),
        ({"dark": {"backgrund": "red"}}, r"theme: dark variable='backgrund' is unknown; did you"),
        ({"light": {"card": "red;}body{x"}}, r"theme: light\['card'\]='red;.* is refused"),
        ({"light": {"card": "url(//evil)"}}, r"theme: light\['card'\]=.* is refused"),
        ({"font": "x}"}, r"theme: font='x}' is refused"),
        ({"light": {"card": None}}, r"theme: light\['card'\]=None: a style is text"),
    ],
)
def test_wrong_themes(given: dict[str, Any], said: str):
    """The error names the argument and the nearest name; nothing gets out of its declaration."""
    with pytest.raises(PageError, match=said):
        theme(**given)


def test_every_accent_is_what_color_scheme_says():
    """The numbers are those of the sheet, and there is one for each name."""
    assert set(ACCENTS) == set(COLOR_SCHEMES) - {"accent"}
    for name in ACCENTS:
        if name == "gray":
            continue
        found = re.search(rf'\[data-color="{name}"\] {{ --ts-h: (.*?); --ts-c: (.*?); }}', CSS)
        assert found is not None
        both = ts.theme(accent_color=name).both
        assert (both["accent-h"], both["accent-c"]) == found.groups()


def test_the_variables_are_those_of_the_sheet():
    """Each that is documented is there, or of the library under it, and has the defaults named."""
    root, dark = CSS.split(".dark {")[:2]
    for name, (_, *defaults) in VARIABLES.items():
        assert f"--{name}:" in root, name
        if len(defaults) == 1 and name not in ("accent-l", "accent-text", "accent-soft"):
            assert f"--{name}:" not in dark.split("@layer")[0], name


def test_a_page_says_the_apps_own_mode_and_sheets():
    """The boot script is told; the sheets are between the framework's and the page's."""
    assets = attrs.evolve(ASSETS, appearance="dark", stylesheets=("/a.css", "/b.css"))
    page = document(
        about=["<title>T</title>"], assets=assets, content="", css_name="p.css"
    ).decode()
    order = [page.index(name) for name in ("/t.css", "/a.css", "/b.css", "p.css", "/boot.js")]
    assert order == sorted(order)
    assert 'data-mode="dark"' in page


def test_the_button_needs_no_session():
    """It is a button with a name for each mode, and binds nothing."""
    shown = html(ts.color_mode_button(allow_system=False, label="Look"))
    assert shown.startswith('<button class="btn ts-button ts-mode" type="button" ')
    assert 'data-color-mode="toggle"' in shown
    assert "data-t" not in shown
    assert re.findall(r"<span>([^<]*)</span>", shown) == [
        "Look: light",
        "Look: dark",
        "Look: system",
    ]


def test_both_branches_of_a_mode_are_in_the_page():
    """The sheet hides one."""
    assert html(ts.color_mode_cond("sun", ts.text("moon"))) == (
        '<span class="ts-when" data-when="light">sun</span>'
        '<span class="ts-when" data-when="dark"><p class="ts-text">moon</p></span>'
    )


def test_effects_set_the_mode():
    """One of three, or the other of two."""
    assert set_color_mode("dark").args == {"mode": "dark"}
    assert toggle_color_mode().args == {"mode": "toggle"}
    with pytest.raises(ValueError, match="'light', 'dark', 'system'"):
        set_color_mode("drak")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
