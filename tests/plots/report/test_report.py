# SPDX-License-Identifier: MIT
"""The report's files: the summary fits its schema, the review fits a mail, the page needs no other file."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

import synthetic
from conftest import results_of
from outputs import KINDS, answers, choose, full, judged, read, summary, table
from pages import Page, narrow_ascii
from plots.claims import lines
from plots.cli import main
from plots.drawing import words
from plots.run.files import validator
from plots.verdicts.results import Results


def test_the_summary_fits_its_schema(report: Path) -> None:
    data = json.loads((report / "summary.json").read_text())
    validator("summary").validate(data)
    assert data["aa"]["comparisons"] == 22


def test_the_summary_has_the_true_values(standard: Results) -> None:
    data = summary(standard)
    block = data["blocks"][0]
    assert [s["name"] for s in block["strategies"]] == list(synthetic.NS)
    found = {s["name"]: s for s in block["strategies"]}
    assert found["per_socket_tfm"]["bytes_per_socket"] == 432
    assert found["per_socket_tfm"]["bytes_total"] == 1000 * 432
    assert found["percpu_pool"]["verdict"] == "baseline" and found["percpu_pool"]["ratio"]["median"] == 1
    assert found["null"]["verdict"] == "faster", "null's verdict follows the same rule"
    assert found["per_socket_tfm"]["allocations_per_packet"] == 1 and found["percpu_pool"]["allocations_per_packet"] == 0
    assert found["per_socket_tfm"]["bytes_idle"] == 0 and found["percpu_pool"]["bytes_idle"] == 4096 + 64 * 8
    assert found["per_socket_tfm"]["bytes_peak"] == found["per_socket_tfm"]["bytes_total"] + 180
    assert found["per_socket_tfm"]["rss_bytes"] == 4096 * (1 + 432_000 // 4096)
    assert found["percpu_pool"]["packets"] == 7 * 200_000 + 100_000
    assert found["percpu_pool"]["latency_ns"] is None
    (open_loop,) = [b for b in data["blocks"] if b["load"] == "70%" and b["sockets"] == 1000]
    latency = open_loop["strategies"][1]["latency_ns"]
    assert 0 < latency["p50"] < latency["p99"] < latency["p999"]
    assert "#" not in json.dumps([s["name"] for b in data["blocks"] for s in b["strategies"]])


def test_the_review_fits_a_mail(report: Path) -> None:
    text = (report / "review-full.txt").read_text()
    assert narrow_ascii(text)
    order = ["Conditions", "A/A: 22 comparisons", "ns/pkt", "What cannot be concluded", "Reproduce with:"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert re.search(r"^tfm_pool +\d+ +1\.\d{3} +1\.\d{3}-1\.\d{3} slower$", text, re.M)
    assert re.search(r"^tfm_pool +64 +1 +\S+ \wi?B", text, re.M), "B/socket and allocations stand beside the memory"
    assert re.search(r"^memory +B/socket +alloc +idle +open +peak +RSS$", text, re.M)
    assert re.search(r"^onstack_prepared +[\d.]+ +0 +[\d.]+ B +39\.7 MiB +39\.7 MiB +39\.7 MiB$", text, re.M)
    assert "git checkout 0123456789abcdef" in text


def test_long_and_foreign_words_still_fit_a_mail(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=6))
    data = json.loads((folder / "run.json").read_text())
    data["warnings"] = ["ungünstig – " + "x" * 100]
    data["matrix"]["name"] = "é" * 90
    data["machine"]["cpu"] = "Ω" * 90
    data["build"]["flags"] = "-f" + "y" * 200
    (folder / "run.json").write_text(json.dumps(data))
    results = read(folder)
    assert narrow_ascii(full(results)) and narrow_ascii(table(results))


def test_the_table_is_compact(standard: Results, report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", str(standard.run.path)]) == 0
    text = capsys.readouterr().out
    assert narrow_ascii(text)
    assert "22 comparisons" in text and "null" in text and "floor" in text
    end = " ".join(text[text.index("A/A: 22 comparisons") :].split())
    assert lines.answer(judged(standard))[0].replace("\u00a0", " ") in end, "it ends with the answer and the claims that it carries"
    for one in judged(standard):
        assert (f"{one.claim.short}: {one.verdict};" in end) == (one.verdict != "not measured")


def test_the_page_needs_nothing_else(report: Path) -> None:
    text = (report / "report.html").read_text()
    page = Page()
    page.feed(text)
    assert page.open == []
    assert page.loads and all(load.startswith("#") for load in page.loads), "only references within the page"
    assert {load[1:] for load in page.loads} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert "@import" not in text and not re.search(r"url\((?!#)", text)
    assert set(re.findall(r"https?://[^\"' <]+", text)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert all(link[1:] in page.ids if link.startswith("#") else (report / link).exists() for link in page.links)


def test_the_page_has_its_parts(report: Path) -> None:
    text = (report / "report.html").read_text()
    for part in ("What was asked", "Conditions", "How to read a verdict", "A/A", "What cannot be concluded", "Reproduce"):
        assert part in text
    assert "a virtual machine: trust ratios" in text
    assert "&lt;made of numbers&gt;" in text
    assert "No command repeats the matrix" in text and "tfmbench run synthetic" not in text, "an older run"
    assert "prefers-color-scheme: dark" in text and "width=device-width" in text


def test_the_page_begins_with_the_answer_and_a_line_for_each_claim(standard: Results, report: Path) -> None:
    text = (report / "report.html").read_text()
    head = text[text.index("<h1>") : text.index("What was asked")]
    assert lines.QUESTION in unescape(head) and all(sentence in unescape(head) for sentence in lines.answer(judged(standard)))
    rows = head.split("<li ")[1:]
    assert len(rows) == len(judged(standard))
    for row, one in zip(rows, judged(standard)):
        sign = {"holds": "✓", "does not hold": "✗", "mixed": "±", "not measured": "–"}[one.verdict]
        assert f'href="#claim-{one.claim.id}">{one.claim.id}</a>' in row and f"{sign}</span> {one.verdict}</strong>" in row
        assert f'id="claim-{one.claim.id}"' in text.split("What was claimed, what was measured")[1], "where its link leads"
        assert (one.condition in row) if one.condition else "<p>The number" not in row


def test_every_kind_of_figure_is_drawn_and_holds_null(report: Path) -> None:
    for kind in ("strategy", "sockets", "latency", "memory", "possible_cpus", "owners", "faults"):
        drawn = sorted((report / "figures").glob(f"{kind}-*.svg"))
        assert drawn, kind
        assert [p.stat().st_size > 5000 for p in (report / "figures").glob(f"{kind}-*.png")] == [True], "of the main one"
        for path in drawn:
            svg = path.read_text()
            assert ">null" in svg and ">percpu_pool" in svg and "hmac" in svg or "cmac" in svg


def test_figures_have_short_and_stable_names(report: Path) -> None:
    names = {path.name for path in (report / "figures").iterdir()}
    assert {
        "strategy-tcp_ao-hmac_sha1-nettle-1000_sockets.png",
        "sockets-tcp_ao-bgp_update-hmac_sha1-nettle.svg",
        "sockets-tcp_ao-bgp_update-hmac_sha1-nettle-polluted_4096.svg",
        "latency-tcp_ao-bgp_update-hmac_sha1-nettle-10000_sockets-load_70.svg",
        "memory-tcp_ao-bgp_update-hmac_sha1-nettle.svg",
        "possible_cpus-tcp_ao-bgp_update-hmac_sha1-nettle-1000_sockets.svg",
        "faults-tcp_ao-bgp_update-hmac_sha1-nettle-1000_sockets.svg",
    } <= names
    assert max(map(len, names)) < 90
    assert sum(name.startswith("strategy-") for name in names) == 4, "three families of sizes (one as PNG too), not a figure for each block"


def test_figures_without_data_are_listed(tmp_path: Path) -> None:
    results = results_of(tmp_path / "run", synthetic.Truth(rounds=6, counted=False))
    chosen, left_out = choose(results)
    assert [one.kind.name for one in chosen] == ["strategy"]
    assert len(left_out) == len(KINDS) - 1
    assert main(["report", str(results.run.path)]) == 0
    text = (results.run.path / "report" / "report.html").read_text()
    assert "Not drawn, since this run lacks the data" in text and "differ only in sockets" in text


def test_a_report_removes_the_figures_of_an_earlier_one(tmp_path: Path) -> None:
    results = results_of(tmp_path / "run", synthetic.Truth(rounds=2, counted=False))
    old = results.run.path / "report" / "figures" / "old.svg"
    old.parent.mkdir(parents=True)
    old.write_text("")
    assert main(["report", str(results.run.path)]) == 0
    assert not old.exists()


def test_an_incomplete_run_is_reported_as_such(tmp_path: Path) -> None:
    blocks = [synthetic.axes(), synthetic.axes(sockets=2000), synthetic.axes(sockets=5000)]
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(blocks=blocks, rounds=7))
    for path in (folder / "rounds").glob("*sha1*-5000-*"):
        path.unlink()
    for path in sorted((folder / "rounds").glob("*sha1*-2000-*"))[:3]:
        path.unlink()
    assert main(["report", str(folder)]) == 0
    text = (folder / "report" / "review-full.txt").read_text()
    assert "2 blocks are incomplete: 5 of 14 rounds" in text
    assert "2 blocks without a counted round: memory" in text
    data = json.loads((folder / "report" / "summary.json").read_text())
    validator("summary").validate(data)
    assert [b["sockets"] for b in data["blocks"]] == [1000, 2000]


def test_a_packet_judged_wrongly_is_reported(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", synthetic.Truth(rounds=6))
    path = next((folder / "rounds").glob("*.r00.json"))
    data = json.loads(path.read_text())
    data["cells"][2]["forged_accepted"] = 3
    path.write_text(json.dumps(data))
    assert "3 packets judged wrongly (forged" in full(read(folder))


def test_google_benchmarks_json(standard: Results, tmp_path: Path) -> None:
    results = results_of(tmp_path / "run", synthetic.Truth(rounds=3))
    out = tmp_path / "benchmark.json"
    assert main(["report", str(results.run.path), "--benchmark-json", str(out)]) == 0
    data = json.loads(out.read_text())
    assert data["context"]["library_build_type"] == "release"
    names = {b["name"].split("/")[-1] for b in data["benchmarks"]}
    assert names == set(synthetic.NS)
    pool = [b for b in data["benchmarks"] if b["name"].endswith("/percpu_pool")]
    assert [b["repetition_index"] for b in pool] == [0, 1, 2]
    assert all(b["run_type"] == "iteration" and b["time_unit"] == "ns" and b["real_time"] > 100 for b in pool)


def test_the_summary_has_a_verdict_for_each_claim(report: Path) -> None:
    found = {claim["id"]: claim for claim in json.loads((report / "summary.json").read_text())["claims"]}
    assert list(found) == [f"C{n}" for n in range(1, 13)]
    c5, c3 = found["C5"], found["C3"]
    assert c5["verdict"] == "mixed" and 0.7 < c5["low"] < c5["number"] < c5["high"] < 0.75 and c5["lane"] == "model"
    assert "1,000 sockets" in c5["condition"] and len(c5["blocks"]) == 21 and c5["command"] is None, "an older run"
    assert c3["verdict"] == "not measured" and c3["number"] is None and c3["blocks"] == [] and c3["says"] == "several users of scratch"


def test_the_claims_are_answered_by_name(standard: Results, report: Path) -> None:
    answered, not_measured = answers(standard)
    found = {claim.id: text for claim, text in answered}
    assert list(found) == ["C1", "C2", "C4", "C5"]
    assert "percpu_pool 0, per_socket_tfm 1, per_request_key 1" in found["C1"]
    assert len(answered) + len(not_measured) == 12
    assert "percpu_pool 0.00" in found["C1"] and "p = 0.1" in found["C1"]
    assert "percpu_pool 64 B per socket" in found["C2"] and "per_socket_tfm 432 B per socket" in found["C2"]
    assert "saves 368 B per socket" in found["C2"] and "100,000 sockets" in found["C2"]
    assert re.search(r"per_request_key took 1\.\d{3} \(1\.\d{3}-1\.\d{3}\)", found["C4"])
    assert "per_socket_tfm took 0." in found["C2"] and not re.search(r"took \d", found["C5"]), "a time is in one answer only"
    assert found["C5"].startswith("The time of per_socket_tfm: see C2. Atomic") and "The time of per_request_key: see C4." in found["C5"]
    for text in ((report / "review-full.txt").read_text(), (report / "report.html").read_text()):
        assert "What was claimed, what was measured" in text and "C12" in text


def test_a_nearly_allocation_free_path_is_not_called_free() -> None:
    assert [words.allocations(v) for v in (None, 0.0, 1.0, 0.004, 6.223)] == ["-", "0", "1", "<0.01", "6.22"]


def test_a_section_without_data_is_not_there(standard: Results, report: Path) -> None:
    html = (report / "report.html").read_text()
    for section in ("consumers", "history", "in-flight"):
        assert f'id="{section}"' not in html
    data = summary(standard)
    assert [data[key] for key in ("consumers", "history", "published", "rates", "scaling", "in_flight", "lines_of_code")] == [[], [], [], [], [], [], None]
