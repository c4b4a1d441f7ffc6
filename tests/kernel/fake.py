# SPDX-License-Identifier: MIT
"""Stands for apt, dpkg-deb, make, gcc, ldd, patchelf and QEMU: `fake.py WORLD NAME ARGUMENT…`.

WORLD is a folder. world.json there says what goes wrong, by `NAME` or `NAME FIRST-ARGUMENT`: a text is printed as an error, "hang" never
ends. `qemu` is what a boot does. Each call adds its process id to the file pids, and its words to the file calls.
It runs dozens of times in a test, so it imports what few calls need where they need it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

VERSIONS = {"6.1.0-1-cloud-amd64": "6.1.9-1", "6.12.3+deb12-cloud-amd64": "6.12.3-1", "7.4.2+deb13-cloud-amd64": "7.4.2-1"}
META = {
    ("linux-image-cloud-amd64", "bookworm"): "6.1.0-1-cloud-amd64",
    ("linux-image-6.12-cloud-amd64", "bookworm-security"): "6.12.3+deb12-cloud-amd64",
    ("linux-image-cloud-amd64", "trixie-backports"): "7.4.2+deb13-cloud-amd64",
}


def release_of(package: str) -> str | None:
    return next((release for release in VERSIONS if release in package), None)


def stanza(package: str, suite: str) -> str:
    package = package.partition("=")[0]
    release = META.get((package, suite)) or release_of(package)
    version = VERSIONS[release] if release else "1.0-1"
    depends = "libc6"
    if (package, suite) in META:
        depends = f"linux-image-{release} (= {version})"
    elif release and package.startswith("linux-headers-"):
        number = release.removesuffix("-cloud-amd64")
        depends = f"linux-headers-{number}-common (= {version}), linux-kbuild-{number}, gcc-12"
    elif release and release.startswith("7.") and package.startswith("linux-image-"):
        depends = f"linux-binary-{release} (= {version}), linux-modules-{release} (= {version})"
    return f"Package: {package}\nVersion: {version}\nSize: 1000\nDepends: {depends}\n"


def apt_get(world: Path, words: list[str]) -> None:
    if words[0] == "indextargets":
        print((world / "suites").read_text(), end="")
    elif words[0] == "install" and "-s" in words:
        print("Inst qemu-system-x86 [1:7.2] (1:10.0.2-1 Debian:12 [amd64])\nInst seabios (1.16-1 Debian:12 [all])")
    elif words[:2] == ["download", "-q"]:
        for pinned in words[2:]:
            name, _, version = pinned.partition("=")
            Path(f"{name}_{version}_amd64.deb".replace(":", "%3a")).write_text(name)


def apt_cache(world: Path, words: list[str]) -> None:
    suite = words[words.index("-t") + 1]
    print("\n".join(stanza(package, suite) for package in words[words.index("--no-all-versions") + 1 :]))


def dpkg_deb(world: Path, words: list[str]) -> None:
    import lzma

    name, root = Path(words[1]).read_text(), Path(words[2])
    release = release_of(name)

    def put(path: str, data: bytes, mode: int = 0o644) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        (root / path).chmod(mode)

    if name in {"qemu-system-x86", "patchelf"}:
        program = "qemu-system-x86_64" if name == "qemu-system-x86" else name
        put(f"usr/bin/{program}", (world / "bin" / program).read_bytes(), 0o755)
    elif name.startswith(("linux-image-", "linux-binary-")):
        put(f"boot/vmlinuz-{release}", b"kernel")
    elif name.endswith("-common"):
        put(f"usr/src/{name}/Makefile", b"")
    elif name.startswith("linux-headers-"):
        put(f"usr/src/{name}/Makefile", f"include /usr/src/{name}/Makefile\n".encode())
        put(f"usr/src/{name}/.config", f"CONFIG_OF={release}\n".encode())
    elif name.startswith("linux-kbuild-"):
        put(f"usr/lib/{name}/tools/objtool", b"\x7fELF", 0o755)
    if name.startswith(("linux-image-", "linux-modules-")):
        put(f"lib/modules/{release}/cmac.ko.xz", lzma.compress(b"cmac"))


def make(world: Path, words: list[str]) -> None:
    """The module lands in M=, a program is the last word."""
    folder = next((word[2:] for word in words if word.startswith("M=")), None)
    target = Path(folder) / "tfmbench.ko" if folder else Path(words[-1])
    target.write_bytes(b"built")


def gcc(world: Path, words: list[str]) -> None:
    print("12.2.0")


def nothing(world: Path, words: list[str]) -> None:
    pass


def qemu(world: Path, words: list[str]) -> None:
    if words == ["--version"]:
        print("QEMU emulator version 10.0.2 (Debian)")
        return
    console = Path(words[words.index("-serial") + 1].removeprefix("file:"))
    asked = dict(word.split("=", 1) for word in words[words.index("-append") + 1].split() if "=" in word)
    counted = Path(words[words.index("-plugin") + 1].partition("out=")[2].partition(",")[0]) if "-plugin" in words else None
    how = json.loads((world / "world.json").read_text()).get("qemu", "boots")
    if how == "silent":
        console.write_text("[    1.0] Kernel panic - not syncing: nothing to do\n")
        time.sleep(1000)
    release = next(name for name in VERSIONS if VERSIONS[name] and name in str(words[words.index("-kernel") + 1]))
    if asked["DO"] == "rounds":
        assert "-plugin" in words and words[words.index("-plugin") + 1].endswith(",of=user")
        lines, turns = rounds(release, Path(words[words.index("-initrd") + 1]).read_bytes())
    else:
        lines, turns = boot(release, asked)
    if how == "fails":
        sys.exit("qemu: bad plugin")
    if how == "no done":
        lines = lines[:-1]
    if how == "fewer turns":
        turns = turns[:-1]
    if how == "hangs":
        console.write_text("\n".join(lines[:3]) + "\n")
        time.sleep(1000)
    for upto in range(1, 5) if how == "slow" else ():
        console.write_text("".join(f"{line}\n" for line in lines[:upto]))
        time.sleep(0.6)
    console.write_text("".join(f"noise\r\n{line}\r\n" for line in lines))
    if counted is not None:
        counted.write_text("".join(f"{turn}\n" for turn in turns))


def boot(release: str, asked: dict[str, str]) -> tuple[list[str], list[str]]:
    """The console's lines and the plugin's."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from kernel.lanes import strategies
    from kernel.lanes.names import COUNTS

    kernel = ".".join(release.split("-")[0].split("+")[0].split(".")[:2])
    lines: list[object] = [{"boot": {"release": release, "cpus": 1, "uptime_ms": 6000}}]
    turns: list[object] = []
    for algorithm in asked["ALGORITHMS"].split(","):
        module = {"algorithm": algorithm, "driver": f"{algorithm}-fake", "sockets": int(asked["SOCKETS"]), "request_bytes": 1, "release": release}
        lines.append({"module": module})
        for size in asked["BYTES"].split(","):
            for place, cell in enumerate(strategies.cells(kernel, algorithm), 1):
                for cache in ("flushed", "warm"):
                    packets = int(asked["SOCKETS"])
                    lines.append({"turn": {"name": cell.name, "bytes": int(size), "cache": cache, "packets": packets}})
                    counts = dict.fromkeys(COUNTS, 100 * place * packets)
                    turns.append({"turn": len(turns), "phases": {"start": counts, "other": counts}})
    lines.append({"done": {"uptime_ms": 7000}})
    return [f"@@{json.dumps(line)}" for line in lines], [json.dumps(turn) for turn in turns]


