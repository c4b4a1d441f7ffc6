# SPDX-License-Identifier: MIT
"""User-mode Linux made ready to boot: sources found, kernels built, with module and init. stock.py does the same for stock kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kernel.lanes import apt, build, uml, uml_build, uml_source, unpack
from kernel.lanes.apt import Apt, Package
from kernel.lanes.build import Module
from kernel.lanes.session import Session, cores
from kernel.lanes.stock import Once
from kernel.lanes.uml_build import Builder
from kernel.lanes.uml_source import Source

COMMANDS = (*apt.COMMANDS, *build.COMMANDS, *uml_source.COMMANDS, *uml.COMMANDS)

_TOOLS = "uml-tools"
_BUILD_SECONDS = 480
"""Of one core."""


@dataclass(frozen=True)
class Ready:
    """What a boot needs."""

    source: Source
    program: Path
    release: str
    module: Module
    init: Path

    @property
    def name(self) -> str:
        return self.source.name

    def identity(self) -> dict[str, Any]:
        """What a round says of its kernel."""
        return {"release": self.release, "config": self.module.config, "module": self.module.hash}

    def described(self) -> dict[str, Any]:
        """What run.json says of it."""
        package = self.source.package
        head = {"kernel": self.name, "release": self.release, "package": package.name, "version": package.version}
        return {**head, **self.identity(), "source": build.sources_hash(build.MODULE)}


class UserMode:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._apt = Apt(session)
        self._unpacked = unpack.Unpacked(session, self._apt)
        self._init = Once(partial(build.init, session))
        self._tool_packages: Sequence[Package] = ()
        self._tools = Once(lambda: self._unpacked.get(_TOOLS, self._tool_packages))
        self._builder = Builder(session, self._apt, self._tools)
        self._sources: list[Source] = []
        self._keys: dict[str, str] = {}

    def make(self, names: Sequence[str]) -> list[Ready]:
        """The kernels of these names, ready."""
        session = self._session
        session.all([partial(self._find, names)])
        absent = [source for source in self._sources if not self._has(source)]
        groups = {_TOOLS: self._tool_packages} if absent else {}
        for group, packages in groups.items():
            self._unpacked.plan(group, packages)
        for source in absent:
            session.progress.plan(f"{source.group} downloads", source.package.size / 6e6)
            session.progress.plan(f"{source.group} unpacks", 20)
            session.progress.plan(f"{source.group} builds", _BUILD_SECONDS)
        session.cache.check_space(self._unpacked.needed_mib(groups) + uml_source.UNPACKED_MIB * len(absent))
        jobs = max(1, cores() // max(1, len(absent)))
        return session.all([partial(self._ready, source, jobs) for source in self._sources])

    def _find(self, names: Sequence[str]) -> None:
        self._apt.refresh()
        self._sources = uml_source.find(self._apt, names)
        self._tool_packages = uml_build.tool_packages(self._apt)
        fragment, compiler = uml_build.FRAGMENT.read_text(), build.compiler(self._session)
        self._keys = {source.name: uml_build.key(source, fragment, compiler) for source in self._sources}

    def _has(self, source: Source) -> bool:
        return self._session.cache.has(uml_build.KIND, source.name, self._keys[source.name])

    def _ready(self, source: Source, jobs: int) -> Ready:
        built = self._builder.get(source, self._keys[source.name], jobs)
        with self._session.computing(f"{source.group} module"):
            module = uml_build.module(self._session, built)
        return Ready(source, built.program, built.release, module, self._init())
