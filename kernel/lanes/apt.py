# SPDX-License-Identifier: MIT
"""Debian's packages through the machine's own apt, with a state of our own: nothing is installed, the system's lists stay as they are.

The addresses are those that the machine's apt uses (`apt-get indextargets`), for the suites that it lacks as well.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kernel.lanes.errors import Refused
from kernel.lanes.session import Session

STABLE, SECURITY, BACKPORTS = "bookworm", "bookworm-security", "bookworm-backports"
NEXT, NEXT_BACKPORTS = "trixie", "trixie-backports"
COMMANDS = ("apt-get", "apt-cache", "apt-config", "dpkg-deb", "setpriv")

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_FRESH_SECONDS = 24 * 3600
_LISTS_MIB = 250
# Parts of the machine's Acquire that say what is fetched and how it is kept; ours says so itself.
_OURS = re.compile(r"Acquire::(IndexTargets|Changelogs|Languages|CompressionTypes|GzipIndexes|cdrom)\b")


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    size: int = 0
    depends: str = ""

    @property
    def pinned(self) -> str:
        return f"{self.name}={self.version}"


class Apt:
    def __init__(self, session: Session, system: Path = Path("/")) -> None:
        self._session = session
        self._system = system
        self._folder = session.cache.folder / "apt"
        self._config = self._folder / "apt.conf"
        self._known = self._folder / "answers.json"
        self._outdated = self._folder / "outdated"
        self._answers: dict[str, str] = {}
        self._writing = threading.Lock()

    def _run(self, program: str, verb: str, *options: str, folder: Path | None = None) -> str:
        done = self._session.processes.run((program, verb, *options), folder, {"APT_CONFIG": str(self._config)})
        if done.returncode != 0:
            raise Refused(f"{program} {verb}: {_reason(done.stderr)}")
        return done.stdout

    def _ask(self, program: str, verb: str, *options: str) -> str:
        """What apt answers. It takes seconds to read its lists, so answers are kept as long as they and the machine's packages stay."""
        status = self._system / "var/lib/dpkg/status"
        question = f"{status.stat().st_mtime_ns if status.exists() else 0} {' '.join((program, verb, *options))}"
        with self._writing:
            if not self._answers and self._known.is_file():
                self._answers.update(json.loads(self._known.read_text()))
        if question not in self._answers:
            answer = self._run(program, verb, *options)
            with self._writing:
                self._answers[question] = answer
                part = self._session.cache.scratch("answers") / "answers.json"
                part.write_text(json.dumps(self._answers))
                part.replace(self._known)
        return self._answers[question]

    def refresh(self) -> None:
        """Brings the lists up to date unless they are of today. Without a mirror it goes on with older ones, if there are."""
        text = self._sources()
        sources = self._folder / "sources.list"
        stamp = self._folder / "fresh"
        same = sources.is_file() and sources.read_text() == text
        if same and not self._outdated.exists() and stamp.is_file() and 0 <= time.time() - stamp.stat().st_mtime < _FRESH_SECONDS:
            return
        if not same:
            stamp.unlink(missing_ok=True)
            self._session.cache.check_space(_LISTS_MIB)
            self._known.unlink(missing_ok=True)
        for part in ("state/lists/partial", "cache/archives/partial"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        (self._folder / "preferences").write_text("Package: *\nPin: release n=trixie*\nPin-Priority: 1\n")
        self._config.write_text(self._configuration())
        sources.write_text(text)
        try:
            self._run("apt-get", "update", "-q", "-o", "APT::Update::Error-Mode=any")
        except Refused as error:
            if self._session.processes.stopped or not stamp.is_file():
                raise Refused(f"Debian's package lists cannot be loaded: {error}") from error
            day = time.strftime("%Y-%m-%d", time.gmtime(stamp.stat().st_mtime))
            self._session.warn(f"package lists are those of {day}: {error}")
            return
        for path in (self._known, self._outdated):
            path.unlink(missing_ok=True)
        stamp.touch()

    def _sources(self) -> str:
        """Our sources.list. The suite's own line must be among the machine's; other suites lie beside it."""
        if not (self._system / "etc/debian_version").exists():
            raise Refused("this is not a Debian system: the kernel lanes take kernels and tools from Debian 12 (bookworm)")
        wanted = ("apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)", "Identifier: Packages", "Component: main")
        done = self._session.processes.run(wanted)
        if done.returncode != 0:
            raise Refused(f"apt-get indextargets: {_reason(done.stderr)}")
        places: dict[str, str] = {}
        for line in done.stdout.splitlines():
            release, _, place = line.partition(" ")
            places.setdefault(release, place.rstrip("/"))
        if STABLE not in places:
            raise Refused(f"apt here has no suite bookworm: the kernel lanes need Debian 12, this is {self._release()}")
        main = places[STABLE]
        security = places.get(SECURITY, f"{main}-security")
        signed = f"[signed-by={_KEYRING}] " if _KEYRING.exists() else ""
        of = {STABLE: main, SECURITY: security, BACKPORTS: places.get(BACKPORTS, main), NEXT: main, NEXT_BACKPORTS: main}
        return "".join(f"deb {signed}{place} {suite} main\n" for suite, place in of.items())

    def _release(self) -> str:
        path = self._system / "etc/os-release"
        found = re.search(r'^PRETTY_NAME="?([^"\n]*)', path.read_text() if path.is_file() else "", re.MULTILINE)
        return found[1] if found else "another system"

    def _configuration(self) -> str:
        """How the machine fetches (proxies, time limits) with folders of our own, and without its hooks."""
        done = self._session.processes.run(("apt-config", "dump", "--format", '%F "%V";%n'))
        if done.returncode != 0:
            raise Refused(f"apt-config dump: {_reason(done.stderr)}")
        fetch = [line for line in done.stdout.splitlines() if line.startswith("Acquire::") and not _OURS.match(line)]
        own = {
            "Dir::State": self._folder / "state",
            "Dir::State::status": "/var/lib/dpkg/status",
            "Dir::Cache": self._folder / "cache",
            "Dir::Cache::srcpkgcache": "",
            "Dir::Etc::main": "/dev/null",
            "Dir::Etc::parts": "/dev/null",
            "Dir::Etc::sourcelist": self._folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": self._folder / "preferences",
            "Dir::Etc::preferencesparts": "/dev/null",
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
        }
        return "\n".join([*fetch, *(f'{name} "{value}";' for name, value in own.items())]) + "\n"

    def packages(self, names: Sequence[str], suite: str, version: str | None = None) -> list[Package]:
        """Packages as a suite has them, or all in one version of any suite."""
        wanted = [f"{name}={version}" if version else name for name in names]
        text = self._ask("apt-cache", "show", "-t", suite, "--no-all-versions", *wanted)
        found: dict[str, Package] = {}
        for stanza in text.split("\n\n"):
            fields = dict(re.findall(r"^([\w-]+): (.*)$", stanza, re.MULTILINE))
            if {"Package", "Version", "Size"} <= fields.keys() and fields["Size"].isdecimal():
                package = Package(fields["Package"], fields["Version"], int(fields["Size"]), fields.get("Depends", ""))
                found.setdefault(package.name, package)
        absent = [name for name in names if name not in found]
        if absent:
            raise Refused(f"apt-cache show: no {', '.join(absent)} in {suite}")
        return [found[name] for name in names]

    def missing_for(self, names: Sequence[str], suite: str) -> list[Package]:
        """These packages and what they need beyond what is installed here, as `apt-get install` would choose."""
        text = self._ask("apt-get", "install", "-s", "-t", suite, "-o", "Debug::NoLocking=1", "--no-install-recommends", "--reinstall", *names)
        return [Package(name, version) for name, version in re.findall(r"^Inst (\S+) (?:\[\S*\] )?\((\S+) ", text, re.MULTILINE)]

    def download(self, packages: Sequence[Package], folder: Path) -> list[Path]:
        try:
            self._run("apt-get", "download", "-q", *(package.pinned for package in packages), folder=folder)
        except Refused:
            self._outdated.touch()  # lists may name what the mirror has no longer: the next run loads them
            raise
        files = sorted(folder.glob("*.deb"))
        if len(files) != len(packages):
            raise Refused(f"apt-get download: {len(files)} packages came in place of {len(packages)}")
        return files


def _reason(errors: str) -> str:
    """The first line that apt calls an error, without its letter."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    first = next((line for line in lines if line.startswith("E: ")), lines[-1] if lines else "it failed without a word")
    return " ".join(first.removeprefix("E: ").split())
