"""Accessibility checks of a page as it is shown, by axe-core.

The script comes from npm, once, into `.cache/`. Knows nothing of what pages there are.
"""

import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from hatch_build import find_node
from tests.browser.chromium import NPM_SECONDS, ROOT, run

FOLDER: Final = Path(__file__).with_name("axe")
CACHE: Final = ROOT / ".cache" / "axe"


@cache
def axe_source() -> str:
    """Return the script, fetching the npm package if it has not been before."""
    lock = (FOLDER / "package-lock.json").read_bytes()
    home = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    if not home.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        node = find_node()
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            work = Path(scratch, "axe")
            shutil.copytree(FOLDER, work)
            install = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            run(install, work, NPM_SECONDS, node.environ)
            work.rename(home)
    return (home / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, selector: str = "html", *rules: str) -> list[str]:
    """Return what is wrong for those who cannot see or use a pointer, with the elements' markup.

    All elements of the selector are looked at; by these rules only, where some are named.
    Animations are brought to their end first: half-way, colours are not what they will be.
    """
    page.evaluate("document.getAnimations().forEach((one) => { try { one.finish() } catch {} })")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found: list[dict[str, Any]] = page.evaluate(
        "async ([selector, options]) => (await axe.run(selector, options)).violations",
        [selector, options],
    )
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"]
    ]
