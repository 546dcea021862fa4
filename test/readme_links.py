#!/usr/bin/env python3
"""Checks the links of the Markdown files to files of this project: that the file is there, and the
heading, where the link names one. And that docs/README.md names each guide.

    readme_links.py               the project's
    readme_links.py --self-test   that what is missing is found"""
import pathlib
import re
import sys
import tempfile

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.M | re.S)


def anchors(text):
    """The names that GitHub gives the headings."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def faults(top):
    wrong, count, linked = [], 0, set()
    for path in sorted(top.glob("**/*.md")):
        if any(part.startswith("build") for part in path.relative_to(top).parts[:-1]):
            continue
        # Links whose text is code stay links; code that looks like a link is none.
        text = CODE.sub(lambda code: "" if "](" in code[0] else code[0], path.read_text("utf-8"))
        for link in LINK.findall(text):
            if re.match(r"\w+:", link):
                continue
            count += 1
            file, _, anchor = link.partition("#")
            target = path.parent / file if file else path
            linked.add((path, target))
            if not target.exists():
                wrong.append(f"{path.relative_to(top)}: no file {file}")
            elif anchor and anchor not in anchors(target.read_text("utf-8")):
                wrong.append(f"{path.relative_to(top)}: no heading {link}")
    index = top / "docs/README.md"
    wrong += [
        f"docs/README.md: nothing of {path.name}"
        for path in sorted(top.glob("docs/*.md"))
        if path != index and (index, path) not in linked
    ]
    return wrong, count


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder)
        (top / "a.md").write_text(
            "# One, two\n[b](b.md) [c](c.md) [d](#one-two) [e](#two) [f](b.md#b) `[g](g.md)`\n"
            "```\n# two\n[h](h.md)\n```\n[i](https://example.com/i.md)\n",
            "utf-8",
        )
        (top / "b.md").write_text("text", "utf-8")
        (top / "docs").mkdir()
        (top / "docs/README.md").write_text("[j](j.md)", "utf-8")
        for name in ("j", "k"):
            (top / f"docs/{name}.md").write_text("text", "utf-8")
        found, count = faults(top)
    expected = [
        "a.md: no file c.md",
        "a.md: no heading #two",
        "a.md: no heading b.md#b",
        "docs/README.md: nothing of k.md",
    ]
    print(f"{count} links, found {found}")
    return 0 if (found, count) == (expected, 6) else 1


if sys.argv[1:] == ["--self-test"]:
    sys.exit(self_test())
wrong, count = faults(pathlib.Path(__file__).resolve().parent.parent)
for line in wrong:
    print(line, file=sys.stderr)
print(f"{count} links, {len(wrong)} faults")
sys.exit(1 if wrong or not count else 0)
