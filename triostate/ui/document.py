"""The document around a page: head, assets, templates, plan; and pages that say what went wrong.

Everything here passes a strict content security policy: no inline script or style, no address
that is not this server's. Knows nothing of components.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

import attrs

from ..state.codec import JSON
from .html import escape, open_tag, script_json, to_bytes

__all__ = ["FORMS", "MARKDOWN", "WIDGETS", "Assets", "document", "error_html", "not_found_html"]

#: What `Script` calls the framework's own script of components.
WIDGETS: Final = "widgets"
#: And that of forms: what is shown of the answer to one.
FORMS: Final = "forms"
#: And the one of Markdown that changes.
MARKDOWN: Final = "markdown"

_ICON: Final = quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="8" fill="#3457d5"/>'
    '<path d="M16 8v8m0 0-7 6m7-6 7 6" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/>'
    '<g fill="#fff"><circle cx="16" cy="8" r="3"/><circle cx="9" cy="22.500" r="3"/>'
    '<circle cx="23" cy="22.500" r="3"/></g></svg>',
    safe="/:=' ",
)


# There from the start: screen readers announce only what comes into a region that they know.
_TOASTS: Final = '<div id="ts-toasts" class="toaster" role="status" aria-live="polite"></div>'
#: So is what says that the connection is lost.
_OFFLINE: Final = '<div id="ts-offline" class="ts-offline" role="status"></div>'


@attrs.frozen
class Assets:
    """Addresses of the files that pages load."""

    css_url: str
    boot_url: str
    runtime_url: str
    storage_url: str = ""
    """Of the script for vars that live in the browser."""
    widgets_url: str = ""
    """Of the script for components that the keyboard moves in, such as tabs."""
    gestures_url: str = ""
    """Of the runtime's chunk for the rarer triggers: to be fetched beside it."""
    forms_url: str = ""
    """Of the script for forms: what is wrong with their entries, and emptying them."""
    markdown_url: str = ""
    """Of the script that shows Markdown which changes."""
    worker_url: str = ""
    """Of the worker that has the connection of all tabs: to be started early."""
    development_url: str = ""
    """Of the script by which a page comes back when its server has; in development only."""
    development_css_url: str = ""
    stylesheets: tuple[str, ...] = ()
    """Of the user's own, which come after the theme's and before a page's."""
    appearance: str = ""
    """The colour mode of a browser that has chosen none, where it is not the system's."""
    build: str = ""
    """Names the server's run for that script."""
    rules_url: str = ""
    """Of the style props of pages that share a sheet, where they are in no other file."""
    page_css_pattern: str = "/_triostate/assets/page/{name}"
    """Address of a page's own style sheet; ``{name}`` stands for its file name."""

    def script_url(self, src: str) -> str:
        """Return the address of a script that a component names."""
        own = {
            WIDGETS: self.widgets_url,
            FORMS: self.forms_url,
            MARKDOWN: self.markdown_url,
        }
        return own.get(src, src)

    def page_css_url(self, name: str) -> str:
        """Return the address of a page's own style sheet."""
        return self.page_css_pattern.replace("{name}", name)


def document(
    *,
    about: Sequence[str],
    assets: Assets,
    content: str,
    lang: str = "en",
    css_name: str | None = None,
    templates: Sequence[str] = (),
    plan: JSON = None,
    scripts: Sequence[str] = (),
) -> bytes:
    """Return a whole HTML document; without a plan, one that loads no runtime.

    ``about`` are the elements of the head that say what the page is: title, meta.
    """
    head = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        *about,
    ]
    head.append(f'<link rel="icon" href="data:image/svg+xml,{_ICON}">')
    own = "" if css_name is None else assets.page_css_url(css_name)
    sheets = (assets.css_url, *assets.stylesheets, assets.rules_url, own)
    head += map(_stylesheet, filter(None, sheets))
    worker_url = "" if plan is None else assets.worker_url
    boot = {"data-worker": worker_url, "data-mode": assets.appearance}
    head.append(_script(assets.boot_url, data=boot))
    # A page has one main landmark, which screen readers jump to: this, or the user's own.
    role = "" if "<main" in content else ' role="main"'
    body = [f'<div id="ts-root"{role}>{content}</div>']
    if plan is not None:
        if "stored" in plan:
            head.append(_script(assets.storage_url, module=True))
        # Before the runtime, which finds custom elements defined: modules run in this order.
        head += [_script(assets.script_url(src), module=True) for src in scripts]
        head.append(_script(assets.runtime_url, module=True))
        if "gestures" in plan and assets.gestures_url:
            link = [("rel", "modulepreload"), ("href", assets.gestures_url)]
            head.append(open_tag("link", link))
        body += [_TOASTS, _OFFLINE]
        body += [f'<template id="t{i}">{html}</template>' for i, html in enumerate(templates)]
        body.append(f'<script type="application/json" id="ts-plan">{script_json(plan)}</script>')
    if assets.development_url:
        head.append(_stylesheet(assets.development_css_url))
        build = {"data-build": assets.build}
        head.append(_script(assets.development_url, module=True, data=build))
    return to_bytes(
        f'<!doctype html>\n<html lang="{escape(lang)}">'
        f"<head>{_lines(head)}</head>\n<body>{_lines(body)}</body></html>\n"
    )


def _lines(parts: Sequence[str]) -> str:
    return "\n".join(parts)


def _stylesheet(url: str) -> str:
    return open_tag("link", [("rel", "stylesheet"), ("href", url)])


def _script(url: str, *, module: bool = False, data: Mapping[str, str] | None = None) -> str:
    kind = [("type", "module")] if module else []
    given = [(name, value) for name, value in (data or {}).items() if value]
    return open_tag("script", [*kind, ("src", url), *given]) + "</script>"


def error_html(status: int, title: str, message: str, assets: Assets, lang: str = "en") -> bytes:
    """Return a page that says what went wrong, in the look of the others; it runs nothing."""
    content = (
        '<main class="ts-error">'
        f'<p class="ts-error-status">{status}</p>'
        f'<h1 class="ts-heading" data-size="7">{escape(title)}</h1>'
        f'<p class="ts-text" data-color="gray">{escape(message)}</p>'
        '<a class="btn ts-button" data-variant="soft" data-size="2" href="/">Go to the start</a>'
        "</main>"
    )
    about = f"<title>{escape(f'{title} ({status})')}</title>"
    return document(about=[about], assets=assets, content=content, lang=lang)


def not_found_html(path: str, assets: Assets) -> bytes:
    """Return the page for an address that leads nowhere."""
    shown = path if len(path) <= 120 else f"{path[:117]}..."
    return error_html(404, "Page not found", f"There is no page at {shown}.", assets)
