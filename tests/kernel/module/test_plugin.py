# SPDX-License-Identifier: MIT
"""The plugin's caches and phases, in a program of their own: nothing of QEMU is needed."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from paths import MODEL_MARKS, MODULE, PLUGIN

HERE = Path(__file__).resolve().parent
COMPILER = ["gcc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{PLUGIN}"]

LINE = 64
L1D_LINES_APART = 64 * LINE
"""Addresses so far apart share a set of L1D, and every sixteenth of them one of L2."""

Turn = dict[str, dict[str, int]]

MODEL_PROGRAM = """\
#include "bench/cell/marks.hpp"
#include "marks.h"

[[gnu::noinline]] void marked() { tfm::bench::mark<tfm::bench::Mark::update>(); }

int main() {
  const auto* code = reinterpret_cast<const uint8_t*>(&marked);
  for (int i = 0; i < 16; i++) {
    if (is_mark(code + i, MARK_BYTES)) return code[i + 3] == MARK_UPDATE ? 0 : 1;
  }
  return 2;
}
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    program = tmp_path_factory.mktemp("plugin") / "driver"
    sources = [HERE / "plugin_driver.c", PLUGIN / "phases.c", PLUGIN / "cache.c"]
    subprocess.run([*COMPILER, "-fsanitize=undefined", "-o", program, *sources], check=True)
    yield program


def turns(driver: Path, script: str) -> list[Turn]:
    """What is written for a script of `m MARK`, `i COUNT`, `l ADDRESS BYTES` and `s ADDRESS BYTES`, separated by semicolons."""
    done = subprocess.run([driver], input=script.replace(";", "\n"), stdout=subprocess.PIPE, text=True, check=True)
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["turn"] for line in lines] == list(range(len(lines)))
    return [line["phases"] for line in lines]


def misses(driver: Path, script: str) -> tuple[int, int]:
    """Of L1D and of L2, in a turn without phases."""
    (turn,) = turns(driver, f"m 1;{script};m 2")
    return turn["other"]["l1d_misses"], turn["other"]["l2_misses"]


def loads(*addresses: int) -> str:
    return ";".join(f"l {address} 8" for address in addresses)


def test_a_line_misses_once(driver: Path) -> None:
    assert misses(driver, loads(LINE, LINE + 8, LINE + 56)) == (1, 1)


def test_an_access_over_the_end_of_a_line_touches_two(driver: Path) -> None:
    assert misses(driver, loads(2 * LINE - 4)) == (2, 2)


def test_a_load_within_a_line_touches_one(driver: Path) -> None:
    assert misses(driver, loads(2 * LINE - 8)) == (1, 1)


def test_l1d_has_8_ways(driver: Path) -> None:
    eight = [LINE + i * L1D_LINES_APART for i in range(8)]
    assert misses(driver, loads(*eight, *eight)) == (8, 8)


def test_a_ninth_line_of_a_set_drives_out_the_one_used_longest_ago(driver: Path) -> None:
    nine = [LINE + i * L1D_LINES_APART for i in range(9)]
    assert misses(driver, loads(*nine, nine[1])) == (9, 9)
    assert misses(driver, loads(*nine, nine[0])) == (10, 9)


def test_what_was_used_again_stays(driver: Path) -> None:
    nine = [LINE + i * L1D_LINES_APART for i in range(9)]
    assert misses(driver, loads(*nine[:8], nine[0], nine[8], nine[0])) == (9, 9)


