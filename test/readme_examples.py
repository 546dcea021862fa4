#!/usr/bin/env python3
"""Checks that the README's C++ is code that is compiled: that each block stands, line for line, in
a sample or in the consumers' program. Indentation does not count."""
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
blocks = re.findall(r"^```cpp\n(.*?)^```$", (top / "README.md").read_text(encoding="utf-8"), re.M | re.S)
strangers = [b for b in blocks if not any(contains(p, lines(b)) for p in programs)]

for block in strangers:
    print("README.md has C++ that no sample has:\n" + block, file=sys.stderr)
print(f"{len(blocks)} blocks of C++, {len(strangers)} of them in no sample")
sys.exit(1 if strangers or not blocks else 0)
