"""Show the measures of the semantic API: a table in docs/performance.md and a chart beside it.

The page has a place for each file measured, by its name: `<!-- semantic-api-demo: begin -->` and `end`.

Example:
    python -m benchmarks.api.report benchmarks/results/semantic-api-demo.json
"""

import argparse
import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
_NAMES = {
    "embedded": "embedded, with roll-ups",
    "embedded_without_rollups": "embedded, from the facts",
    "by_hand": "SQL by hand",
    "cube": "Cube 1.7.43",
    "metricflow": "MetricFlow",
}
_COLOURS = {
    "embedded": "#0b5fa5",
    "embedded_without_rollups": "#7fb2dd",
    "by_hand": "#444444",
    "cube": "#d9822b",
    "metricflow": "#8e4bbf",
}
_LEFT, _WIDTH, _ROW, _TOP = 250, 640, 16, 60
_TICKS = (1, 3, 10, 30, 100, 300, 1000, 3000)


def medians(part: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return question → contender → median milliseconds."""
    return {
        question: {name: statistics.median(times) for name, times in by.items() if times}
        for question, by in part["milliseconds"].items()
    }


def chart(measured: Mapping[str, Mapping[str, float]]) -> str:
    """Draw one row for each question, one dot for each contender, on a logarithmic axis."""
    height = _TOP + _ROW * len(measured) + 30
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 40} {height}" '
        'font-family="sans-serif" font-size="11" role="img">',
        "<title>Median milliseconds of forty questions, uncached, by engine</title>",
        f'<rect width="100%" height="{height}" fill="white"/>',
    ]
    for index, (name, colour) in enumerate(_COLOURS.items()):
        x = 20 + index * 175
        lines.append(f'<circle cx="{x}" cy="18" r="5" fill="{colour}"/>')
        lines.append(f'<text x="{x + 9}" y="22">{_NAMES[name]}</text>')
    for tick in _TICKS:
        at = f"{_across(tick):.1f}"
        lines.append(f'<line x1="{at}" x2="{at}" y1="{_TOP - 12}" y2="{height - 24}" stroke="#dddddd"/>')
        lines.append(f'<text x="{at}" y="{height - 8}" text-anchor="middle">{tick} ms</text>')
    for row, (question, by) in enumerate(measured.items()):
        y = _TOP + row * _ROW
        lines.append(f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{question}</text>')
        for name, colour in _COLOURS.items():
            if name in by:
                lines.append(f'<circle cx="{_across(by[name]):.1f}" cy="{y}" r="4" fill="{colour}"/>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def _across(milliseconds: float) -> float:
    low, high = math.log10(_TICKS[0]), math.log10(_TICKS[-1])
    share = (math.log10(max(milliseconds, _TICKS[0])) - low) / (high - low)
    return _LEFT + _WIDTH * min(share, 1.0)


def tables(kept: Mapping[str, Any], measured: Mapping[str, Mapping[str, float]], chart_name: str) -> str:
    """Write the summary and one row for each question."""
    names = [name for name in _NAMES if any(name in by for by in measured.values())]
    lines = [*_summary(kept), "", f"![Median milliseconds of each question]({chart_name})", ""]
    lines += ["Medians in milliseconds, uncached, each engine in turn:", ""]
    lines += [_row(["question", *(_NAMES[name] for name in names)]), _row(["---", *("---:" for _ in names)])]
    for question, by in measured.items():
        lines.append(_row([question, *(f"{by[name]:.1f}" if name in by else "–" for name in names)]))
    return "\n".join(lines)


def _summary(kept: Mapping[str, Any]) -> list[str]:
    around = next(part["surroundings"] for part in kept.values())
    before = ", ".join(f"{value:.1f}" for value in around["load_average_before"])
    lines = [
        f"Measured {around['measured_at'][:10]} on {around['processors']} processors, {around['facts']:,} "
        f"consolidated facts ({around['file_megabytes']:.0f} MB), DuckDB {around['packages']['duckdb']}, "
        f"Python {around['python']}; load average when the run began: {before}.",
        "",
        _row(["what", "wanted", "measured"]),
        _row(["---", "---", "---"]),
    ]
    return lines + [_row(item) for item in _claims({name: part["summary"] for name, part in kept.items()})]


def _claims(summary: Mapping[str, Any]) -> Iterable[Sequence[str]]:
    if over := summary.get("overhead"):
        for name in ("embedded", "embedded_without_rollups"):
            spread, ratio = over[name]["overhead_ms"], over[name]["ratio_above_50_ms"]
            yield (
                f"{_NAMES[name]}: over SQL by hand",
                "p50 ≤ 3 ms, p95 ≤ 8 ms",
                f"p50 {spread['p50']} ms, p95 {spread['p95']} ms",
            )
            if ratio:
                yield (
                    f"{_NAMES[name]}: ratio above 50 ms",
                    "≤ 1.10",
                    f"median {ratio['p50']}, p95 {ratio['p95']}",
                )
    if compiled := summary.get("compile"):
        for name, wanted in (("warm_shape_ms", "≤ 2 ms"), ("cold_ms", "≤ 10 ms")):
            spread = compiled[name]
            yield (
                f"compile, {name.removesuffix('_ms')}",
                wanted,
                f"p50 {spread['p50']} ms, p95 {spread['p95']} ms",
            )
    if compared := summary.get("engines"):
        for name, wanted in (("embedded_without_rollups", "> 1 on each"), ("embedded", "≥ 5 at the median")):
            for other in ("cube", "metricflow"):
                ratio = compared[f"{other}_over_{name}"]
                yield (
                    f"{_NAMES[other]} takes so many times as long as {_NAMES[name]}",
                    wanted,
                    f"median {ratio['median']}, least {ratio['least']} of {ratio['questions']}",
                )
    if loaded := summary.get("load"):
        cached, pages = loaded["cached"], loaded["pages"]
        yield (
            "kept answers, 32 connections, each as fast as it is answered",
            "≥ 1,500/s",
            f"{cached['per_second']:,.0f}/s, p99 {cached['p99_ms']} ms "
            f"({cached['server_processor_ms']} ms of processor each)",
        )
        if paced := loaded.get("cached_at_rate"):
            yield (
                "kept answers, 32 connections, at 1,500/s",
                "p99 ≤ 20 ms",
                f"{paced['per_second']:,.0f}/s, p50 {paced['p50_ms']} ms, p99 {paced['p99_ms']} ms",
            )
        yield (
            f"{pages['users']} users, pages of {pages['questions_of_a_page']} uncached questions",
            "p95 ≤ 300 ms",
            f"p50 {pages['p50_ms']} ms, p95 {pages['p95_ms']} ms",
        )
        yield ("memory after the load", "bounded", f"{loaded['megabytes']['after_load']['resident']:.0f} MB")
    if started := summary.get("start"):
        yield ("start to first answer", "≤ 1.5 s", f"{started['first_answer_seconds']} s")
        yield ("memory then", "≤ 300 MB", f"{started['resident_megabytes']:.0f} MB")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Write the page and the chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    results: Path = parser.parse_args().results
    kept = json.loads(results.read_text(encoding="utf-8"))
    measured = medians(kept["overhead"])
    for question, by in medians(kept["engines"]).items():
        measured[question] |= {name: by[name] for name in ("cube", "metricflow") if name in by}
    picture = f"{results.stem}.svg"
    begin, end = (f"<!-- {results.stem}: {word} -->" for word in ("begin", "end"))
    page = DOCS / "performance.md"
    text = page.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        parser.error(f"{page} has no place for these results: write {begin} and {end} in it")
    before, after = text.partition(begin)[0], text.partition(end)[2]
    page.write_text(f"{before}{begin}\n{tables(kept, measured, picture)}\n{end}{after}", encoding="utf-8")
    (DOCS / picture).write_text(chart(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