def test_l1d_holds_32_kib(driver: Path) -> None:
    lines = [LINE * (1 + i) for i in range(32 * 1024 // LINE)]
    assert misses(driver, loads(*lines, *lines)) == (512, 512)


def test_l2_holds_1_mib(driver: Path) -> None:
    lines = [LINE * (1 + i) for i in range(1024 * 1024 // LINE)]
    assert misses(driver, loads(*lines, *lines)) == (2 * 16384, 16384)


def test_l2_has_16_ways(driver: Path) -> None:
    apart = [LINE + i * 1024 * LINE for i in range(17)]
    assert misses(driver, loads(*apart[:16], *apart[:16])) == (32, 16)
    assert misses(driver, loads(*apart, apart[0])) == (18, 18)


def test_caches_stay_between_turns_until_they_are_emptied(driver: Path) -> None:
    first, warm, flushed = turns(driver, f"m 1;{loads(LINE)};m 2;m 1;{loads(LINE)};m 2;m 0;m 1;{loads(LINE)};m 2")
    assert [turn["other"]["l1d_misses"] for turn in (first, warm, flushed)] == [1, 0, 1]


def test_each_phase_has_its_own(driver: Path) -> None:
    (turn,) = turns(driver, "m 1;i 1;m 0x10;i 2;m 0x11;i 3;m 0x12;i 4;l 64 8;m 0x13;i 5;s 64 8;m 0x14;i 6;m 0x15;i 7;m 2")
    assert {name: cost["instructions"] for name, cost in turn.items()} == {
        "start": 2, "key": 3, "update": 4, "final": 5, "end": 6, "allocation": 0, "other": 8,
    }  # fmt: skip
    assert turn["update"]["loads"] == 1 and turn["update"]["l1d_misses"] == 1
    assert turn["final"]["stores"] == 1 and turn["final"]["l1d_misses"] == 0


def test_the_allocator_returns_to_the_phase_that_called_it(driver: Path) -> None:
    (turn,) = turns(driver, "m 1;m 0x10;i 1;m 3;i 10;m 4;i 2;m 0x14;i 4;m 3;i 20;m 4;i 8;m 2")
    assert turn["start"]["instructions"] == 3
    assert turn["end"]["instructions"] == 12
    assert turn["allocation"]["instructions"] == 30


def test_nothing_is_counted_outside_of_a_turn(driver: Path) -> None:
    (turn,) = turns(driver, "i 5;m 0x11;i 6;m 2;m 1;i 1;m 2;i 7;m 0x12;i 8")
    assert sum(cost["instructions"] for cost in turn.values()) == 1


def test_a_turn_begins_at_nothing(driver: Path) -> None:
    first, second = turns(driver, "m 1;m 0x12;i 5;m 2;m 1;i 1;m 2")
    assert first["update"]["instructions"] == 5
    assert second["update"]["instructions"] == 0 and second["other"]["instructions"] == 1


def test_the_module_the_model_and_the_plugin_mean_the_same_marks() -> None:
    def numbers(path: Path, pattern: str) -> dict[str, int]:
        return {name: int(number, 16) for name, number in re.findall(pattern, path.read_text(encoding="utf-8"))}

    module = numbers(MODULE / "marks.h", r"#define TFM_MARK_(\w+)\s+(0x\w+)")
    assert module == numbers(PLUGIN / "marks.h", r"MARK_(\w+) = (0x\w+)")
    assert len(module) == 11
    model = numbers(MODEL_MARKS, r"(?m)^  (\w+) = (0x\w+),")
    assert {"RETURN" if name == "back" else name.upper(): number for name, number in model.items()} == module


def test_the_bytes_of_a_mark_are_those_that_the_model_executes(tmp_path: Path) -> None:
    (tmp_path / "mark.cpp").write_text(MODEL_PROGRAM, encoding="utf-8")
    program = tmp_path / "mark"
    subprocess.run(["g++", "-std=c++20", f"-I{MODEL_MARKS.parents[2]}", f"-I{PLUGIN}", "-o", program, tmp_path / "mark.cpp"], check=True)
    assert subprocess.run([program], check=False).returncode == 0


def test_the_plugin_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    """It is loaded without QEMU, whose functions it calls only once its arguments are good."""
    subprocess.run(["make", "-s", "-C", PLUGIN, f"O={tmp_path}", tmp_path / "kphase.so"], check=True)
    load = (
        "import ctypes, os, sys\n"
        "plugin = ctypes.CDLL(sys.argv[1], mode=os.RTLD_LAZY)\n"
        "words = [word.encode() for word in sys.argv[2:]]\n"
        "sys.exit(plugin.qemu_plugin_install(ctypes.c_uint64(0), None, len(words), (ctypes.c_char_p * len(words))(*words)) != -1)\n"
    )
    for words, said in ((("of=user",), "kphase: no out=FILE"), ((f"out={tmp_path}/x", "of=all"), "kphase: of=all is not known")):
        done = subprocess.run(["/usr/bin/python3", "-c", load, tmp_path / "kphase.so", *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0 and said in done.stderr
    assert not (tmp_path / "x").exists()


def test_the_bytes_of_a_mark_are_those_that_the_module_executes(tmp_path: Path) -> None:
    """Assembled from the module's own header, and recognised by the plugin's."""
    (tmp_path / "linux").mkdir()
    (tmp_path / "linux/compiler.h").write_text("#define barrier()\n", encoding="utf-8")
    program = tmp_path / "mark"
    subprocess.run(
        ["gcc", "-DCONFIG_X86_64", f"-I{tmp_path}", "-o", program, HERE / "mark_bytes.c", f"-I{MODULE}", f"-I{PLUGIN}"],
        check=True,
    )
    assert subprocess.run([program], check=False).returncode == 0


def test_the_plugin_compiles_without_a_warning(tmp_path: Path) -> None:
    subprocess.run(["make", "-s", "-C", PLUGIN, f"O={tmp_path}", tmp_path / "kphase.so"], check=True)
    assert (tmp_path / "kphase.so").exists()


def test_an_order_holds_each_socket_once(tmp_path: Path) -> None:
    """With the kernel's swap(), which evaluates its arguments more than once."""
    (tmp_path / "linux").mkdir()
    (tmp_path / "linux/types.h").write_text("#include <stdint.h>\ntypedef uint32_t u32;\ntypedef uint64_t u64;\n", encoding="utf-8")
    (tmp_path / "linux/minmax.h").write_text(
        "#define swap(a, b) do { __typeof__(a) t = (a); (a) = (b); (b) = t; } while (0)\n", encoding="utf-8"
    )
    program = tmp_path / "order"
    subprocess.run(["gcc", f"-I{tmp_path}", f"-I{MODULE}", "-o", program, HERE / "print_order.c"], check=True)
    order = [int(word) for word in subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout.split()]
    assert sorted(order) == list(range(1000))
    assert order != sorted(order)
