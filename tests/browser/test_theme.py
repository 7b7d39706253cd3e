"""The theme in a real browser: colours, states, widths, and the colour mode."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

import triostate as ts
from tests.browser.axe import violations
from tests.browser.conftest import Served
from tests.browser.looking import open_live, press
from triostate.ui.theme import ACCENTS, GRAYS

APP = "tests.browser.apps.theme:app"
DARK = re.compile(r"\bdark\b")


@pytest.fixture
def shown(served: Served, page: Page) -> Page:
    """Give the page, live, in light mode and as wide as a desktop."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 1000})
    open_live(page, served(APP))
    return page


def style(locator: Locator, name: str, part: str | None = None) -> str:
    """Return a computed style."""
    got = locator.evaluate(
        "(el, [name, part]) => getComputedStyle(el, part).getPropertyValue(name)", [name, part]
    )
    assert isinstance(got, str)
    return got


def set_system(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")


# States


def test_states_by_pointer_and_keyboard(shown: Page) -> None:
    """What is later in the table wins: focus over hover, a press over both."""
    box = shown.locator("#states")
    assert style(box, "color") == "rgb(1, 1, 1)"
    assert style(box, "content", "::before") == '"* "'
    assert style(box, "color", "::before") == "rgb(6, 6, 6)"
    box.hover()
    expect(box).to_have_css("color", "rgb(2, 2, 2)")
    shown.keyboard.press("Tab")
    box.focus()
    expect(box).to_have_css("color", "rgb(3, 3, 3)")
    shown.mouse.down()
    expect(box).to_have_css("color", "rgb(4, 4, 4)")
    shown.mouse.up()


def test_states_in_dark_mode(shown: Page) -> None:
    """A dark style is over the plain one, a state over the dark one, its own dark one over all."""
    box = shown.locator("#states")
    press(shown, "Dark")
    expect(box).to_have_css("color", "rgb(240, 240, 240)")
    expect(box).to_have_css("background-color", "rgb(30, 30, 30)")
    box.hover()
    expect(box).to_have_css("color", "rgb(5, 5, 5)")
    expect(box).to_have_css("background-color", "rgb(200, 200, 200)")


def test_styles_that_follow_vars_give_way_to_states(shown: Page) -> None:
    """And follow them; a var of None leaves what the theme says."""
    box = shown.locator("#bound")
    expect(box).to_have_css("color", "rgb(1, 2, 3)")
    expect(box).to_have_css("width", "160px")
    press(shown, "Change")
    shown.mouse.move(0, 0)
    expect(box).to_have_css("color", "rgb(4, 5, 6)")
    expect(box).to_have_css("width", "240px")
    box.hover()
    expect(box).to_have_css("color", "rgb(7, 7, 7)")
    box.focus()
    assert style(box, "color") == style(shown.locator(".ts-card").first, "color")


def test_states_of_controls(shown: Page) -> None:
    """Disabled, checked by its label, a placeholder, first and last."""
    expect(shown.locator("#off")).to_have_css("opacity", "0.25")
    assert style(shown.locator("#field"), "color", "::placeholder") == "rgb(110, 60, 20)"
    label = shown.locator("label.gift")
    assert style(label, "color") != "rgb(130, 0, 0)"
    shown.get_by_label("Gift").check()
    expect(label).to_have_css("color", "rgb(130, 0, 0)")
    rows = shown.locator(".row")
    assert [style(row, "font-weight") for row in rows.all()] == ["400", "400", "700"]
    grounds = [style(row, "background-color") for row in rows.all()]
    assert grounds[0] == grounds[2] != grounds[1] == "rgba(0, 0, 0, 0)"


# Widths


@pytest.mark.parametrize(
    "width, columns, direction, said",
    [
        (390, 2, "column", "a phone"),
        (479, 2, "column", "a phone"),
        (480, 2, "column", "a tablet"),
        (767, 2, "column", "a tablet"),
        (768, 4, "row", "a tablet"),
        (992, 4, "row", "a desktop"),
    ],
)
def test_widths(shown: Page, width: int, columns: int, direction: str, said: str) -> None:
    """A value holds from its width on; what is for other screens is hidden."""
    shown.set_viewport_size({"width": width, "height": 900})
    tracks = style(shown.locator("#swatches"), "grid-template-columns").split()
    assert len(tracks) == columns
    expect(shown.locator("#row")).to_have_css("flex-direction", direction)
    for text in ("a phone", "a tablet", "a desktop"):
        expect(shown.get_by_text(text, exact=True)).to_be_visible(visible=text == said)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


# Colours


def test_own_variables_and_sheets(shown: Page) -> None:
    """The theme is in force, the user's sheet comes after it, a style prop after that."""
    root = shown.locator("html")
    assert style(root, "--accent-h") == "290"
    assert style(root, "--radius") == "0.75rem"
    assert style(root, "--own") == "7px"
    expect(shown.locator("#own")).to_have_css("color", "rgb(9, 9, 9)")
    expect(shown.locator("#won")).to_have_css("color", "rgb(8, 8, 8)")
    sheets = shown.locator("link[rel=stylesheet]").evaluate_all("els => els.map(el => el.href)")
    assert [sheet.rsplit("/", 2)[1:][0] for sheet in sheets][2] == "page"
    assert sheets[1].endswith("/own.css")
    light = style(root, "background-color")
    press(shown, "Dark")
    expect(root).to_have_class(DARK)
    assert (light, style(root, "background-color")) == (
        "oklch(0.98 0.01 90)",
        "oklch(0.2 0.02 290)",
    )


# The ratio of WCAG 2.1, of what stands on what; soft fills lie on a card, and that on the page.
CONTRAST = """
([accent, gray, dark]) => {
  const root = document.documentElement;
  root.classList.toggle("dark", dark);
  for (const [name, value] of Object.entries({...accent, ...gray})) {
    root.style.setProperty("--" + name, value);
  }
  document.body.offsetWidth;
  for (const running of document.getAnimations()) running.finish();
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const shown = (...colors) => {
    context.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((x) => {
      x /= 255;
      return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (text, ...under) => {
    const [a, b] = [shown(...under, text), shown(...under)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const of = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
  const page = of("html", "backgroundColor");
  const card = of(".ts-card", "backgroundColor");
  const found = {};
  for (const kind of ["button", "badge"]) {
    for (const variant of ["solid", "soft", "surface", "outline"]) {
      const selector = `#swatches .ts-${kind}[data-variant=${variant}]`;
      found[kind + " " + variant] = contrast(
        of(selector, "color"), page, card, of(selector, "backgroundColor"),
      );
    }
  }
  for (const selector of [".ts-link", ".ts-code", "span[data-color=accent]", ".ts-callout"]) {
    const under = of(selector, "backgroundColor");
    found[selector] = contrast(of("#swatches " + selector, "color"), page, card, under);
    found[selector + " on the page"] = contrast(of("#swatches " + selector, "color"), page, under);
  }
  found["gray text"] = contrast(of("#swatches .ts-text[data-color=gray]", "color"), page);
  const variable = (name) => getComputedStyle(root).getPropertyValue(name);
  const probe = document.querySelector("#won");
  const resolved = (name) => {
    probe.style.color = `var(${name})`;
    const color = getComputedStyle(probe).color;
    probe.style.color = "";
    return color;
  };
  found["primary"] = contrast(resolved("--primary-foreground"), resolved("--primary"));
  found["ring, of 3"] = contrast(resolved("--ring"), page) * 1.5;
  const box = of("input[type=checkbox]:not(:checked)", "borderTopColor");
  found["box, of 3"] = contrast(box, page, card) * 1.5;
  found["chosen, of 3"] = contrast(resolved("--primary"), page, card) * 1.5;
  return found;
}
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_accent_can_be_read(shown: Page, dark: bool) -> None:
    """Text in it and on it has a contrast of 4.5, whichever it is, with any of the greys."""
    too_low = {
        (accent, gray, what): round(ratio, 2)
        for accent in ACCENTS
        for gray in (GRAYS if accent in ("violet", "lime") else ["slate"])
        for what, ratio in shown.evaluate(
            CONTRAST,
            [
                {**VIVID, **ts.theme(accent_color=accent).both},
                ts.theme(gray_color=gray).both,
                dark,
            ],
        ).items()
        if ratio < 4.5
    }
    assert too_low == {}


#: What an accent leaves as it is by default; of the one before it may be otherwise.
VIVID = {
    "accent-l": "var(--ts-solid-l)",
    "accent-on": "oklch(0.99 0.005 var(--accent-h))",
    "accent-text": "var(--ts-tone-c)",
    "accent-soft": "var(--ts-soft)",
}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_nothing_is_wrong_for_screen_readers(shown: Page, mode: str) -> None:
    """Axe finds nothing in either mode, in this theme."""
    set_system(shown, mode)
    expected = re.compile("dark" if mode == "dark" else "^((?!dark).)*$")
    expect(shown.locator("html")).to_have_class(expected)  # the page hears of it a moment later
    assert violations(shown) == []


# The colour mode


def test_the_button_goes_through_the_modes(shown: Page) -> None:
    """By keyboard; its name says which is in force, and the system's is followed."""
    root = shown.locator("html")
    button = shown.locator("[data-color-mode]")
    expect(button).to_have_accessible_name("Colour mode: system")
    button.focus()
    shown.keyboard.press("Enter")
    expect(button).to_have_accessible_name("Colour mode: dark")
    expect(root).to_have_class(DARK)
    shown.keyboard.press("Space")
    expect(button).to_have_accessible_name("Colour mode: light")
    expect(root).not_to_have_class(DARK)
    shown.keyboard.press("Enter")
    expect(button).to_have_accessible_name("Colour mode: system")
    set_system(shown, "dark")
    expect(root).to_have_class(DARK)
    set_system(shown, "light")
    expect(root).not_to_have_class(DARK)


def test_a_choice_is_there_before_the_first_paint(shown: Page) -> None:
    """After a reload and on other pages: the class is there when the body comes to be."""
    shown.add_init_script(
        """new MutationObserver((_, watch) => {
          if (!document.body) return;
          watch.disconnect();
          const root = document.documentElement;
          window.atFirst = root.className + getComputedStyle(root).colorScheme;
        }).observe(document, { childList: true, subtree: true });"""
    )
    press(shown, "Toggle")
    expect(shown.locator("html")).to_have_class(DARK)
    shown.reload()
    assert "dark" in shown.evaluate("() => window.atFirst")
    expect(shown.get_by_text("It is dark")).to_be_visible()
    expect(shown.get_by_text("It is light")).to_be_hidden()
    open_live(shown, shown.url + "second")
    assert "dark" in shown.evaluate("() => window.atFirst")


def test_all_tabs_show_it_at_once(shown: Page, context: BrowserContext) -> None:
    """Whichever of them it was changed in, by a button or a handler's effect."""
    other = context.new_page()
    other.emulate_media(color_scheme="light")
    open_live(other, shown.url + "second")
    other.locator("[data-color-mode]").click()
    expect(shown.locator("html")).to_have_class(DARK)
    expect(shown.get_by_text("It is dark")).to_be_visible()
    press(shown, "Toggle")
    expect(other.locator("html")).not_to_have_class(DARK)
    expect(other.locator("[data-color-mode]")).to_have_accessible_name("Colour mode: light")


def test_a_page_with_a_theme_needs_no_file_more(served: Served, page: Page) -> None:
    """The theme is in the framework's sheet: six files, and the user's own sheet."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_live(page, served(APP))
    files = [url for url in asked if "/_triostate/assets/" in url or url.endswith(("/", ".css"))]
    assert len(files) - 1 <= 6, files
