# SPDX-License-Identifier: MIT
"""The three outputs of compare: text, Markdown and JSON."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plots.cli import main
from plots.compare.markdown import LIMIT, ROWS
from plots.run.files import validator
from synthetic import axes
from two_runs import SAME, as_json, change_cells, change_run, copy_of, gate, more_bytes, run, slow


def worse_and_better(tmp_path: Path) -> tuple[str, Path]:
    """tfm_pool got slower and larger, onstack_prepared faster, a block is missing, and the compiler is another."""
    a = run(tmp_path / "a", blocks=[axes(), axes(sockets=2000)], counted=True)
    b = copy_of(run(tmp_path / "one", counted=True, ratio={**SAME, "onstack_prepared": 0.5}), tmp_path / "b")
    change_cells(b, "timed", slow(1.3), "tfm_pool")
    change_cells(b, "counted", more_bytes(3), "tfm_pool")
    return a, change_run(b, lambda data: data["build"].update(compiler="Clang | 14 <x>"))


def test_text_is_ascii_of_72_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = worse_and_better(tmp_path)
    assert gate(a, b) == 1
    out = capsys.readouterr().out
    assert out.isascii() and max(map(len, out.splitlines())) <= 72
    assert re.search(r"^tfm_pool +22\d +2\d\d +1\.300 +\S+ slower$", out, re.M), "ns per packet, with a word"
    assert re.search(r"^null +14\.\d +14\.\d +1\.000 +\S+ floor$", out, re.M)
    assert re.search(r"^tfm_pool +1\.10\d +1\.4\d\d +1\.3\d\d +\S+ slower$", out, re.M), "the ratio"
    assert "tfm_pool: more: " in out and "gate of 5 %: got worse." in out
    held = gate(a, a), capsys.readouterr().out
    assert held[0] == 0 and "gate of 5 %: held. 18 times and 732 counted numbers judged." in held[1] and ", 0 not\n" in held[1]


def test_a_held_gate_says_what_it_could_not_see(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a", slow_rounds=0.3)
    assert gate(a, a) == 0
    assert "Of 5 times the interval reaches above the gate" in " ".join(capsys.readouterr().out.split())
    assert as_json(a, a, "--gate", "5", capsys=capsys)["gate"]["times_unseen"] == 5


def test_markdown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = worse_and_better(tmp_path)
    assert gate(a, b, "--markdown") == 1
    out = capsys.readouterr().out
    short, full = out.split("<details>")
    assert short.startswith("### tfmbench: got worse (gate of 5 %)\n")
    parts = re.split(r"^\*\*(.*?)\*\*.*$", short, flags=re.M)
    assert parts[1::2] == ["Conditions that differ", "Got worse", "Improved", "Cannot be judged"]
    said = dict(zip(parts[1::2], parts[2::2]))
    assert "| compiler | GNU 12.2.0 | Clang \\| 14 &lt;x> |" in said["Conditions that differ"]
    assert {row.split(" | ")[1] for row in said["Got worse"].splitlines()[4:] if row} == {"tfm_pool"}
    assert "| counted |" in said["Got worse"] and "| ratio to percpu_pool |" in said["Got worse"]
    assert "| onstack_prepared | ns per packet |" in said["Improved"]
    assert "missing in B: " in said["Cannot be judged"] and "2,000 sockets" in said["Cannot be judged"]
    assert "| per_socket_tfm | ns per packet |" in full and full.endswith("</details>\n")
    for table in re.findall(r"(?:^\|.*\n)+", out, re.M):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1, "each row has all cells"


def test_markdown_without_a_gate_uses_the_margin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = run(tmp_path / "a")
    b = change_cells(copy_of(a, tmp_path / "b"), "timed", slow(1.03), "tfm_pool")
    assert main(["compare", a, str(b), "--markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("### tfmbench\n") and "**Got worse** (2)" in out
    assert gate(a, b, "--markdown") == 0
    assert "**Got worse**" not in capsys.readouterr().out


def test_markdown_fits_in_a_comment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first tables are short, and the full one ends at a whole block."""
    blocks = [axes(sockets=n) for n in range(1, 71)]
    a = run(tmp_path / "a", blocks=blocks, rounds=6, laps=3, turn_sd=0.001)
    b = change_cells(copy_of(a, tmp_path / "b"), "timed", slow(1.5))
    assert gate(a, b, "--markdown") == 1
    out = capsys.readouterr().out
    assert LIMIT - 3000 < len(out) < 65_536
    assert f"and {5 * 70 - ROWS:,} more" in out.split("<details>")[0]
    left = re.search(r"… and (\d+) blocks more", out)
    assert left and out.count("| strategy | what | A | B | change | verdict |") == 70 - int(left[1])


def test_json_fits_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = worse_and_better(tmp_path)
    for data in (as_json(a, b, capsys=capsys), as_json(a, b, "--gate", "5", capsys=capsys)):
        assert not list(validator("compare").iter_errors(data))
    assert (data["gate"]["outcome"], data["gate"]["exit_code"]) == ("got worse", 1)
    assert len(data["missing"]) == 1 and data["gate"]["cannot_judge"] == [f"missing in B: {data['missing'][0]}"]
    change = {(c["strategy"], c["what"]): c for c in data["changes"]}
    assert {name for name, what in change} == {"null", "percpu_pool", "per_socket_tfm", "per_request_key", "tfm_pool", "onstack_prepared"}
    assert change["tfm_pool", "ns_per_packet"]["change"]["median"] == pytest.approx(1.3)
    assert change["tfm_pool", "ns_per_packet"]["verdict"] == change["tfm_pool", "ratio"]["verdict"] == "slower"
    counted = {c["what"]: (c["a"], c["b"], c["judged"]) for c in data["counts"] if c["strategy"] == "tfm_pool"}
    one, other, judged = counted["open_total_bytes"]
    assert other == 3 * one and judged == "more"
    assert 0 < len(data["counts"]) < data["counts_compared"]
