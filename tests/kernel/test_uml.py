# SPDX-License-Identifier: MIT
"""User-mode Linux: what is unpacked, when it is built again, what is kept, and one boot."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import World
from kernel.lanes import uml, uml_build, uml_source
from kernel.lanes.apt import Package
from kernel.lanes.cache import Cache
from kernel.lanes.errors import Refused
from kernel.lanes.session import Session
from kernel.lanes.uml_source import Source

SOURCE = Source("6.12", Package("linux-source-6.12", "6.12.3-1"))
FRAGMENT = "CONFIG_A=y\n# words\nCONFIG_B=n\n"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Cache(tmp_path / "cache") as cache:
        yield Session(cache)


def test_the_key_is_of_all_that_a_build_is_made_from(monkeypatch: pytest.MonkeyPatch) -> None:
    key = uml_build.key(SOURCE, FRAGMENT, "gcc 12.2.0")
    assert key == uml_build.key(SOURCE, FRAGMENT, "gcc 12.2.0") and len(key) == 12
    others = [
        uml_build.key(Source("6.12", Package("linux-source-6.12", "6.12.4-1")), FRAGMENT, "gcc 12.2.0"),
        uml_build.key(SOURCE, FRAGMENT + "CONFIG_C=y\n", "gcc 12.2.0"),
        uml_build.key(SOURCE, FRAGMENT, "gcc 14.2.0"),
    ]
    monkeypatch.setattr(uml_source, "tar_options", lambda: ["--exclude=other"])
    others.append(uml_build.key(SOURCE, FRAGMENT, "gcc 12.2.0"))
    assert len({key, *others}) == 5


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        ("CONFIG_A=y\n# CONFIG_B is not set\n", []),
        ("CONFIG_A=y\n", []),
        ("# CONFIG_A is not set\n", ["CONFIG_A=y"]),
        ("CONFIG_A=m\n", ["CONFIG_A=y"]),
        ("CONFIG_A=y\nCONFIG_B=y\n", ["CONFIG_B=n"]),
        ("CONFIG_A=y\nCONFIG_B=m\n", ["CONFIG_B=n"]),
        ("CONFIG_AA=y\n", ["CONFIG_A=y"]),
    ],
)
def test_options_that_the_kernel_drops_are_seen(config: str, wrong: list[str]) -> None:
    assert uml_build.not_as_asked(FRAGMENT, config) == wrong


def test_the_fragment_asks_for_what_the_lanes_need() -> None:
    lines = uml_build.FRAGMENT.read_text().splitlines()
    for option in ("MODULES", "FAILSLAB", "SLUB_DEBUG", "TCP_AO", "TCP_MD5SIG", "CRYPTO_HMAC", "CRYPTO_CMAC", "CRYPTO_MD5"):
        assert f"CONFIG_{option}=y" in lines
    names = [line.partition("=")[0] for line in lines if line.startswith("CONFIG_")]
    assert len(names) == len(set(names))


FILES = ("Makefile", "kernel/fork.c", "drivers/base/core.c", "drivers/gpu/Kconfig", "drivers/gpu/drm/Makefile", "drivers/gpu/drm/a.c",
         "arch/x86/um/a.S", "arch/arm/Kconfig", "arch/arm/boot/a.dts", "arch/arm/kernel/a.S", "Documentation/a.rst", "fs/xfs/xfs.h",
         "drivers/net/loopback.c", "drivers/net/ethernet/a.c", "drivers/gpu/b.h", "arch/um/a.c", "arch/xtensa/a.c", "tools/a/b.c")  # fmt: skip
LEFT_OUT = {"drivers/gpu/drm/a.c", "arch/arm/boot/a.dts", "arch/arm/kernel/a.S", "Documentation/a.rst", "fs/xfs/xfs.h", "drivers/net/ethernet/a.c",
            "drivers/gpu/b.h", "arch/xtensa/a.c", "tools/a/b.c"}  # fmt: skip


@pytest.fixture
def deb(tmp_path: Path) -> Path:
    """A package as Debian's linux-source, with few files."""
    for name in FILES:
        path = tmp_path / "linux-source-6.12" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    package = tmp_path / "package"
    (package / "usr/src").mkdir(parents=True)
    (package / "DEBIAN").mkdir()
    (package / "DEBIAN/control").write_text("Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n")
    subprocess.run(["tar", "-cJf", package / "usr/src/linux-source-6.12.tar.xz", "-C", tmp_path, "linux-source-6.12"], check=True)
    subprocess.run(["dpkg-deb", "--build", package, tmp_path / "x.deb"], check=True, stdout=subprocess.DEVNULL)
    return tmp_path / "x.deb"


