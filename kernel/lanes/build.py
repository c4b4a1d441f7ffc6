# SPDX-License-Identifier: MIT
"""What is compiled here: the module for each kernel, init, QEMU's plugin. Each is kept, by the hash of all that it is made of."""

from __future__ import annotations

import hashlib
import lzma
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kernel.lanes.errors import Refused
from kernel.lanes.kernels import Kernel
from kernel.lanes.session import SOURCE, Session
from kernel.lanes.words import last_line

COMMANDS = ("gcc", "make", "ld")
MODULE = SOURCE / "kernel/module"
INIT = SOURCE / "kernel/init"
PLUGIN = SOURCE / "kernel/plugin"

# The algorithms, and their fast implementations: without them 6.1 and 6.12 hash in C. A kernel has some of them built in.
_WANTED = ("md5", "hmac", "cmac", "ctr", "gcm", "ghash-generic", "ghash-clmulni-intel", "aesni-intel", "sha1-ssse3", "sha256-ssse3")

# Headers were configured for another compiler, or ask for tools that only Debian's own builds need.
_MAKE = ("CONFIG_DEBUG_INFO_BTF_MODULES=", "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=")


@dataclass(frozen=True)
class Module:
    """The module for one kernel, with the kernel's own modules to load before it, in order."""

    file: Path
    first: tuple[Path, ...]
    config: str
    hash: str


def short_hash(*parts: bytes) -> str:
    """12 hexadecimal digits, as result files have them. No two lists of parts are one text."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()[:12]


def bytes_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def file_hash(path: Path) -> str:
    return bytes_hash(path.read_bytes())


def sources_hash(folder: Path, *more: str) -> str:
    """Of a folder's sources: names and bytes."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".c", ".h"} or path.name in {"Kbuild", "Makefile"})
    if not files:
        raise Refused(f"{folder}: no sources; is the source of tfmbench complete?")
    parts = [part for path in files for part in (path.relative_to(folder).as_posix().encode(), path.read_bytes())]
    return short_hash(*parts, *(word.encode() for word in more))


@cache
def compiler(session: Session) -> str:
    """gcc's name and version."""
    done = session.processes.run(("gcc", "-dumpfullversion"))
    if done.returncode != 0:
        raise Refused(f"gcc: {last_line(done.stderr)}")
    return f"gcc {done.stdout.strip()}"


def first_error(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no output")


def module(session: Session, kernel: Kernel, root: Path) -> Module:
    """The module for a kernel that is unpacked at `root`."""
    key = sources_hash(MODULE, kernel.release, kernel.version, compiler(session), *_MAKE, *_WANTED)
    headers = root / f"usr/src/linux-headers-{kernel.release}"

    def make(folder: Path, entry: Path) -> None:
        _make_module(session, headers, kernel.release, folder, _MAKE)
        for number, (name, data) in enumerate(modules_needed(root, _WANTED).items()):
            (folder / f"pre{number:02}-{name}.ko").write_bytes(data)

    entry = session.cache.get("modules", kernel.name, key, make)
    file = entry / "tfmbench.ko"
    return Module(file, tuple(sorted(entry.glob("pre*.ko"))), file_hash(headers / ".config"), file_hash(file))


def plain_module(session: Session, group: str, headers: Path, release: str) -> Path:
    """The module alone, for headers that are installed and fit the compiler."""
    key = sources_hash(MODULE, str(headers.resolve()), release, compiler(session))
    return session.cache.get("modules", group, key, lambda folder, entry: _make_module(session, headers, release, folder)) / "tfmbench.ko"


def _make_module(session: Session, headers: Path, release: str, folder: Path, more: Sequence[str] = ()) -> None:
    build = folder / "build"
    shutil.copytree(MODULE, build)
    # Paths of this machine would change the module's hash.
    flags = f"KCFLAGS=-ffile-prefix-map={build}=kernel/module"
    done = session.processes.run(("make", "-C", headers, f"M={build}", "CC=gcc", *more, flags, "modules"))
    if done.returncode != 0:
        raise Refused(f"the module cannot be built for {release}: {first_error(done.stderr)}")
    shutil.copy(build / "tfmbench.ko", folder)
    shutil.rmtree(build)


def modules_needed(root: Path, wanted: Sequence[str]) -> dict[str, bytes]:
    """The kernel's modules of these names, as far as they are modules, each after those that it needs."""
    files = {path.name.partition(".ko")[0].replace("-", "_"): path for path in root.rglob("*.ko*")}
    needed: dict[str, bytes] = {}

    def need(name: str) -> None:
        if name in needed or name not in files:
            return
        data = _unpacked(files[name])
        # In .modinfo: depends=NAME,NAME and a zero.
        depends = re.search(rb"\0depends=([^\0]*)\0", data)
        for other in (depends[1].decode() if depends else "").split(","):
            need(other.replace("-", "_"))
        needed[name] = data

    for name in wanted:
        need(name.replace("-", "_"))
    return needed


def _unpacked(path: Path) -> bytes:
    if path.suffix == ".ko":
        return path.read_bytes()
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    raise Refused(f"{path.name}: a module that is packed in a way the kernel lanes do not know")


def _made(session: Session, source: Path, name: str) -> Path:
    """A program that its folder's Makefile makes."""

    def make(folder: Path, entry: Path) -> None:
        done = session.processes.run(("make", "-s", "-C", source, f"O={folder}", folder / name))
        if done.returncode != 0:
            raise Refused(f"{source.relative_to(SOURCE)} cannot be built: {first_error(done.stderr)}")

    return session.cache.get("programs", source.name, sources_hash(source, compiler(session)), make) / name


def init(session: Session) -> Path:
    """pid 1 of all boots."""
    return _made(session, INIT, "init")


def plugin(session: Session) -> Path:
    """QEMU's plugin, which counts."""
    return _made(session, PLUGIN, "kphase.so")
