# SPDX-License-Identifier: MIT
"""What run.json says of the machine: null for what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from kernel.lanes import machine

BARE, VIRTUAL = "fpu sse2 aes", "fpu hypervisor sse2"


def root(folder: Path, flags: str, **names: str) -> Path:
    """A folder that looks like /: `names` are files of firmware and hypervisor."""
    (folder / "proc").mkdir()
    (folder / "proc/cpuinfo").write_text(f"model name\t: A CPU\nflags\t\t: {flags}\n")
    for name, text in names.items():
        path = folder / {"dmi": "sys/class/dmi/id/sys_vendor", "sys": "sys/hypervisor/type"}[name]
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("flags", "names", "hypervisor"),
    [
        (BARE, {}, "none"),
        (BARE, {"dmi": "A Vendor\n"}, "none"),
        (VIRTUAL, {"dmi": "QEMU\n"}, "QEMU"),
        (VIRTUAL, {"sys": "xen\n", "dmi": "QEMU\n"}, "xen"),
        (VIRTUAL, {"dmi": "\n"}, None),
        (VIRTUAL, {}, None),
    ],
)
def test_the_hypervisor(tmp_path: Path, flags: str, names: dict[str, str], hypervisor: str | None) -> None:
    assert machine.machine(root(tmp_path, flags, **names))["hypervisor"] == hypervisor


def test_a_processor_that_says_nothing(tmp_path: Path) -> None:
    said = machine.machine(tmp_path)
    assert said["cpu"] is None and said["hypervisor"] is None
