# SPDX-License-Identifier: MIT
"""fake.py with what User-mode Linux needs: a source to unpack, a kernel to build, and a boot. `boot` in world.json is what a boot does."""

from __future__ import annotations

import os
import sys
import time

import fake
from fake import how, read, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

OPTIONS = ("CONFIG_TCP_MD5SIG=y", "CONFIG_TCP_AO=y")
"""What the fake stock kernels are built with."""


def apt_cache(world: str, words: list[str]) -> None:
    if "linux-source" in words:
        print("Package: linux-source\nVersion: 7.4.2-1\nSize: 1000\nDepends: linux-source-7.4 (= 7.4.2-1)\n")
    else:
        fake.apt_cache(world, words)


def dpkg_deb(world: str, words: list[str]) -> None:
    fake.dpkg_deb(world, words)
    name = read(words[1])
    config = f"{words[2]}/usr/src/{name}/.config"
    if name.startswith("linux-headers-") and os.path.exists(config):
        write(config, "\n".join([read(config), *how(world).get("options", "\n".join(OPTIONS)).splitlines()]))


def bash(world: str, words: list[str]) -> None:
    """Unpacks: -c PIPE bash DEB ARCHIVE -C FOLDER …"""
    source = f"{words[6]}/{os.path.basename(words[4]).removesuffix('.tar.xz')}"
    for name in ("Makefile", "kernel/fork.c", "scripts/mod/modpost.c", "include/linux/fork.h", "drivers/base/core.h"):
        write(f"{source}/{name}", name)


def make(world: str, words: list[str]) -> None:
    if "ARCH=um" not in words or any(word.startswith("M=") for word in words):
        fake.make(world, words)
        return
    build = next(word[2:] for word in words if word.startswith("O="))
    config = f"{build}/.config"
    if words[-1] == "tinyconfig":
        write(config, "# tiny\n")
    elif words[-1] == "olddefconfig":
        dropped = how(world).get("dropped", "nothing")
        lines = [line for line in read(config).splitlines() if not line.startswith(dropped)]
        write(config, "".join(f"# {line[:-2]} is not set\n" if line.endswith("=n") else f"{line}\n" for line in lines))
    else:
        release = "6.12.3" if "6.12" in build else "7.4.2"
        for name in ("vmlinux", "kernel/fork.o", "scripts/mod/modpost.o", "Module.symvers"):
            write(f"{build}/{name}", name)
        write(f"{build}/include/config/kernel.release", f"{release}\n")
        start = read(f"{world}/bin/make").replace(" make ", f" linux release={release} ")
        write(f"{build}/linux", start, 0o755)



def linux(world: str, words: list[str]) -> None:
    what = how(world).get("boot", "boots")
    asked = dict(word.split("=", 1) for word in words if "=" in word)
    assert os.path.isfile(asked["initrd"]) and os.path.isdir(asked["uml_dir"]) and os.environ["TMPDIR"]
    if what == "silent":
        print("Kernel panic - not syncing: nothing to do", flush=True)
        time.sleep(1000)
    if what == "fails":
        sys.exit("linux: no memory")
    lines = boot(asked["release"], asked)
    if what == "no done":
        lines = lines[:-1]
    if what == "hangs":
        print(lines[0], flush=True)
        time.sleep(1000)
    if what.startswith("error "):
        import json

        lines.insert(1, f'@@{json.dumps({"error": what.removeprefix("error ")})}')
    print("\n".join(line for line in lines if not (what.startswith("without ") and what.removeprefix("without ") in line)))


def boot(release: str, asked: dict[str, str]) -> list[str]:
    import json

    lines: list[object] = [{"boot": {"release": release, "cpus": 1, "uptime_ms": 100}}]
    for task in asked["DO"].split(","):
        lines += TASKS[task](release, asked)
    lines.append({"done": {"uptime_ms": 7000}})
    return [f"@@{json.dumps(line)}" for line in lines]


def kernel_of(release: str) -> str:
    return ".".join(release.split(".")[:2])


def module(release: str, asked: dict[str, str], algorithm: str) -> object:
    sockets = int(asked["SOCKETS"])
    return {"module": {"algorithm": algorithm, "driver": f"{algorithm}-c", "sockets": sockets, "request_bytes": 1, "release": release}}


