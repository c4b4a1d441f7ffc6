# SPDX-License-Identifier: MIT
"""A boot: its time, its last line, how it is called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import World
from kernel.lanes import qemu
from kernel.lanes.cache import Cache
from kernel.lanes.errors import Refused
from kernel.lanes.qemu import Boot, Machine
from kernel.lanes.session import Session

WORDS = ("ALGORITHMS=md5", "BYTES=64", "SOCKETS=10")


@pytest.fixture
def session(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("PATH", str(world.folder / "bin"), prepend=":")
    (world.folder / "usr").symlink_to(".")
    with Cache(world.cache) as cache:
        yield Session(cache)


def what(world: World, plugin: Path | None = Path("kphase.so")) -> Boot:
    return Boot("6.12", world.folder / "vmlinuz-6.12.3+deb12-cloud-amd64", world.folder / "initrd", WORDS, plugin, seed=4)


def test_what_was_written_comes_back(world: World, session: Session) -> None:
    seen: list[str] = []
    written = qemu.boot(session, Machine(world.folder), what(world), seen.append)
    assert written.console.startswith('noise\n@@{"boot"') and "\r" not in written.console
    assert written.phases.count("\n") == 12 * 2
    assert qemu.boot(session, Machine(world.folder), what(world, None)).phases == ""


def test_how_it_is_called(world: World, session: Session) -> None:
    qemu.boot(session, Machine(world.folder), what(world))
    (call,) = world.calls("qemu")
    # Time is made of instructions, and what is random is always the same: so a boot does the same again.
    for words in ("-icount shift=0,sleep=off", "-accel tcg", "-seed 5", "base=2026-01-01T00:00:00,clock=vm", f"-cpu {qemu.CPU}"):
        assert words in call
    assert " nokaslr randomize_kstack_offset=off " in call
    assert " ".join(WORDS) in call and "-plugin kphase.so,out=" in call


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("silent", "6.12 did not boot within 1 s; its last line: [    1.0] Kernel panic - not syncing: nothing to do"),
        ("hangs", '6.12 has said nothing for 1 s; its last line: @@{"turn":'),
    ],
)
def test_time_is_limited(world: World, session: Session, how: str, said: str) -> None:
    world.goes_wrong(qemu=how)
    with pytest.raises(Refused) as raised:
        qemu.boot(session, Machine(world.folder, boot_seconds=1, silent_seconds=1), what(world))
    assert str(raised.value).startswith(said)
    assert not world.alive()


def test_signs_of_life_are_waited_for(world: World, session: Session) -> None:
    """Each line starts the clock again."""
    world.goes_wrong(qemu="slow")
    written = qemu.boot(session, Machine(world.folder, boot_seconds=5, silent_seconds=1.5), what(world))
    assert '{"done"' in written.console
