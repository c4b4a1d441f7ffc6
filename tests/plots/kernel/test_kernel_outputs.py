# SPDX-License-Identifier: MIT
"""The kernel in the page, the mail, the summary and the figures; and pages without it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

import synthetic
import synthetic_kernel
from beside import SMALL, beside, fixed, model
from outputs import choose, full, summary, table, write_report
from pages import Page, narrow_ascii
from plots.cli import main
from plots.kernel import own, words
from plots.kernel.estimates import compared
from plots.run.files import validator
from plots.verdicts.results import Results


def mail(results: Results) -> str:
    """The section of the mail."""
    text = full(results)
    assert narrow_ascii(text)
    return text.split("Kernel beside model\n-------------------\n")[1].split("\nWhat was claimed")[0]


def section(page: str, name: str = "kernel") -> str:
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', page, re.S)
    assert found
    return unescape(found[0])


def plain(text: str) -> str:
    return " ".join(text.split())


def test_a_page_without_a_kernel_says_how_to_make_one(past: Results, tmp_path: Path) -> None:
    page = section(write_report(past, tmp_path / "report").read_text())
    (line,) = re.findall(r"<p>(.*?)</p>", page, re.S)
    assert line == words.WITHOUT and "`tfmbench kernel counted --out DIR`" in line and "`tfmbench report RUN --kernel DIR`" in line
    assert "Kernel beside model" not in full(past) and summary(past)["kernel"] is None
    assert "kernel beside model: needs a folder of the real kernel's results (report RUN --kernel DIR)" in " ".join(choose(past)[1])


def test_the_mail_begins_with_who_disagrees(one_beside: Results) -> None:
    text = plain(mail(one_beside))
    assert text.startswith("Of 36 comparisons of a strategy's ratio to percpu_pool in the model and in the kernel, 5 disagree in sign")
    assert "- onstack (5 comparisons, 5 in sign). hmac(sha1), 64 B: in sign, model 1.050, counted 7.3 0.590 (library); mostly key" in text
    assert text.index("- onstack") < text.index("- clone_sigpool") < text.index("counted: 6.1.9-synthetic (6.1.9-1), 6.12.9-")
    assert "; up to 4 boots of each, begun" in text and "; one boot of each, begun 2026-01-31 11:59 UTC on Synthetic CPU, virtual; qemu 10.0.2, compiler not known." in text
    assert "Made by: tfmbench kernel native --out 'results/my kernel'" in text


def test_the_mail_has_a_table_of_seven_columns(one_beside: Results) -> None:
    lines = mail(one_beside).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("hmac(sha1), 64 B: ratio to percpu_pool; model: tcp_ao/fixed_64"))
    assert lines[at + 2].split() == ["model", "model", "counted", "counted", "counted", "native", "native"]
    assert lines[at + 3].split() == ["warm", "cold", "6.1", "6.12", "7.3", "6.12", "7.3"]
    rows = {line.split()[0]: line.split()[1:] for line in lines[at + 4 :] if line[:1].isalpha()}
    assert rows["per_socket_tfm"] == ["0.760", "0.760", "0.750", "0.750", "0.750", "0.750", "0.750"]
    assert rows["onstack"] == ["1.050", "1.050", "0.820*", "0.820*", "0.590*", "0.820*", "0.590*"]
    assert any(line.split() == ["75-78", "75-78"] for line in lines), "the range of the cold cache"
    assert "Ranges are in percent." in plain("\n".join(lines))


def test_a_mail_with_a_host_has_its_columns_in_a_second_table(all_beside: Results) -> None:
    lines = mail(all_beside).splitlines()
    heads = [line.split() for line in lines if "host" in line.split() and "native" in line.split()]
    assert heads == [["native", "native", "host", "host"]] * 5, "for each of five algorithms, the smallest packets only"
    counted = [line.split() for line in lines if line.split()[:3] in (["model", "model", "counted"], ["model", "counted", "counted"])]
    assert len(counted) == 5


def test_the_page_has_everything(all_beside: Results, tmp_path: Path) -> None:
    path = write_report(all_beside, tmp_path / "report")
    page = path.read_text()
    parsed = Page()
    parsed.feed(page)
    assert not parsed.open and all(load.startswith("#") for load in parsed.loads) and len(set(parsed.ids)) == len(parsed.ids)
    text = section(page)
    first = re.search(r"<p>Of \d+ comparisons of a strategy's ratio", text)
    assert first and text.index("<h2") < first.start() < text.index("<ul>") < text.index("<table>"), "who disagrees comes first"
    assert text.count("<caption>") == len(re.findall("<table>", text))
    for heading in ("The same with larger packets (10)", "Instructions by phase (15)", "Failed operations (10)", "Slab bytes for each socket (10)",
                    "Real connections (2)"):  # fmt: skip
        assert f"<summary>{heading}</summary>" in text
    names = {p.name for p in (tmp_path / "report/figures").iterdir()}
    wanted = [f"{kind}-{block}-nettle-1000_sockets.svg" for kind in ("kernel", "kernel_phases") for block in (
        "tcp_ao-hmac_sha1", "tcp_ao-hmac_sha256", "tcp_ao-cmac_aes128", "tcp_md5-md5", "esp-gcm_aes128",
    )]  # fmt: skip
    assert set(wanted) <= names and "kernel-tcp_ao-hmac_sha1-nettle-1000_sockets.png" in names
    assert "instructions are not time. A contended lock, an atomic operation, an XSAVE" in unescape(page)
    assert "User-mode Linux (native) runs the kernel's generic C code" in unescape(page)


def test_the_summary_fits(all_beside: Results, one_beside: Results) -> None:
    for results in (all_beside, one_beside):
        data = summary(results)
        validator("summary").validate(data)
        json.dumps(data, allow_nan=False)
    kernel = summary(one_beside)["kernel"]
    assert [lane["lane"] for lane in kernel["lanes"]] == ["counted", "native"] and kernel["lanes"][1]["rounds"] == 8
    assert len(kernel["disagreements"]) == 7 and kernel["disagreements"][0] == {
        "algorithm": "hmac(sha1)", "bytes": 64, "strategy": "onstack", "lane": "counted", "kernel": "7.3", "form": "library",
        "model": pytest.approx(1.05, rel=0.001), "ratio": pytest.approx(0.59), "in_sign": True,
        "phase": {"name": "key", "difference": -600, "whole": -1640},
    }  # fmt: skip
    (one,) = kernel["beside"]
    assert one["pool"][0] == {"lane": "counted", "kernel": "6.1", "cost": 4000}
    assert [r["kernel"] for r in kernel["ranks"]] == ["6.1", "6.12", "7.3", "6.12", "7.3"]


def test_the_table_at_the_end_of_a_run_is_the_same(one_beside: Results) -> None:
    assert table(one_beside) == table(replace(one_beside, run=replace(one_beside.run, kernel=None)))


@pytest.mark.parametrize("lane", ["counted", "native", "host", "sockets"])
def test_one_lane_alone(tmp_path: Path, lane: str) -> None:
    results = beside(tmp_path, model(fixed(64)), replace(SMALL, lanes={lane: 1}))
    text = plain(mail(results))
    page = section(write_report(results, tmp_path / "report").read_text())
    validator("summary").validate(summary(results))
    assert ("instructions are not time" in full(results)) == (lane == "counted")
    assert ("Instructions by phase" in page) == (lane == "counted")
    assert ("Failed operations" in page) == ("Slab bytes" in page) == (lane == "native")
    assert ("Real connections" in page) == (lane == "sockets")
    assert (f"{lane} 7.3" in page) == ("Rank agreement" in text) == (lane != "sockets")
    for other in {"counted", "native", "host"} - {lane}:
        assert f"{other}:" not in text


def test_a_run_without_such_blocks_says_what_is_missing(flown: Results, tmp_path: Path) -> None:
    folder = synthetic_kernel.write_kernel(tmp_path / "kernel", SMALL)
    assert main(["report", str(flown.run.path), "--kernel", str(folder), "--out", str(tmp_path / "report")]) == 0
    page = section((tmp_path / "report/report.html").read_text())
    assert "hmac(sha1): this run has no block to compare it with (closed loop, warm cache, nettle or ipsec_mb, one thread" in page
    assert "Of " not in page and "Rank agreement" not in page and "Where the kernel was measured" in page
    assert "Instructions by phase (3)" in page, "what the kernel has is shown"


def test_phases_of_every_cell(one_beside: Results) -> None:
    assert one_beside.run.kernel
    old, middle, new = own.phases(one_beside.run.kernel)
    assert [t.heading for t in (old, middle, new)] == [f"{kernel}, hmac(sha1), 64 B" for kernel in ("6.1", "6.12", "7.3")]
    assert old.columns == ["start", "key", "update", "final", "end", "allocation", "other", "all", "L2, flushed"]
    assert dict(old.rows)["percpu_pool/ahash"] == ["100", "1,400", "1,200", "1,200", "80", "0", "20", "4,000", "0.3"]
    assert "onstack/library" in dict(new.rows) and "onstack/library" not in dict(middle.rows)


def test_failures_slab_and_connections(all_beside: Results) -> None:
    kernel = all_beside.run.kernel
    assert kernel
    first, *_ = own.faults(kernel)
    assert first.heading == "6.12, hmac(sha1): percent of operations that failed" and first.columns == ["0.1\u00a0%", "1\u00a0%", "10\u00a0%"]
    assert dict(first.rows)["per_socket_tfm/ahash"] == ["0.10", "1.00", "10.00"]
    assert dict(first.rows)["percpu_pool/ahash"] == ["0.00", "0.00", "0.00"]
    held = own.slab(kernel)[0]
    assert held.heading == "6.12, hmac(sha1)"
    assert held.rows == [("percpu_pool/ahash", ["64", "1 kmalloc-64"]), ("per_socket_tfm/ahash", ["384", "2 kmalloc-192"])]
    real, *_ = own.connections(kernel)
    assert real.heading == "6.12: real connections"
    assert [name for name, _ in real.rows] == ["plain", "tcp_md5", *["tcp_ao hmac(sha1)"] * 3]
    assert real.rows[0][1] == ["64", "off", "-", "25,000", "29,900", "8,000", "0", "0", "0", "0"]
    assert real.rows[2][1] == ["64", "off", "-", "50,000", "59,800", "8,000", "0", "0", "0", "320"]
    assert real.rows[3][1] == ["64", "1\u00a0%", "-", "50,000", "59,800", "8,000", "40", "30", "0", "-"]
    assert real.rows[4][1][2] == "24,000", "instructions of a message"


def test_warnings_of_a_lane_are_shown(tmp_path: Path) -> None:
    folder = synthetic_kernel.write_kernel(tmp_path / "kernel", SMALL)
    data = json.loads((folder / "counted/run.json").read_text())
    data["warnings"] = ["figures of 7.3 differ from boot to boot"]
    (folder / "counted/run.json").write_text(json.dumps(data))
    run = synthetic.write_run(tmp_path / "run", model(fixed(64)))
    assert main(["report", str(run), "--kernel", str(folder)]) == 0
    line = "kernel, counted: figures of 7.3 differ from boot to boot"
    assert f"<li>{line}</li>" in section((run / "report/report.html").read_text())
    assert f"warning: {line}" in plain((run / "report/review-full.txt").read_text())


def test_figures_without_a_lane_or_a_size(tmp_path: Path) -> None:
    """Only what is there has a panel; with one algorithm and size too."""
    results = beside(tmp_path, model(fixed(64)), replace(SMALL, kernels=("7.3",), lanes={"counted": 1}))
    chosen, _ = choose(results)
    found = {one.kind.name: one.kind.draw(one.family, one.name, results) for one in chosen if one.kind.name.startswith("kernel")}
    assert [text.get_text() for axes in found["kernel"].figure.axes for text in axes.texts] == [
        "model\n", "● warm", "counted\n", "● 7.3",
    ]  # fmt: skip
    assert len(found["kernel_phases"].figure.axes) == 1
    (panel,) = found["kernel_phases"].figure.axes
    names = [tick.get_text() for tick in panel.get_yticklabels()]
    assert names[-1] == "null/none" and names[0] == "percpu_request_key/library", "the first cell stands on top"
    assert compared(results)[0][0].columns[0].kernel == "7.3"
