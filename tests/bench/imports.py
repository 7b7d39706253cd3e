"""Where the start goes: what each family of packages costs to import, and compiling the pages."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import attrs

from tests.browser.serving import ROOT

from .table import Row

RUNS = 5

# In the order in which a hypercorn worker comes to them.
WORKER = "import hypercorn.__main__, hypercorn.asyncio.run, triostate.app, examples.gallery"

FAMILIES = {
    "hypercorn": "hypercorn h11 h2 hpack hyperframe wsproto priority",
    "trio": "trio outcome sniffio sortedcontainers attr attrs idna",
    "quart and flask": "quart quart_trio flask werkzeug jinja2 markupsafe click itsdangerous "
    "blinker aiofiles",
    "httpx (an example's)": "httpx httpcore anyio certifi rich pygments charset_normalizer",
    "msgspec": "msgspec",
    "triostate itself": "triostate",
    "the examples": "examples",
}
FAMILY_OF = {package: family for family, names in FAMILIES.items() for package in names.split()}
PYTHON = "Python itself"

LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|( +)(\S+)")


@attrs.frozen
class Import:
    """One line of importtime's report."""

    module: str
    depth: int
    microseconds: int
    """The module's own, without what it imports."""


def import_rows(env: dict[str, str]) -> tuple[Row, ...]:
    """Measure, in processes with that environment, and return rows in milliseconds."""
    bare = statistics.median(_empty_process(env) for _ in range(RUNS))
    runs = [by_family(_imports(env)) for _ in range(RUNS)]
    families = (*FAMILIES, PYTHON)
    imports = [
        Row(f"  import: {family}", statistics.median(run[family] for run in runs) / 1000, "ms")
        for family in families
    ]
    apps = [_app_start(env) for _ in range(RUNS)]
    return (
        Row("  an empty Python process", bare * 1000, "ms"),
        *imports,
        Row("  start of the app: all of the lifespan", statistics.median(a for a, _ in apps), "ms"),
        Row("    of which compiling the pages", statistics.median(p for _, p in apps), "ms"),
    )


def by_family(imports: list[Import]) -> Counter[str]:
    """Return microseconds by family.

    A module of the standard library counts for the family of the module that imports it first.
    """
    totals: Counter[str] = Counter()
    importers: list[tuple[int, str]] = []
    # The report names a module after what it imports: read from its end, importers come first.
    for line in reversed(imports):
        while importers and importers[-1][0] >= line.depth:
            importers.pop()
        inherited = importers[-1][1] if importers else PYTHON
        family = FAMILY_OF.get(line.module.partition(".")[0], inherited)
        importers.append((line.depth, family))
        totals[family] += line.microseconds
    return totals


def _imports(env: dict[str, str]) -> list[Import]:
    return [
        Import(found[3], len(found[2]), int(found[1]))
        for found in _matches(_run(["-X", "importtime", "-c", WORKER], env).stderr)
    ]


def _matches(text: str) -> Iterator[re.Match[str]]:
    return (found for line in text.splitlines() if (found := LINE.match(line)))


def _app_start(env: dict[str, str]) -> tuple[float, float]:
    """Return milliseconds of the app's start, and of that for compiling its pages."""
    whole, pages = _run(["-m", "tests.bench.app_start"], env).stdout.split()
    return float(whole), float(pages)


def _empty_process(env: dict[str, str]) -> float:
    """Return the seconds that a Python process takes to start and end."""
    began = time.perf_counter()
    _run(["-c", "pass"], env)
    return time.perf_counter() - began


def _run(arguments: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