def rounds(release: str, archive: bytes) -> tuple[list[str], list[str]]:
    """The same for the requests in an initrd."""
    sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2])]
    from test_initrd import unpack

    files = {name: data for name, (_, _, data) in unpack(archive).items()}
    assert {"init", "round", "lib/x86_64-linux-gnu/libfake.so.1", "lib64/ld-linux-x86-64.so.2"} <= files.keys()
    asked = {name.removeprefix("rounds/"): data.decode() for name, data in files.items() if name.endswith(".json")}
    return rounds_of(release, asked)


def rounds_of(release: str, asked: dict[str, str]) -> tuple[list[str], list[str]]:
    """`asked` are requests by file."""
    from kernel.lanes.names import COUNTS

    lines: list[object] = [{"boot": {"release": release, "cpus": 1, "uptime_ms": 6000}}]
    turns: list[object] = []
    for file, text in asked.items():
        request = json.loads(text)
        lines.append({"round": {"file": file}})
        packets = request["block"]["sockets"]
        for place, strategy in enumerate(request["strategies"], 1):
            for cache in ("flushed", "warm"):
                lines.append({"turn": {"name": strategy, "bytes": 64, "cache": cache, "packets": packets}})
                counts = dict.fromkeys(COUNTS, 100 * place * packets)
                turns.append({"turn": len(turns), "phases": {"start": counts, "other": counts}})
    lines.append({"done": {"uptime_ms": 7000}})
    return [f"@@{json.dumps(line)}" for line in lines], [json.dumps(turn) for turn in turns]


