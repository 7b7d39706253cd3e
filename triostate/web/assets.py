"""The front-end files: built into the package, served from memory under the hash of them all.

A file's address changes with its content, so a browser may keep it for ever. Without the files
the app does not start: the error holds the command that makes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import attrs
import msgspec

from triostate.errors import AssetsMissingError
from triostate.ui import Assets
from triostate.web.gate import ASSETS
from triostate.web.http import Response

__all__ = ["PREFIX", "AssetFiles", "page_assets", "style_response"]

PREFIX = ASSETS.rstrip("/")

_FOLDER = Path(__file__).parent.parent / "_assets"

_FOR_EVER = ("cache-control", "public, max-age=31536000, immutable")


class _File(msgspec.Struct):
    content_type: str


class _Manifest(msgspec.Struct):
    hash: str
    files: dict[str, _File]


@attrs.frozen
class AssetFiles:
    """The built files, each with its compressed form."""

    hash: str
    _responses: dict[str, Response]
    _instead: dict[str, str] = attrs.field(factory=dict[str, str])
    """Addresses of files that are this app's own."""

    @classmethod
    def load(cls, folder: Path = _FOLDER) -> AssetFiles:
        """Read the built files; raise AssetsMissingError if they have not been built."""
        try:
            manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_Manifest)
            responses = {
                f"{PREFIX}/{manifest.hash}/{name}": _response(
                    (folder / name).read_bytes(),
                    _read_if_there(folder / f"{name}.gz"),
                    file.content_type,
                )
                for name, file in manifest.files.items()
            }
        except (OSError, msgspec.MsgspecError) as error:
            raise AssetsMissingError(
                f"the browser's files are not built ({error}): in a checkout of triostate run "
                "`pip install .` or `python hatch_build.py`; an installed package has them"
            ) from None
        return cls(manifest.hash, responses)

    def url(self, name: str) -> str:
        """Return the address of a file."""
        return self._instead.get(name) or f"{PREFIX}/{self.hash}/{name}"

    def with_css(self, css: bytes) -> AssetFiles:
        """Return the files with rules at the end of the style sheet, for one app.

        So a theme is there with the look that it changes, and what the app's pages look like: they
        load no file more for it.
        """
        if not css:
            return self
        old = self.url("triostate.css")
        body = self._responses[old].body + css
        url = f"{PREFIX}/{hashlib.sha256(body).hexdigest()[:16]}/triostate.css"
        others = {name: file for name, file in self._responses.items() if name != old}
        made = style_response(body)
        return AssetFiles(self.hash, {**others, url: made}, {**self._instead, "triostate.css": url})

    def get(self, path: str) -> Response | None:
        """Return the response for a path below `PREFIX`, or None."""
        return self._responses.get(path)


def _read_if_there(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def style_response(css: bytes) -> Response:
    """Return the answer for a style sheet that was made here."""
    return attrs.evolve(_response(css, None, "text/css; charset=utf-8"), is_packed=True)


def _response(body: bytes, gzipped: bytes | None, content_type: str) -> Response:
    headers = (
        ("content-type", content_type),
        _FOR_EVER,
        ("x-content-type-options", "nosniff"),
    )
    return Response(200, body, headers, gzipped)


def page_assets(
    files: AssetFiles,
    build: str = "",
    *,
    by_socket: bool = False,
    stylesheets: Sequence[str] = (),
    appearance: str = "system",
) -> Assets:
    """Return what pages load; with the name of a build, what watches for the next one too.

    ``by_socket`` has them connect by WebSocket first.
    """
    return Assets(
        css_url=files.url("triostate.css"),
        boot_url=files.url("boot.js"),
        runtime_url=files.url("runtime.js"),
        storage_url=files.url("storage.js"),
        widgets_url=files.url("widgets.js"),
        gestures_url=files.url("gestures.js"),
        forms_url=files.url("forms.js"),
        markdown_url=files.url("markdown.js"),
        # By its address, as it connects before it has heard of any page.
        worker_url=files.url("worker.js") + ("?ws" if by_socket else ""),
        development_url=files.url("development.js") if build else "",
        development_css_url=files.url("development-style.css") if build else "",
        stylesheets=tuple(stylesheets),
        appearance="" if appearance == "system" else appearance,
        build=build,
    )
