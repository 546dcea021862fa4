#!/usr/bin/env python3
"""Writes what recorded servers answered to commands as a corpus for fuzz_entities: corpus.py FOLDER"""
import base64
import json
import pathlib
import sys

recordings = pathlib.Path(__file__).resolve().parent.parent / "recordings"
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
count = 0
for path in sorted(recordings.glob("*/*.json")):
    recording = json.loads(path.read_text())
    if recording["request"]["path"].split("?")[0] in ("/query-stream", "/query", "/inserts-stream"):
        continue
    body = b"".join(
        base64.b64decode(part["base64"]) if "base64" in part else part["text"].encode()
        for part in recording["response"]["body"]
    )
    if body:
        (folder / f"{path.parent.name}-{path.stem}").write_bytes(body)
        count += 1
if count == 0:
    sys.exit("no recordings")
