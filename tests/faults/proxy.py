"""nginx as the guide to deploying sets it up, in front of servers of the app that the tests serve.

The files are those of the document; what stands in them for a deployment of one's own (names,
ports, paths) is replaced, and nothing else unless a test says so. It is the system's nginx. Where
there is none, Debian's package is fetched and unpacked, not installed; where that cannot be had
either, there is none, and a test has to say so.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import attrs
import trio
import trustme

from tests.faults.servers import Site
from tests.faults.tab import HOST, Door, LostError, Tab, request, with_cookies
from tests.server.serving import Server, process

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "examples" / "docs" / "pages" / "guide" / "deploying.md"
UNPACKED = ROOT / ".cache" / "nginx"
FETCH_SECONDS = 90.0


@cache
def find_nginx() -> str:
    """Return the path of nginx, or why there is none after ``no nginx:``."""
    named = os.environ.get("TRIOSTATE_NGINX", "")
    for path in (named, shutil.which("nginx"), "/usr/sbin/nginx", f"{UNPACKED}/usr/sbin/nginx"):
        if path and os.access(path, os.X_OK):
            return str(path)
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return "no nginx: not on PATH nor in /usr/sbin, and this is no Debian to fetch it from"
    return _unpacked()


def _unpacked() -> str:
    shutil.rmtree(UNPACKED, ignore_errors=True)
    UNPACKED.mkdir(parents=True)
    try:
        if not _run("apt-get", "download", "nginx"):
            _run("apt-get", "update")  # a machine that is new has no lists yet
            if not _run("apt-get", "download", "nginx"):
                return "no nginx: not installed, and its package could not be fetched"
        for package in UNPACKED.glob("*.deb"):
            _run("dpkg-deb", "-x", str(package), str(UNPACKED))
        path = str(UNPACKED / "usr" / "sbin" / "nginx")
        return path if _run(path, "-v") else "no nginx: its package lacks libraries here"
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"no nginx: {error}"


def _run(*command: str) -> bool:
    done = subprocess.run(
        command, cwd=UNPACKED, capture_output=True, timeout=FETCH_SECONDS, check=False
    )
    return done.returncode == 0


def block(name: str) -> str:
    """Return the file of the document whose first line is a comment that begins with its path."""
    bodies = [text.partition("\n")[2] for text in DOCUMENT.read_text().split("```")[1::2]]
    found = [body for body in bodies if body.startswith(f"# {name}")]
    assert len(found) == 1, f"{name} is {len(found)} times in the document"
    return found[0]


def replaced(text: str, changes: Mapping[str, str]) -> str:
    """Return the text with changes; each must find what it changes."""
    for old, new in changes.items():
        assert old in text, f"the document has no {old!r} any more"
        text = text.replace(old, new)
    return text


@attrs.frozen
class Certificate:
    """A key and a certificate for the host of the tests, and who trusts it."""

    key: Path
    chain: Path
    trust: ssl.SSLContext

    @classmethod
    def made(cls, folder: Path) -> Certificate:
        """Make them in a folder, which is made as well."""
        folder.mkdir(parents=True)
        authority = trustme.CA()
        issued = authority.issue_cert(HOST)
        issued.private_key_pem.write_to_path(folder / "key.pem")
        for pem in issued.cert_chain_pems:
            pem.write_to_path(folder / "chain.pem", append=True)
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        return cls(folder / "key.pem", folder / "chain.pem", trust)


@attrs.frozen
class Proxy:
    """A running nginx."""

    server: Server
    door: Door
    """The way in by TLS."""
    plain: Door
    """The way in without."""

    def tab(self, page: str, cookie: str = "") -> Tab:
        """Return a tab of a browser that has these cookies."""
        return Tab(self.door, self.door, page, cookie=cookie)

    async def visit(self) -> str:
        """Load a page as a browser does that has never been here; return its cookies."""
        cookie = ""
        async for part in request(self.door, "GET", "/"):
            if not isinstance(part, bytes):
                assert part.status_code == 200
                cookie = with_cookies("", part)
        return cookie


#: What nginx.conf of Debian's package says besides, as far as it matters here.
_HTTP = """
http {{
    sendfile on;
    tcp_nopush on;
    gzip on;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@asynccontextmanager
async def proxied(
    sites: Sequence[Site], folder: Path, changes: Mapping[str, str] | None = None
) -> AsyncIterator[Proxy]:
    """Have nginx in front of some sites while the block runs.

    Args:
        sites: the workers.
        folder: for its files and its log.
        changes: what a test changes in the document's files.
    """
    certificate = Certificate.made(folder)
    secure, plain = _free_ports(2)
    servers = "".join(f"    server 127.0.0.1:{site.port} max_fails=0;\n" for site in sites)
    here = {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
        "shop.example": HOST,
        "/etc/ssl/shop/fullchain.pem": str(certificate.chain),
        "/etc/ssl/shop/key.pem": str(certificate.key),
        "    server 127.0.0.1:8001 max_fails=0;\n": servers,
        "    server 127.0.0.1:8002 max_fails=0;\n": "",
    }
    configuration = _configured(folder, here, changes or {})
    command = [find_nginx(), "-p", str(folder), "-c", str(configuration), "-e", "stderr"]
    async with process(command, folder) as server:
        made = Proxy(server, Door(secure, certificate.trust), Door(plain))
        await _until_up(made)
        yield made


def _configured(folder: Path, here: Mapping[str, str], changes: Mapping[str, str]) -> Path:
    """Write the document's files, with what is to be other here and what a test changes."""
    site = replaced(block("/etc/nginx/sites-available/"), here)
    main = block("/etc/nginx/nginx.conf") + _HTTP.format(folder=folder)
    for old, new in changes.items():
        assert old in site + main, f"the document has no {old!r} any more"
        site, main = site.replace(old, new), main.replace(old, new)
    as_root = "user root;\n" if os.geteuid() == 0 else ""  # the folder is nobody else's
    own = f"daemon off;\npid {folder}/pid;\nerror_log stderr notice;\nworker_processes 2;\n"
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(as_root + own + main)
    return folder / "nginx.conf"


async def _until_up(proxy: Proxy) -> None:
    while True:
        assert proxy.server.process.poll() is None, proxy.server.output
        try:
            await proxy.visit()
        except LostError:
            await trio.sleep(0.02)
        else:
            return


def _free_ports(count: int) -> list[int]:
    with_ports = [socket.socket() for _ in range(count)]
    try:
        for each in with_ports:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in with_ports]
    finally:
        for each in with_ports:
            each.close()


def unit_command(port: int) -> list[str]:
    """Return the command of the document's unit, for this Python, the tests' app and a port."""
    line = next(
        line for line in block("/etc/systemd/system/").splitlines() if line.startswith("ExecStart=")
    )
    program, *options = line.removeprefix("ExecStart=").replace("%i", str(port)).split()
    assert program.endswith("/bin/hypercorn")
    assert options[-1] == "triostate.app:app"
    return [sys.executable, "-m", "hypercorn", *options]
