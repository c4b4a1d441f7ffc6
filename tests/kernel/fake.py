# SPDX-License-Identifier: MIT
"""Stands for apt, dpkg-deb, make, gcc, ldd, patchelf and QEMU: `start_fake.py fake WORLD NAME ARGUMENT…`.

WORLD is a folder. world.json there says what goes wrong, by `NAME` or `NAME FIRST-ARGUMENT`: a text is printed as an error, "hang" never
ends. `qemu` is what a boot does. Each call adds its process id to the file pids, and its words to the file calls.
It runs dozens of times in a test, so it imports what few calls need where they need it, and no pathlib.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

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


def read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path: str, data: str | bytes, mode: int = 0o644) -> None:
    """With the folders above."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    os.chmod(path, mode)


def how(world: str) -> dict[str, str]:
    """world.json."""
    text = read(f"{world}/world.json")
    if text == "{}":
        return {}
    import json

    value: dict[str, str] = json.loads(text)
    return value


def apt_get(world: str, words: list[str]) -> None:
    if words[0] == "indextargets":
        print(read(f"{world}/suites"), end="")
    elif words[0] == "install" and "-s" in words:
        print("Inst qemu-system-x86 [1:7.2] (1:10.0.2-1 Debian:12 [amd64])\nInst seabios (1.16-1 Debian:12 [all])")
    elif words[:2] == ["download", "-q"]:
        for pinned in words[2:]:
            name, _, version = pinned.partition("=")
            write(f"{name}_{version}_amd64.deb".replace(":", "%3a"), name)


def apt_cache(world: str, words: list[str]) -> None:
    suite = words[words.index("-t") + 1]
    print("\n".join(stanza(package, suite) for package in words[words.index("--no-all-versions") + 1 :]))


def dpkg_deb(world: str, words: list[str]) -> None:
    name, root = read(words[1]), words[2]
    release = release_of(name)

    def put(path: str, data: str | bytes, mode: int = 0o644) -> None:
        write(f"{root}/{path}", data, mode)

    if name in {"qemu-system-x86", "patchelf"}:
        program = "qemu-system-x86_64" if name == "qemu-system-x86" else name
        put(f"usr/bin/{program}", read(f"{world}/bin/{program}"), 0o755)
    elif name.startswith(("linux-image-", "linux-binary-")):
        put(f"boot/vmlinuz-{release}", "kernel")
    elif name.endswith("-common"):
        put(f"usr/src/{name}/Makefile", "")
    elif name.startswith("linux-headers-"):
        put(f"usr/src/{name}/Makefile", f"include /usr/src/{name}/Makefile\n")
        put(f"usr/src/{name}/.config", f"CONFIG_OF={release}\n")
    elif name.startswith("linux-kbuild-"):
        put(f"usr/lib/{name}/tools/objtool", "\x7fELF", 0o755)
    if name.startswith(("linux-image-", "linux-modules-")):
        import lzma

        put(f"lib/modules/{release}/cmac.ko.xz", lzma.compress(b"cmac"))


def make(world: str, words: list[str]) -> None:
    """The module lands in M=, a program is the last word."""
    folder = next((word[2:] for word in words if word.startswith("M=")), None)
    write(f"{folder}/tfmbench.ko" if folder else words[-1], "built")


def gcc(world: str, words: list[str]) -> None:
    print("12.2.0")


def nothing(world: str, words: list[str]) -> None:
    pass


def qemu(world: str, words: list[str]) -> None:
    if words == ["--version"]:
        print("QEMU emulator version 10.0.2 (Debian)")
        return
    console = words[words.index("-serial") + 1].removeprefix("file:")
    asked = dict(word.split("=", 1) for word in words[words.index("-append") + 1].split() if "=" in word)
    counted = words[words.index("-plugin") + 1].partition("out=")[2].partition(",")[0] if "-plugin" in words else None
    what = how(world).get("qemu", "boots")
    if what == "silent":
        write(console, "[    1.0] Kernel panic - not syncing: nothing to do\n")
        time.sleep(1000)
    release = next(name for name in VERSIONS if VERSIONS[name] and name in str(words[words.index("-kernel") + 1]))
    if asked.get("DO") == "rounds":
        assert words[words.index("-plugin") + 1].endswith(",of=user")
        lines, turns = rounds(release, words[words.index("-initrd") + 1])
    else:
        lines, turns = boot(release, asked)
    if what == "fails":
        sys.exit("qemu: bad plugin")
    if what == "no done":
        lines = lines[:-1]
    if what == "fewer turns":
        turns = turns[:-1]
    if what == "hangs":
        write(console, "\n".join(lines[:3]) + "\n")
        time.sleep(1000)
    for upto in range(1, 5) if what == "slow" else ():
        write(console, "".join(f"{line}\n" for line in lines[:upto]))
        time.sleep(0.6)
    write(console, "".join(f"noise\r\n{line}\r\n" for line in lines))
    if counted is not None:
        write(counted, "".join(f"{turn}\n" for turn in turns))


def boot(release: str, asked: dict[str, str]) -> tuple[list[str], list[str]]:
    """The console's lines and the plugin's."""
    import json

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


def rounds(release: str, archive: str) -> tuple[list[str], list[str]]:
    """The same for the requests in an initrd."""
    from test_initrd import unpack

    with open(archive, "rb") as file:
        files = {name: data for name, (_, _, data) in unpack(file.read()).items()}
    assert {"init", "round", "lib/x86_64-linux-gnu/libfake.so.1", "lib64/ld-linux-x86-64.so.2"} <= files.keys()
    asked = {name.removeprefix("rounds/"): data.decode() for name, data in files.items() if name.endswith(".json")}
    return rounds_of(release, asked)


def rounds_of(release: str, asked: dict[str, str]) -> tuple[list[str], list[str]]:
    """`asked` are requests by file."""
    import json

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


def ldd(world: str, words: list[str]) -> None:
    library = f"{world}/libfake.so.1"
    write(library, "library")
    print(f"\tlinux-vdso.so.1 (0x0)\n\tlibfake.so.1 => {library} (0x1)\n\t/lib64/ld-linux-x86-64.so.2 (0x2)")


def insmod(world: str, words: list[str]) -> None:
    """Says what a load with mode=time says, in the log of the kernel at WORLD/root."""
    asked = dict(word.split("=", 1) for word in words[1:])
    assert asked["mode"] == "time"
    import json

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
    with open(f"{world}/root/proc/modules", "a") as modules:
        modules.write("tfmbench 16384 0 - Live 0x0 (O)\n")
    with open(f"{world}/root/dev/kmsg", "a") as log:
        log.writelines(f"6,{number},0,-;tfmbench: @@{json.dumps(line)}\n SUBSYSTEM=module\n" for number, line in enumerate(lines))
    if how(world).get("module") == "stays":
        time.sleep(1000)


def rmmod(world: str, words: list[str]) -> None:
    modules = f"{world}/root/proc/modules"
    write(modules, "".join(line for line in read(modules).splitlines(True) if line.split()[0] != words[0]))


COMMANDS: dict[str, Callable[[str, list[str]], None]] = {
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


def main(commands: dict[str, Callable[[str, list[str]], None]], world: str, name: str, words: list[str]) -> int:
    for file, line in (("pids", str(os.getpid())), ("calls", " ".join([name, *words]))):
        with open(f"{world}/{file}", "a") as out:
            out.write(line + "\n")
    for key, what in how(world).items():
        if key.split()[0] == name and set(key.split()[1:]) <= set(words):
            if what == "hang":
                time.sleep(1000)
            print(what, file=sys.stderr)
            return 100
    commands[name](world, words)
    return 0