def ldd(world: Path, words: list[str]) -> None:
    library = world / "libfake.so.1"
    library.write_bytes(b"library")
    print(f"\tlinux-vdso.so.1 (0x0)\n\tlibfake.so.1 => {library} (0x1)\n\t/lib64/ld-linux-x86-64.so.2 (0x2)")


def insmod(world: Path, words: list[str]) -> None:
    """Says what a load with mode=time says, in the log of the kernel at WORLD/root."""
    asked = dict(word.split("=", 1) for word in words[1:])
    assert asked["mode"] == "time"
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from kernel.lanes import strategies

    packets, size = int(asked["sockets"]), int(asked["bytes"])
    lines: list[object] = [
        {"module": {"algorithm": asked["algorithm"], "driver": "fake", "sockets": packets, "request_bytes": 1, "release": "6.12.3-here"}}
    ]
    for place, cell in enumerate(strategies.cells("6.12", asked["algorithm"]), 1):
        for cache in ("cold", "warm"):
            turns = [100 * place * packets + turn for turn in range(int(asked["rounds"]))]
            times = {"turn_ns": turns, "turn_cycles": [3 * ns for ns in turns]}
            lines.append({"time": {"name": cell.name, "bytes": size, "cache": cache, "packets": packets, **times}})
    with (world / "root/proc/modules").open("a") as modules:
        modules.write("tfmbench 16384 0 - Live 0x0 (O)\n")
    with (world / "root/dev/kmsg").open("a") as log:
        log.writelines(f"6,{number},0,-;tfmbench: @@{json.dumps(line)}\n SUBSYSTEM=module\n" for number, line in enumerate(lines))
    if json.loads((world / "world.json").read_text()).get("module") == "stays":
        time.sleep(1000)


def rmmod(world: Path, words: list[str]) -> None:
    modules = world / "root/proc/modules"
    modules.write_text("".join(line for line in modules.read_text().splitlines(True) if line.split()[0] != words[0]))


COMMANDS: dict[str, Callable[[Path, list[str]], None]] = {
    "apt-get": apt_get,
    "apt-cache": apt_cache,
    "apt-config": nothing,
    "dpkg-deb": dpkg_deb,
    "gcc": gcc,
    "insmod": insmod,
    "ldd": ldd,
    "make": make,
    "patchelf": nothing,
    "qemu-system-x86_64": qemu,
    "rmmod": rmmod,
}


def main(world: Path, name: str, words: list[str]) -> int:
    for file, line in (("pids", str(os.getpid())), ("calls", " ".join([name, *words]))):
        with (world / file).open("a") as out:
            out.write(line + "\n")
    wrong = json.loads((world / "world.json").read_text())
    for key, what in wrong.items():
        if key.split()[0] == name and set(key.split()[1:]) <= set(words):
            if what == "hang":
                time.sleep(1000)
            print(what, file=sys.stderr)
            return 100
    COMMANDS[name](world, words)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
