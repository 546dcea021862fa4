#!/usr/bin/env python3
"""Makes pages of the public headers and the guides: make.py SOURCE BUILD DOXYGEN

Doxygen 1.9 knows neither the names that GitHub gives headings nor links to folders. So the Markdown
is copied into BUILD first, with names and links that Doxygen understands; links to files that have
no page become text. Fails where Doxygen warns, and where a link in a page leads nowhere."""
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys

PAGES = ["README.md", "docs/*.md", "samples/README.md", "samples/*/README.md", "SECURITY.md",
         "CHANGELOG.md", "subprojects/packaging/README.md", "test/benchmark/REPORT.md",
         "test/recordings/README.md"]
AWESOME = pathlib.Path("/usr/share/doxygen-awesome-css")  # where Debian has it
FENCE = re.compile(r"^(```.*?^```[^\n]*$)", re.M | re.S)
HEADING = re.compile(r"^(#+) (.*)$", re.M)
# To Doxygen a quote ends such code, unless there are two marks around it.
QUOTED = re.compile(r"(?<!`)`([^`\n]*'[^`\n]*)`(?!`)")
LINK = re.compile(r"(!?)\[((?:`[^`]*`|[^\]`])+)\]\(([^)\s]+)\)")


def page_of(path):
    """The name of a Markdown file's page."""
    if path == pathlib.PurePath("README.md"):
        return "index"
    if path.stem in ("README", "REPORT"):
        return "page-" + path.parent.name.lower()
    return "page-" + path.stem.lower()


def slug(heading):
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def html_name(name):
    """What Doxygen makes of a header's name."""
    return name.replace("_", "__").replace(".", "_8")


class Converter:
    """The Markdown of one file as Doxygen understands it."""

    def __init__(self, top, path, pages):
        self.top, self.path, self.pages, self.page = top, path, pages, page_of(path)
        self.images = []

    def heading(self, found):
        level, text = found.groups()
        if len(level) == 1:
            return found[0] if self.page == "index" else f"# {text} {{#{self.page}}}"
        name = f"{self.page}-{slug(text)}"
        # As HTML these headings are not in the tree of pages, where they would stand before pages.
        isRoot = self.page in ("index", "page-docs")
        return f'<h2 id="{name}">{text}</h2>' if isRoot else f"{level} {text} {{#{name}}}"

    def link(self, found):
        image, text, link = found.groups()
        if re.match(r"\w+:", link):
            return found[0]
        file, _, anchor = link.partition("#")
        target = self.path
        if file:
            target = pathlib.PurePath(os.path.normpath(self.path.parent / file))
        if image:
            self.images.append(target)
            return f"![{text}]({target.name})"
        if target in self.pages:
            page = page_of(target)
            if self.page == "page-docs" and not anchor:
                return f'@subpage {page} "{text}"'
            return f"[{text}]({page}.html" + (f"#{page}-{anchor})" if anchor else ")")
        if target.parent == pathlib.PurePath("include/ksqldb"):
            return f"[{text}]({html_name(target.name)}.html)"
        if target.parts[0] == "samples" and target.suffix == ".cpp":
            name = target.relative_to("samples").as_posix()
            name = name.replace(".", "_8").replace("/", "_2")
            return f"[{text}]({name}-example.html)"
        if target == pathlib.PurePath("include/ksqldb"):
            return f"[{text}](modules.html)"
        return text

    def convert(self):
        parts = FENCE.split((self.top / self.path).read_text("utf-8"))
        for i in range(0, len(parts), 2):
            text = LINK.sub(self.link, HEADING.sub(self.heading, parts[i]))
            parts[i] = QUOTED.sub(r"``\1``", text)
        return "".join(parts)


def write_pages(top, folder):
    paths = [p.relative_to(top) for pattern in PAGES for p in sorted(top.glob(pattern))]
    for path in paths:
        converter = Converter(top, path, paths)
        name = "index" if page_of(path) == "index" else page_of(path)
        (folder / f"{name}.md").write_text(converter.convert(), "utf-8")
        for image in converter.images:
            shutil.copy(top / image, folder)
    samples = [*sorted(top.glob("samples/*.cpp")), *sorted(top.glob("samples/*/*.cpp"))]
    (folder / "samples.dox").write_text(
        "".join(f"/** @example {p.relative_to(top / 'samples').as_posix()} */\n" for p in samples))


def dead_links(folder):
    """Of the pages that are made of Markdown. In those of its own Doxygen 1.9 has some."""
    texts = {path.name: path.read_text("utf-8") for path in folder.glob("*.html")}
    ids = {name: set(re.findall(r'\b(?:id|name)="([^"]+)"', text)) for name, text in texts.items()}
    dead = set()
    for name, text in texts.items():
        if not re.match(r"index\.|page-|group__", name):
            continue
        for link in re.findall(r'<a [^>]*href="([^"]+)"', text):
            link = html.unescape(link)
            if re.match(r"\w+:", link):
                continue
            file, _, anchor = link.partition("#")
            file = file or name
            if file not in texts or (anchor and anchor not in ids[file]):
                dead.add(f"{name}: {link} leads nowhere")
    return sorted(dead)


def main():
    top, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    pages = build / "pages"
    for folder in (pages, build / "html"):
        shutil.rmtree(folder, ignore_errors=True)
    pages.mkdir(parents=True)
    write_pages(top, pages)
    here = top / "docs/reference"
    version = re.search(r"version: '([^']+)'", (top / "meson.build").read_text())[1]
    styles = [here / "style.css"]
    if AWESOME.is_dir():
        styles = [AWESOME / "doxygen-awesome.css", AWESOME / "doxygen-awesome-sidebar-only.css", *styles]
    settings = (here / "Doxyfile").read_text() + "\n".join([
        f"PROJECT_NUMBER = {version}",
        f"INPUT = {top / 'include/ksqldb'} {here / 'topics.dox'} {pages}",
        f"USE_MDFILE_AS_MAINPAGE = {pages / 'index.md'}",
        f"IMAGE_PATH = {pages}",
        f"EXAMPLE_PATH = {top / 'samples'}",
        f"STRIP_FROM_PATH = {top / 'include'} {top}",
        f"STRIP_FROM_INC_PATH = {top / 'include'}",
        f"OUTPUT_DIRECTORY = {build}",
        f"LAYOUT_FILE = {here / 'layout.xml'}",
        "HTML_EXTRA_STYLESHEET = " + " ".join(map(str, styles)),
    ]) + "\n"
    if subprocess.run([sys.argv[3], "-"], input=settings, text=True, check=False).returncode != 0:
        return 1
    dead = dead_links(build / "html")
    print("\n".join(dead) if dead else f"{build / 'html/index.html'}")
    return 1 if dead else 0


sys.exit(main())
