#!/usr/bin/env python3
"""Checks that the C++ and CMake of README.md and of docs/ is code that is built: that each block
stands, line for line, in a sample or in a consumer (indentation does not count). And that the
table of samples/README.md names the samples that there are."""
import pathlib
import re
import sys

top = pathlib.Path(__file__).resolve().parent.parent


def lines(text):
    return [line.strip() for line in text.strip().splitlines()]


def contains(program, block):
    return any(program[i : i + len(block)] == block for i in range(len(program)))


programs = [
    lines(path.read_text(encoding="utf-8"))
    for pattern in ("samples/**/*.cpp", "test/consumer/**/*.cpp", "test/consumer/**/CMakeLists.txt")
    for path in sorted(top.glob(pattern))
]
blocks = [
    (path.name, block)
    for path in [top / "README.md", *sorted((top / "docs").glob("*.md"))]
    for block in re.findall(r"^```(?:cpp|cmake)\n(.*?)^```$", path.read_text("utf-8"), re.M | re.S)
]
strangers = [(n, b) for n, b in blocks if not any(contains(p, lines(b)) for p in programs)]

for name, block in strangers:
    print(f"{name} has code that no sample has:\n{block}", file=sys.stderr)
print(f"{len(blocks)} blocks of code, {len(strangers)} of them in no sample")

samples = top / "samples"
named = set(re.findall(r"\[\w+\]\(([\w/]+\.cpp)\)", (samples / "README.md").read_text("utf-8")))
there = {
    path.relative_to(samples).as_posix()
    for pattern in ("*.cpp", "*/main.cpp")
    for path in samples.glob(pattern)
}
for path in sorted(named ^ there):
    what = "not in samples/README.md" if path in there else "no sample"
    print(f"{path} is {what}", file=sys.stderr)
sys.exit(1 if strangers or not blocks or named != there else 0)
