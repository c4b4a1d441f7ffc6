# SPDX-License-Identifier: MIT
"""Packages as folders of the cache, fit to be used where they lie."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kernel.lanes import apt
from kernel.lanes.apt import Apt, Package
from kernel.lanes.errors import Refused
from kernel.lanes.kernels import Kernel
from kernel.lanes.session import Session
from kernel.lanes.words import last_line

_LIBRARIES = "usr/lib/x86_64-linux-gnu"

# What a group takes while it is unpacked: its packages and their files, in MB, measured and rounded up.
_KERNEL_MIB, _OTHER_MIB = 240, 140
_ROOM_MIB = 100
"""For modules, initrds and logs, whatever has to be unpacked."""

Mend = Callable[[Path, Path], None]
"""mend(FOLDER, ENTRY) makes the files in FOLDER usable once they lie at ENTRY."""


def leave(folder: Path, entry: Path) -> None:
    """The files are usable as they are."""


def key_of(folder: Path, packages: Sequence[Package]) -> str:
    """Names and versions; and the place, since paths of it are written into files."""
    text = "\n".join([str(folder), *sorted(package.pinned for package in packages)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Unpacked:
    def __init__(self, session: Session, the_apt: Apt) -> None:
        self._session = session
        self._apt = the_apt

    def _has(self, group: str, packages: Sequence[Package]) -> bool:
        return self._session.cache.has("packages", group, key_of(self._session.cache.folder, packages))

    def plan(self, group: str, packages: Sequence[Package]) -> None:
        """Tells the progress line what get() will do."""
        if not self._has(group, packages):
            self._session.progress.plan(f"{group} downloads", max(1.0, sum(package.size for package in packages) / 6e6))
            self._session.progress.plan(f"{group} unpacks", 4)

    def needed_mib(self, groups: Mapping[str, Sequence[Package]]) -> int:
        absent = [group for group, packages in groups.items() if not self._has(group, packages)]
        return _ROOM_MIB + sum(_KERNEL_MIB if group.startswith("linux-") else _OTHER_MIB for group in absent)

    def get(self, group: str, packages: Sequence[Package], mend: Mend = leave) -> Path:
        """The folder of a group of packages."""

        def make(folder: Path, entry: Path) -> None:
            loaded = self._session.cache.scratch(f"{group}.debs")
            with self._session.downloading(f"{group} downloads"):
                files = self._apt.download(packages, loaded)
            with self._session.computing(f"{group} unpacks"):
                for file in files:
                    done = self._session.processes.run(("dpkg-deb", "-x", file, folder))
                    if done.returncode != 0:
                        raise Refused(f"cannot unpack {file.name} in {folder.parent}: {last_line(done.stderr)}")
                    file.unlink()
            mend(folder, entry)

        return self._session.cache.get("packages", group, key_of(self._session.cache.folder, packages), make)


def libc_packages(the_apt: Apt) -> list[Package]:
    """What the kernels' build tools run with: those of 7.x want the next release's libc, and libelf may not be installed here."""
    return the_apt.packages(("libc6", "libelf1t64", "zlib1g", "libzstd1"), apt.NEXT)


def patchelf_packages(the_apt: Apt) -> list[Package]:
    return the_apt.packages(("patchelf",), apt.STABLE)


def mend_kernel(session: Session, kernel: Kernel, patchelf: Path, libc: Path) -> Mend:
    """Lets headers be used where they lie, and their tools run with the libraries under `libc`."""
    libraries = libc / _LIBRARIES

    def mend(folder: Path, entry: Path) -> None:
        makefile = folder / f"usr/src/linux-headers-{kernel.release}/Makefile"
        makefile.write_text(makefile.read_text().replace("/usr/src/", f"{entry}/usr/src/"))
        tools = [path for path in (folder / "usr/lib").glob("linux-kbuild-*/**/*") if _is_program(path)]
        # In place: a tool may call itself by its name (objtool runs objtool.real-x86).
        command = (patchelf / "usr/bin/patchelf", "--set-interpreter", libraries / "ld-linux-x86-64.so.2", "--set-rpath", libraries)
        done = session.processes.run((*command, *tools))
        if done.returncode != 0:
            raise Refused(f"patchelf, tools of {kernel.release}: {last_line(done.stderr)}")

    return mend


def _is_program(path: Path) -> bool:
    if path.is_symlink() or not path.is_file() or not path.stat().st_mode & 0o100:
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def environment_of(root: Path) -> dict[str, str]:
    """For a program of packages unpacked at `root`: where its libraries lie."""
    return {"LD_LIBRARY_PATH": f"{root / _LIBRARIES}:{root / 'lib/x86_64-linux-gnu'}"}
