# SPDX-License-Identifier: MIT
"""The model of the kernel's crypto API, compiled without retpolines and with them: what its code contains, and which blocks each
executable takes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from round_process import BUILD, PROCESS, RETPOLINE, STRATEGIES, Json, a_request, measured, run

pytestmark = pytest.mark.skipif(not RETPOLINE.exists(), reason="this build has no retpolines")

THUNK = re.compile(r"<?(__x86_indirect_thunk_|__llvm_retpoline_)")
INDIRECT = re.compile(r"^(?:\w+ )?(call|jmp)\s+\*")
BEHIND_API = {"api": "ahash", "spectre_v2": "retpoline"}


def output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def objects(target: str) -> list[Path]:
    found = sorted((BUILD / f"CMakeFiles/{target}.dir/runtime").rglob("*.o"))
    assert found, f"{target} has no objects"
    return found


def functions(path: Path) -> dict[str, list[str]]:
    """The instructions of each function, with the names of what they call."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in output("objdump", "--disassemble", "--reloc", "--no-show-raw-insn", path).splitlines():
        if head := re.match(r"[0-9a-f]+ <(\S+)>:", line):
            name = head[1]
        elif code := re.match(r"\s+[0-9a-f]+:\t(.*)", line):
            found.setdefault(name, []).append(code[1].strip())
        elif called := re.match(r"\s+[0-9a-f]+: R_X86_64_\w+\t(\S+)", line):
            found[name][-1] += f" {called[1]}"
    return found


def calls(target: str) -> tuple[int, int]:
    """(Indirect calls and jumps outside of thunks, calls of thunks) of all objects."""
    plain = thunks = 0
    for path in objects(target):
        for name, code in functions(path).items():
            if not THUNK.match(name):
                plain += sum(INDIRECT.match(line) is not None for line in code)
                thunks += sum(" __x86_indirect_thunk_" in line or " __llvm_retpoline_" in line for line in code)
    return plain, thunks


def test_indirect_calls_are_all_plain_or_all_retpolines() -> None:
    plain, thunks = calls("tfm_kernel_code")
    assert plain > 20 and thunks == 0
    assert calls("tfm_kernel_code_retpoline") == (0, plain)


def test_both_are_the_same_sources() -> None:
    one, other = ([path.relative_to(path.parents[2]).name for path in objects(t)] for t in ("tfm_kernel_code", "tfm_kernel_code_retpoline"))
    assert one == other


def addressed(program: Path) -> dict[str, str]:
    """The code of the model's functions in the program."""
    symbols = output("nm", "--defined-only", program)
    return {name: kind for kind, name in re.findall(r"^[0-9a-f]+ (\w) (\S+)$", symbols, re.MULTILINE)}


def test_each_executable_has_its_own_model() -> None:
    assert any(THUNK.match(name) for name in addressed(RETPOLINE))
    for program in {*PROCESS.values(), BUILD / "tfmbench"}:
        assert not any(THUNK.match(name) for name in addressed(program)), program.name
    model = {name for path in objects("tfm_kernel_code_retpoline") for name in functions(path) if name.startswith("_ZN3tfm") and not THUNK.match(name)}
    code = functions(RETPOLINE)
    assert len(model & set(code)) > 100
    assert [name for name in model & set(code) for line in code[name] if INDIRECT.match(line)] == []


def test_a_round_with_retpolines(tmp_path: Path) -> None:
    strategies = [name for name in STRATEGIES if name != "multibuffer"]
    request = a_request("timed", **BEHIND_API) | {"strategies": strategies}
    result = measured(request, tmp_path / "round.json", process=RETPOLINE)
    assert result["axes"]["spectre_v2"] == "retpoline" and [cell["name"] for cell in result["cells"]] == [*strategies, "percpu_pool#2"]


@pytest.mark.parametrize(
    ("kind", "axes", "process", "said"),
    [
        ("timed", BEHIND_API, PROCESS["timed"], "this executable does blocks with spectre_v2 = off only"),
        ("timed", {"api": "ahash"}, RETPOLINE, "this executable does blocks with spectre_v2 = retpoline only"),
        ("timed", {}, RETPOLINE, "this executable does blocks with spectre_v2 = retpoline only"),
        ("counted", BEHIND_API, PROCESS["counted"], "a block with spectre_v2 = retpoline has no counted rounds"),
        ("counted", BEHIND_API, RETPOLINE, "this executable does not do counted rounds"),
        ("in_flight", {}, RETPOLINE, "this executable does blocks with spectre_v2 = retpoline only"),
    ],
)
def test_an_executable_takes_no_block_of_the_other(kind: str, axes: Json, process: Path, said: str, tmp_path: Path) -> None:
    done = run(kind, a_request(kind, **axes), tmp_path / "round.json", process)
    assert (done.returncode, done.stderr) == (2, f"tfmbench_round: {said}\n")
    assert list(tmp_path.iterdir()) == []
