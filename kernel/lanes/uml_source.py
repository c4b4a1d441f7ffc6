# SPDX-License-Identifier: MIT
"""The sources of User-mode Linux: Debian's packages linux-source, of which the lanes unpack what such a kernel can need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kernel.lanes import apt
from kernel.lanes.apt import Apt, Package
from kernel.lanes.errors import Refused
from kernel.lanes.names import NEWEST
from kernel.lanes.session import Session
from kernel.lanes.words import last_line, unknown

COMMANDS = ("bash", "tar", "xz")

_OLD = "6.12"
_META = "linux-source"
"""The package that needs the newest one."""

# Files of these that are compiled are left out, four of five. What the build reads of them (Kconfig, Makefile) stays.
_LEFT_OUT = (
    "Documentation", "rust", "samples", "sound", "tools",
    # All but um and x86.
    "arch/[!ux]*", "arch/xtensa",
    # Most have other first letters than base, char, net, pps, ptp and tty.
    "drivers/[!bcnpt]*", "drivers/net/*", "drivers/ntb", "drivers/nvme",
    *(f"drivers/{name}" for name in ("block", "bluetooth", "bus", "clk", "clocksource", "comedi", "cpufreq", "crypto", "cxl", "nfc", "pci",
                                     "pcmcia", "phy", "pinctrl", "platform", "pmdomain", "power", "pwm", "thermal", "thunderbolt")),
    *(f"fs/{name}" for name in ("bcachefs", "btrfs", "ceph", "ext4", "f2fs", "gfs2", "jfs", "nfs", "nfsd", "ntfs3", "ocfs2", "smb", "xfs")),
)  # fmt: skip
_COMPILED = ("*.[chS]", "*.dts", "*.dtsi", "*.rst", "*.rs", "*.yaml", "*.json")

UNPACKED_MIB = 450
"""A kernel's source as it is unpacked, with what is built of it, measured and rounded up."""


@dataclass(frozen=True)
class Source:
    """One kernel's source."""

    name: str
    package: Package

    @property
    def group(self) -> str:
        return f"uml-{self.name}"


def find(the_apt: Apt, names: Sequence[str]) -> list[Source]:
    """The sources of these kernels, in their order; all without names."""
    (meta,) = the_apt.packages([_META], apt.NEXT_BACKPORTS)
    newest = re.search(rf"{_META}-(\d+\.\d+)", meta.depends)
    if not newest:
        raise Refused(f"{_META} {meta.version} needs no package {_META}-NUMBER: its packages are not split as those known here")
    suites = {_OLD: apt.SECURITY, newest[1]: apt.NEXT_BACKPORTS}
    for name in names:
        if name not in (*suites, NEWEST):
            raise Refused(unknown("kernel of User-mode Linux", name, [_OLD, f"{newest[1]} ({NEWEST})"]))
    chosen = [name for name in suites if not names or name in names or (name == newest[1] and NEWEST in names)]
    return [Source(name, the_apt.packages([f"{_META}-{name}"], suites[name])[0]) for name in chosen]


def tar_options() -> list[str]:
    return [f"--exclude=linux-source-*/{place}/{files}" for place in _LEFT_OUT for files in _COMPILED]


def unpack(session: Session, source: Source, deb: Path, folder: Path) -> Path:
    """The folder of the source, under `folder`."""
    archive = f"./usr/src/{source.package.name}.tar.xz"
    pipe = 'set -o pipefail; deb=$1 archive=$2; shift 2; dpkg-deb --fsys-tarfile "$deb" | tar -xO "$archive" | xz -T0 -dc | tar -x "$@"'
    done = session.processes.run(("bash", "-c", pipe, "bash", deb, archive, "-C", folder, *tar_options()))
    unpacked = folder / source.package.name
    if done.returncode != 0 or not (unpacked / "Makefile").is_file():
        raise Refused(f"cannot unpack {source.package.name} {source.package.version} in {folder}: {last_line(done.stderr)}")
    return unpacked
