# SPDX-License-Identifier: MIT
"""Stock kernels made ready to boot: found, unpacked, with module, init, plugin and emulator. Each part is made once, when first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from kernel.lanes import build, kernels, qemu, unpack
from kernel.lanes.apt import Apt, Package
from kernel.lanes.build import Module
from kernel.lanes.errors import Refused
from kernel.lanes.kernels import Kernel
from kernel.lanes.qemu import Machine
from kernel.lanes.session import Session

T = TypeVar("T")


class Once(Generic[T]):
    """A value that the first thread makes while the others wait. If that fails, each of them tries for itself."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


@dataclass(frozen=True)
class Bare:
    """What a boot needs."""

    image: Path
    init: Path
    plugin: Path
    machine: Machine


@dataclass(frozen=True)
class Ready(Bare):
    """What a boot with our module needs."""

    module: Module


class Stock:
    def __init__(self, session: Session) -> None:
        self._session = session
        self.apt = Apt(session)
        self._unpacked = unpack.Unpacked(session, self.apt)
        self._machine = Once(lambda: Machine(self._group("qemu")))
        self._init = Once(partial(build.init, session))
        self._plugin = Once(partial(build.plugin, session))
        self._modules: dict[str, Once[Module]] = {}
        self._kernels: list[Kernel] = []
        self._packages: dict[str, Sequence[Package]] = {}
        self._roots: dict[str, Once[Path]] = {}

    def find(self, names: Sequence[str]) -> list[Kernel]:
        """The kernels of these names; also asks for what all boots need, tells the progress line, and looks whether there is room."""
        session = self._session

        def lists() -> None:
            with session.progress.step("package lists"):
                self.apt.refresh()

        asks: list[Callable[[], None]] = [partial(self._ask_kernels, names), self._ask_qemu, self._ask_tools]
        session.all([lists])
        session.all(asks)
        mend = {kernel.group: partial(self._mend, kernel) for kernel in self._kernels}
        for group, packages in self._packages.items():
            self._roots[group] = Once(partial(self._unpacked.get, group, packages, mend.get(group, unpack.leave)))
            self._unpacked.plan(group, packages)
        session.cache.check_space(self._unpacked.needed_mib(self._packages))
        self._modules = {kernel.name: Once(partial(self._module, kernel)) for kernel in self._kernels}
        return self._kernels

    def _ask_kernels(self, names: Sequence[str]) -> None:
        self._kernels = kernels.find(self.apt, names)
        self._packages |= {kernel.group: kernel.packages for kernel in self._kernels}

    def _ask_qemu(self) -> None:
        self._packages["qemu"] = qemu.packages(self.apt)

    def _ask_tools(self) -> None:
        self._packages |= {"libc": unpack.libc_packages(self.apt), "patchelf": unpack.patchelf_packages(self.apt)}

    def _group(self, group: str) -> Path:
        return self._roots[group]()

    def _mend(self, kernel: Kernel, folder: Path, entry: Path) -> None:
        unpack.mend_kernel(self._session, kernel, self._group("patchelf"), self._group("libc"))(folder, entry)

    def _module(self, kernel: Kernel) -> Module:
        root = self._group(kernel.group)
        with self._session.computing(f"{kernel.name} builds"):
            return build.module(self._session, kernel, root)

    def ready(self, kernel: Kernel) -> Ready:
        """The module is built first, since that takes longest."""
        module = self._modules[kernel.name]()
        bare = self.bare(kernel)
        return Ready(bare.image, bare.init, bare.plugin, bare.machine, module)

    def bare(self, kernel: Kernel) -> Bare:
        images = [path for path in self._group(kernel.group).glob("**/vmlinuz*") if path.is_file()]
        if len(images) != 1:
            raise Refused(f"{kernel.package}: {len(images)} files named vmlinuz in place of one")
        return Bare(images[0], self._init(), self._plugin(), self._machine())

    def config(self, kernel: Kernel) -> Path:
        """The file that says what the kernel was built with."""
        return self._group(kernel.group) / f"usr/src/linux-headers-{kernel.release}/.config"

    def bare_described(self, kernel: Kernel) -> dict[str, Any]:
        """What run.json says of it, if no module of ours is loaded."""
        config = build.file_hash(self.config(kernel))
        head = {"kernel": kernel.name, "release": kernel.release, "package": kernel.package, "version": kernel.version}
        return {**head, "config": config, "module": None, "source": None}

    def identity(self, kernel: Kernel) -> dict[str, Any]:
        """What a round says of its kernel."""
        module = self._modules[kernel.name]()
        return {"release": kernel.release, "config": module.config, "module": module.hash}

    def described(self, kernel: Kernel) -> dict[str, Any]:
        """What run.json says of it."""
        source = build.sources_hash(build.MODULE)
        whole = {"kernel": kernel.name, "package": kernel.package, "version": kernel.version, **self.identity(kernel), "source": source}
        return {name: whole[name] for name in ("kernel", "release", "package", "version", "config", "module", "source")}

    def tools(self) -> dict[str, str | None]:
        return {"qemu": self._machine().version(self._session), "compiler": build.compiler(self._session)}
