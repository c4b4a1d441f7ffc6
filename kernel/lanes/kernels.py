# SPDX-License-Identifier: MIT
"""The stock kernels: which there are, which packages hold them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kernel.lanes import apt
from kernel.lanes.apt import Apt, Package
from kernel.lanes.errors import Refused
from kernel.lanes.names import NEWEST, number_of
from kernel.lanes.words import unknown

@dataclass(frozen=True)
class Family:
    """A line of kernels. Its newest member is taken."""

    name: str
    meta_package: str
    suite: str
    source: str
    what: str


FAMILIES = (
    Family("6.1", "linux-image-cloud-amd64", apt.STABLE, "Debian 12", "tcp_md5sig_pool; no clones, no library calls"),
    Family("6.12", "linux-image-6.12-cloud-amd64", apt.SECURITY, "Debian 12's security suite", "tcp_sigpool and clones"),
    Family(NEWEST, "linux-image-cloud-amd64", apt.NEXT_BACKPORTS, "Debian 13's backports", "library calls; clones and pools are gone"),
)
NAMES = tuple(family.name for family in FAMILIES)


@dataclass(frozen=True)
class Kernel:
    """One kernel with the packages to unpack: the image, its modules, what a module is built with."""

    family: str
    name: str
    release: str
    package: str
    version: str
    packages: tuple[Package, ...]

    @property
    def group(self) -> str:
        """Of the cache. A newer kernel of the family replaces an older one there."""
        return f"linux-{self.family}"

    @property
    def number(self) -> tuple[int, int]:
        return number_of(self.name)


def check_names(names: Sequence[str]) -> None:
    """Refuses what is no kernel's name. Which number `newest` has is known once lists are loaded."""
    for name in names:
        if name not in NAMES and not re.fullmatch(r"[1-9]\d*\.\d+", name):
            raise Refused(unknown("kernel", name, NAMES))


def find(the_apt: Apt, names: Sequence[str]) -> list[Kernel]:
    """The kernels of these names, in the order of FAMILIES; all without names."""
    if names and set(names) <= set(NAMES):
        return [_kernel(the_apt, family) for family in FAMILIES if family.name in names]
    kernels = [_kernel(the_apt, family) for family in FAMILIES]
    known = [kernel.name for kernel in kernels]
    for name in names:
        if name not in (*known, NEWEST):
            raise Refused(unknown("kernel", name, [*known[:-1], f"{known[-1]} ({NEWEST})"]))
    return [kernel for kernel in kernels if not names or kernel.name in names or (kernel is kernels[-1] and NEWEST in names)]


def _kernel(the_apt: Apt, family: Family) -> Kernel:
    (meta,) = the_apt.packages([family.meta_package], family.suite)
    image_name = _needed(meta, r"linux-image-\d[^\s,]*")
    release = image_name.removeprefix("linux-image-")
    number = re.match(r"\d+\.\d+", release)
    if not number:
        raise Refused(f"{image_name}: no kernel release in that name")
    image, headers = the_apt.packages([image_name, f"linux-headers-{release}"], family.suite, meta.version)
    # Since 7.x the image's package is empty, and needs those that hold vmlinuz and the modules.
    parts = [name for name in (f"linux-binary-{release}", f"linux-modules-{release}") if name in image.depends]
    tools = [_needed(headers, pattern) for pattern in (r"linux-headers-[^\s,]+-common", r"linux-kbuild-[^\s,]+")]
    others = the_apt.packages([*parts, *tools], family.suite, meta.version)
    packages = (headers, *others) if parts else (image, headers, *others)
    return Kernel(family.name, number[0], release, parts[0] if parts else image.name, meta.version, packages)


def _needed(package: Package, pattern: str) -> str:
    found = re.search(rf"(?:^|, )({pattern})(?= |,|$)", package.depends)
    if not found:
        raise Refused(f"{package.name} {package.version} needs no package such as {pattern}: its packages are not split as those known here")
    return found[1]
