#!/usr/bin/env python3
"""Writes what recorded servers answered as a corpus:

    corpus.py entities FOLDER   to commands, for fuzz_entities
    corpus.py lines FOLDER      to PRINT, for fuzz_plain_lines"""
import base64
import json
import pathlib
import sys

kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
recordings = pathlib.Path(__file__).resolve().parent.parent / "recordings"
folder.mkdir(parents=True, exist_ok=True)
count = 0
for path in sorted(recordings.glob("*/*.json")):
    recording = json.loads(path.read_text())
    streams = recording["request"]["path"].split("?")[0] in ("/query-stream", "/query", "/inserts-stream")
    wanted = path.parent.name == "print" if kind == "lines" else not streams
    if not wanted:
        continue
    body = b"".join(
        base64.b64decode(part["base64"]) if "base64" in part else part["text"].encode()
        for part in recording["response"]["body"]
    )
    if body:
        # Before the lines stands a byte that says how they come.
        (folder / f"{path.parent.name}-{path.stem}").write_bytes(b"\0" * (kind == "lines") + body)
        count += 1
if count == 0:
    sys.exit("no recordings")
