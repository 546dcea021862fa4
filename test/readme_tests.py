#!/usr/bin/env python3
"""Checks the tables of test/README.md: that every id is there, and every test that they name.

    readme_tests.py               the project's
    readme_tests.py --self-test   that what is missing is found"""
import pathlib
import re
import sys

# Of each kind of id, the numbers that have to be in the first column.
IDS = {
    "II": range(1, 4),
    "SI": range(1, 4),
    "ES": range(1, 25),
    "LD": range(1, 11),
    "CN": range(1, 7),
    "VA": range(1, 9),
    "HR": [1, 2, 3, 4, *range(6, 19)],
    "AS": range(1, 9),
    "W": [*range(1, 13), 16, *range(19, 25), *range(36, 42)],
}
TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")
FILE = re.compile(r"\w+\.(?:cpp|py)")


def ids(column):
    """Those of a first column: "ES-05 to 07, 24; W41"."""
    found, kind = set(), None
    for part in re.split(r"[,;]\s*", column):
        ends = re.fullmatch(r"(?:([A-Z]+)-?)?(\d+)(?: to (?:W)?(\d+))?", part)
        if not ends:
            continue
        kind = ends[1] or kind
        found |= {(kind, number) for number in range(int(ends[2]), int(ends[3] or ends[2]) + 1)}
    return found


def faults(readme, sources):
    """Lines of text, one for each id and each test that is not there; and how many tests were
    named. `sources`: the text of each file by its path below test/."""
    tests, files = {"unit": set(), "integration": set()}, set()
    for path, text in sources.items():
        files.add(path.split("/")[-1])
        tests.setdefault(path.split("/")[0], set()).update(".".join(m) for m in TEST.findall(text))
    wrong, known, count = [], set(), 0
    for number, line in enumerate(readme.splitlines(), 1):
        columns = [column.strip() for column in line.strip("|").split("|")]
        if not line.startswith("|") or len(columns) != 3:
            continue
        known |= ids(columns[0])
        for name in re.findall(r"`([^`]+)`", columns[2]):
            count += 1
            place, _, test = name.rpartition(" ")
            if FILE.fullmatch(name):
                if name not in files:
                    wrong.append(f"{number}: no file {name}")
            elif test not in tests[place.rstrip("/") or "integration"]:
                wrong.append(f"{number}: no test {name}")
    wrong += [f"no row for {kind}-{n}" for kind in IDS for n in IDS[kind] if (kind, n) not in known]
    return wrong, count


def read(top):
    sources = {str(path.relative_to(top)): path.read_text() for path in top.glob("*/**/*.cpp")}
    return faults((top / "README.md").read_text(), sources)


def self_test():
    sources = {
        "unit/a/test_a.cpp": "TEST(A, One) {",
        "integration/test_b.cpp": "TEST_P(B,\n       Two) {",
    }
    every = ", ".join(f"{kind}-{n}" for kind in IDS for n in IDS[kind])
    cases = [
        (f"| {every} | x | `unit/ A.One`, `B.Two`, a table in `test_b.cpp` |", []),
        (f"| {every} | x | `A.One` |", ["1: no test A.One"]),
        (f"| {every} | x | `unit/ B.Two` |", ["1: no test unit/ B.Two"]),
        (f"| {every} | x | `B.Three` |", ["1: no test B.Three"]),
        (f"| {every} | x | `test_c.cpp` |", ["1: no file test_c.cpp"]),
        (f"| {every.replace('ES-24, ', '')} | x | `B.Two` |", ["no row for ES-24"]),
        (f"| {every.replace('W-1, W-2, W-3,', 'W1 to W3,')} | x | `B.Two` |", []),
        (f"| {every.replace('II-1, II-2, II-3,', 'II-01, 02; II-03,')} | x | `B.Two` |", []),
    ]
    status = 0
    for readme, expected in cases:
        found, _ = faults(readme, sources)
        if found != expected:
            print(f"{readme[-60:]}: found {found}, expected {expected}", file=sys.stderr)
            status = 1
    print(f"{len(cases)} tables")
    return status


if sys.argv[1:] == ["--self-test"]:
    sys.exit(self_test())
wrong, count = read(pathlib.Path(__file__).resolve().parent)
for line in wrong:
    print(f"test/README.md:{line}", file=sys.stderr)
print(f"{count} tests are named, {len(wrong)} faults")
sys.exit(1 if wrong or not count else 0)