def times(release: str, asked: dict[str, str]) -> list[object]:
    """A cell's turns come in lines of up to 32; its place decides them."""
    from kernel.lanes import strategies

    lines: list[object] = []
    turns, packets = int(asked["ROUNDS"]), int(asked["SOCKETS"])
    for algorithm in asked["ALGORITHMS"].split(","):
        lines.append(module(release, asked, algorithm))
        for place, cell in enumerate(strategies.cells(kernel_of(release), algorithm), 1):
            for size in asked["BYTES"].split(","):
                for cache in ("cold", "warm"):
                    head = {"name": cell.name, "bytes": int(size), "cache": cache, "packets": packets}
                    for part in (10, turns - 10):
                        lines.append({"time": head | {"turn_ns": [100 * place * packets] * part}})
    return lines


def hold(release: str, asked: dict[str, str]) -> list[object]:
    lines: list[object] = []
    for form in asked["FORMS"].split(","):
        grown = {"active_bytes": 64000, "total_bytes": 65536, "objects": {"kmalloc-64": 1000, "dentry": -1}}
        head = {"what": form, "algorithm": asked["ALGORITHMS"], "sockets": int(asked["SOCKETS"])}
        lines += [module(release, asked, asked["ALGORITHMS"]), {"kept": {"name": form, "sockets": 1000}}, {"slab": {**head, **grown}}]
    return lines


def faults(release: str, asked: dict[str, str]) -> list[object]:
    from kernel.lanes import strategies

    lines: list[object] = []
    for percent in map(float, asked["PERCENT"].split(",")):
        lines += [{"faulted": {"percent": percent, "algorithm": asked["ALGORITHMS"]}}, module(release, asked, asked["ALGORITHMS"])]
        for cell in strategies.cells(kernel_of(release), asked["ALGORITHMS"]):
            lines.append({"faults": {"name": cell.name, "operations": 20000, "failed": int(200 * percent)}})
    return lines


def connections(release: str, asked: dict[str, str]) -> list[object]:
    lines: list[object] = []
    counted = asked.get("MARKS") == "1"
    for word in asked["KEYS"].split(","):
        key, _, ao = word.partition(":")
        algorithm = {"plain": None, "tcp_md5": "md5"}.get(key, ao)
        for percent in map(float, asked["PERCENT"].split(",") if asked["DO"] == "sockets_faults" else "0"):
            if percent == 0:
                objects = {"TCP": 2000} if key == "plain" else {"TCP": 2000, "kmalloc-128": 2000}
                head = {"what": f"sockets/{word}", "algorithm": algorithm, "sockets": 2000, "total_bytes": 9000000}
                lines.append({"slab": {**head, "active_bytes": 4000000 if key == "plain" else 4256000, "objects": objects}})
            for size in map(int, asked["BYTES"].split(",")):
                if counted:
                    lines.append({"turn": {"name": f"sockets/{word}", "bytes": size, "cache": "warm", "packets": 6000}})
                times = None if counted else [1000 * (i + 1) for i in range(101)]
                body: dict[str, object] = {"key": key, "algorithm": algorithm, "connections": int(asked["SOCKETS"]), "bytes": size, "percent": percent}
                more = {"messages": 6000, "message_ns": times, "segments": 9000, "retransmits": 3, "failed": 4, "stuck": 0}
                lines.append({"connections": {**body, **more}})
    return lines


TASKS: dict[str, Callable[[str, dict[str, str]], list[object]]] = {
    "time": times, "hold": hold, "faults": faults, "sockets": connections, "sockets_faults": connections,
}  # fmt: skip


def qemu(world: str, words: list[str]) -> None:
    """A boot of the lane sockets; each turn costs the same."""
    if words == ["--version"]:
        fake.qemu(world, words)
        return
    import json

    from kernel.lanes.names import COUNTS

    asked = dict(word.split("=", 1) for word in words[words.index("-append") + 1].split() if "=" in word)
    release = next(name for name in fake.VERSIONS if name in str(words[words.index("-kernel") + 1]))
    lines = boot(release, asked)
    write(words[words.index("-serial") + 1].removeprefix("file:"), "\n".join(lines) + "\n")
    turns = sum('{"turn"' in line for line in lines)
    counts = dict.fromkeys(COUNTS, 6000 * 12000)
    written = [json.dumps({"turn": turn, "phases": {"other": counts}}) for turn in range(turns)]
    write(words[words.index("-plugin") + 1].partition("out=")[2], "".join(f"{line}\n" for line in written))


OWN: dict[str, Callable[[str, list[str]], None]] = {
    "apt-cache": apt_cache, "dpkg-deb": dpkg_deb, "bash": bash, "make": make, "qemu-system-x86_64": qemu, "linux": linux,
}  # fmt: skip
COMMANDS = {**fake.COMMANDS, **OWN}