def test_what_no_such_kernel_needs_is_not_unpacked(session: Session, deb: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    folder = uml_source.unpack(session, SOURCE, deb, tmp_path / "out")
    assert folder == tmp_path / "out/linux-source-6.12"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == set(FILES) - LEFT_OUT


def test_a_package_that_is_cut_off(session: Session, deb: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    deb.write_bytes(deb.read_bytes()[:-200])
    with pytest.raises(Refused, match=r"^cannot unpack linux-source-6\.12 6\.12\.3-1 in "):
        uml_source.unpack(session, SOURCE, deb, tmp_path / "out")


def test_memory_lies_where_files_can_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.statvfs

    def statvfs(place: str) -> os.statvfs_result:
        fields = list(real(tmp_path))
        if place == "/noexec":
            fields[8] |= os.ST_NOEXEC
        if place == "/full":
            fields[4] = 0
        if place == "/absent":
            raise FileNotFoundError(place)
        return os.statvfs_result(fields)

    monkeypatch.setattr(os, "statvfs", statvfs)
    monkeypatch.setattr(os, "access", lambda place, mode: place != "/foreign")
    bad = ("/absent", "/noexec", "/full", "/foreign")
    assert uml.memory_place((*bad, "/good", "/better")) == "/good"
    with pytest.raises(Refused, match="none of /absent, /noexec, /full, /foreign has 512 MB free and lets files be run"):
        uml.memory_place(bad)


@pytest.fixture
def boot(uml_world: World, tmp_path: Path) -> uml.Boot:
    """Of the fake program."""
    program = tmp_path / "linux"
    program.write_text(uml_world.tool("fake_uml", "linux", "release=6.12.3"))
    program.chmod(0o755)
    (tmp_path / "initrd").write_text("")
    words = ("DO=time", "ALGORITHMS=md5", "BYTES=64", "SOCKETS=10", "ROUNDS=15")
    return uml.Boot("6.12 boot 0", program, tmp_path / "initrd", words, boot_seconds=1.5, silent_seconds=1.5)


def test_a_boot(session: Session, uml_world: World, boot: uml.Boot) -> None:
    seen: list[str] = []
    console = uml.boot(session, boot, seen.append)
    assert console.startswith('@@{"boot"') and console.rstrip().endswith("}}") and '"done"' in console
    (call,) = uml_world.calls("linux")
    assert "mem=512M" in call and "DO=time" in call and "con0=null,fd:1" in call and f"uml_dir={session.cache.temporary}" in call


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("silent", "6.12 boot 0 did not boot within 2 s; its last line: Kernel panic - not syncing: nothing to do"),
        ("hangs", '6.12 boot 0 has said nothing for 2 s; its last line: @@{"boot": '),
        ("fails", "6.12 boot 0: User-mode Linux ended with 1: linux: no memory"),
    ],
)
def test_a_boot_that_goes_wrong(session: Session, uml_world: World, boot: uml.Boot, how: str, said: str) -> None:
    uml_world.goes_wrong(boot=how)
    with pytest.raises(Refused) as raised:
        uml.boot(session, boot)
    assert str(raised.value).startswith(said)
    assert not uml_world.alive()
