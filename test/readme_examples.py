#!/usr/bin/env python3
"""Checks that the README's C++ is code that is compiled: that each block stands, line for line, in
a sample or in the consumers' program (indentation does not count). And that its table names the
samples that there are."""
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
    for folder in ("samples", "test/consumer")
    for path in sorted((top / folder).glob("*.cpp"))
]
readme = (top / "README.md").read_text(encoding="utf-8")
blocks = re.findall(r"^```cpp\n(.*?)^```$", readme, re.M | re.S)
strangers = [b for b in blocks if not any(contains(p, lines(b)) for p in programs)]

for block in strangers:
    print("README.md has C++ that no sample has:\n" + block, file=sys.stderr)
print(f"{len(blocks)} blocks of C++, {len(strangers)} of them in no sample")

named = set(re.findall(r"\[\w+\]\((samples/[\w/]+\.cpp)\)", readme))
there = {
    path.relative_to(top).as_posix()
    for pattern in ("*.cpp", "*/main.cpp")
    for path in (top / "samples").glob(pattern)
}
for path in sorted(named ^ there):
    print(f"{path} is {'not in README.md' if path in there else 'no sample'}", file=sys.stderr)
sys.exit(1 if strangers or not blocks or named != there else 0)
