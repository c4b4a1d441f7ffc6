# SPDX-License-Identifier: MIT
"""One boot under QEMU without KVM. Its time is made of instructions (-icount), so what else the machine does has no influence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernel.lanes import apt
from kernel.lanes.apt import Apt, Package
from kernel.lanes.console import Console, Seen
from kernel.lanes.errors import Refused
from kernel.lanes.session import Session
from kernel.lanes.unpack import environment_of
from kernel.lanes.words import last_line

# QEMU counts each iteration of a `rep`, so a memset() of 200 bytes would be 200 instructions: without these the kernel writes words.
CPU = "max,-fsrs,-fsrm,-erms,-fzrm"

# Kernel and stacks lie where they lay in the last boot: else single cells take four instructions more or less.
KERNEL_WORDS = "console=ttyS0 panic=-1 quiet nokaslr randomize_kstack_offset=off"

BOOT_SECONDS = 180.0
"""Until init's first line. About 10 on an idle machine."""

SILENT_SECONDS = 600.0
"""Between two lines of the console after that. An algorithm's turns come in one piece: about 20 seconds for 1,000 sockets."""


def packages(the_apt: Apt) -> list[Package]:
    """QEMU 10: 7.2, which the release has, does not know SHA-NI, and then 6.x hashes in C."""
    return the_apt.missing_for(("qemu-system-x86", "qemu-system-common", "qemu-system-data", "seabios"), apt.BACKPORTS)


@dataclass(frozen=True)
class Machine:
    """The emulator, unpacked at `root`."""

    root: Path
    boot_seconds: float = BOOT_SECONDS
    silent_seconds: float = SILENT_SECONDS

    @property
    def program(self) -> Path:
        return self.root / "usr/bin/qemu-system-x86_64"

    def version(self, session: Session) -> str:
        done = session.processes.run((self.program, "--version"), environment=environment_of(self.root))
        words = done.stdout.split()
        if done.returncode != 0 or len(words) < 4:
            raise Refused(f"QEMU does not start: {last_line(done.stderr)}")
        return words[3]


@dataclass(frozen=True)
class Boot:
    name: str
    image: Path
    initrd: Path
    words: tuple[str, ...]
    """For init, as NAME=value."""

    plugin: Path | None = None
    seed: int = 0
    """Of the guest's random numbers: another one places objects elsewhere."""

    of_user: bool = False
    """The plugin counts the programs, in place of the kernel."""

    memory_mib: int = 512


@dataclass(frozen=True)
class Written:
    console: str
    phases: str
    """What the plugin wrote; empty without one."""


def boot(session: Session, machine: Machine, what: Boot, lines_seen: Seen = lambda text: None) -> Written:
    """Boots, and waits until the guest powers off. `lines_seen` gets the console so far, again and again."""
    folder = session.cache.scratch(what.name)
    output, phases = folder / "console", folder / "phases"
    console = Console(what.name, output, machine.boot_seconds, machine.silent_seconds, lines_seen)
    command: list[str | Path] = [machine.program]
    for place in ("qemu", "seabios"):
        command += ["-L", machine.root / "usr/share" / place]
    command += ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-M", "q35", "-smp", "1", "-m", str(what.memory_mib)]
    command += ["-accel", "tcg", "-cpu", CPU, "-icount", "shift=0,sleep=off", "-seed", str(what.seed + 1)]
    command += ["-rtc", "base=2026-01-01T00:00:00,clock=vm", "-kernel", what.image, "-initrd", what.initrd]
    command += ["-serial", f"file:{output}", "-append", " ".join((KERNEL_WORDS, *what.words))]
    if what.plugin is not None:
        command += ["-plugin", f"{what.plugin},out={phases}{',of=user' if what.of_user else ''}"]
    done = session.processes.run(command, environment=environment_of(machine.root), stuck=console.stuck)
    console.check()
    text = console.text()
    if done.returncode != 0:
        raise Refused(f"{what.name}: QEMU ended with {done.returncode}: {last_line(done.stderr or text)}")
    return Written(text, phases.read_text(errors="replace") if what.plugin is not None and phases.exists() else "")
