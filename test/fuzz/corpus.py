#!/usr/bin/env python3
"""Writes the beginnings of a fuzz target's inputs, from what recorded servers were asked and
answered:

    corpus.py TARGET FOLDER

TARGET is a program's name without "fuzz_". What recordings do not have, addresses for example, is
listed below."""
import base64
import json
import pathlib
import re
import sys

recordings_folder = pathlib.Path(__file__).resolve().parent.parent / "recordings"
streams = ("/query-stream", "/query")


def recordings():
    for path in sorted(recordings_folder.glob("*/*.json")):
        recording = json.loads(path.read_text())
        recording["folder"] = path.parent.name
        recording["endpoint"] = recording["request"]["path"].split("?")[0]
        yield recording


def body(message):
    return b"".join(
        base64.b64decode(part["base64"]) if "base64" in part else part["text"].encode()
        for part in message["body"]
    )


def answers(wanted):
    return {body(recording["response"]) for recording in recordings() if wanted(recording)}


def is_query(recording):
    return recording["endpoint"] in streams and recording["folder"] != "print"


def query_answers():
    return answers(lambda recording: is_query(recording) and recording["response"]["status"] == 200)


def error_answers():
    return answers(lambda recording: recording["response"]["status"] >= 400)


def command_answers():
    return answers(lambda recording: recording["endpoint"] not in (*streams, "/inserts-stream"))


def lines(texts):
    return {line for text in texts for line in text.split(b"\n")}


def rows():
    """The lines of rows, without what stands between them."""
    every = lines(query_answers())
    return {line.rstrip(b",]\r") for line in every if line.startswith(b'{"row":')} | {
        line for line in every if line.startswith(b"[") and not line.startswith(b'[{"header"')}


def statements():
    found = set()
    for recording in recordings():
        try:
            request = json.loads(body(recording["request"]))
        except ValueError:
            continue
        if isinstance(request, dict):
            found |= {str(request[name]).encode() for name in ("sql", "ksql") if name in request}
    return found


def types():
    found = set()
    for line in lines(query_answers()):
        try:
            header = json.loads(line.decode().strip("[],"))
        except (ValueError, UnicodeDecodeError):
            continue
        if not isinstance(header, dict):
            continue
        found |= {name.encode() for name in header.get("columnTypes", [])}
        found |= {header["header"].get("schema", "").encode()} if "header" in header else set()
    return found


def in_rows(pattern):
    """What looks like this in rows."""
    return set(re.findall(pattern, b"\n".join(query_answers())))


def framed():
    """Answers of all kinds, each behind one of the ways in which fuzz_client brings bytes. A run
    costs milliseconds, so the smallest ones do, of each kind as many."""
    found = set()
    for kind in (query_answers(), error_answers(), command_answers(), inserts()):
        for i, text in enumerate(sorted(kind, key=len)[:24]):
            how, resets, seed, framing = i % 3, i // 8 % 2, i * 11 % 256, i % 8
            found.add(text + bytes([how, resets, seed, framing]))
    return found


def inserts():
    return answers(lambda recording: recording["endpoint"] == "/inserts-stream")


def chunked():
    """Answers with a chunk a line, as servers send them."""
    return {
        b"".join(b"%x\r\n%b\r\n" % (len(line) + 1, line + b"\n") for line in text.split(b"\n"))
        + b"0\r\n\r\n"
        for text in query_answers() if len(text) < 2000}


def with_length(*texts):
    """The first text's length stands at the end."""
    return b"".join(texts) + bytes([len(texts[0])])


def bindings():
    found = {re.sub(rb"'[^']*'|\b\d+\b", b"?", statement) for statement in statements()}
    found |= {re.sub(rb"'[^']*'", b":name", statement) for statement in statements()}
    found |= {b"SELECT ?, :b, '?' -- ?\n FROM ? WHERE A-? > :b;", b"A-?${x}?", b"1?E5 ?.?"}
    values = b"it's ${text}" * 4 + bytes(range(12))
    return {with_length(sql, values) for sql in found if len(sql) < 256}


def addresses():
    urls = ["http://localhost:8088", "https://db.example.com/base/path/", "unix:///run/ksqldb",
            "http://[fe80::1%25eth0]:8088", "HTTP://user:secret@h", "https://h:443/?query#part",
            "127.0.0.1", "10.1.2.3:80", "db.example.com.", "http://10.0.0.1"]
    exemptions = ["", "*", "localhost,.example.com", "10.0.0.0/8 127.0.0.1", "::1,fe80::/10",
                  "proxy:3128/path"]
    return {with_length(url.encode(), exempt.encode()) for url in urls for exempt in exemptions}


def padded(texts, numbers):
    """With so many numbers at the end, which are 0."""
    return {text + bytes(numbers) for text in texts}


targets = {
    "acknowledgements": lambda: padded(inserts(), 1),
    "base64": lambda: in_rows(rb'"([A-Za-z0-9+/]{4,}={0,2})"'),
    "chunked_body": lambda: padded(chunked(), 1) | {
        b"2;x=1\r\nok\r\n000A\n0123456789\r\r\n0\r\nX: trailer\r\n\r\n\0"},
    "client": framed,
    "decimal": lambda: in_rows(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"),
    "entities": command_answers,
    "error_body": lambda: padded(error_answers() | lines(error_answers()), 5),
    "insert_lines": lambda: lines(
        body(recording["request"]) for recording in recordings()
        if recording["endpoint"] == "/inserts-stream"),
    "plain_lines": lambda: padded(
        answers(lambda recording: recording["folder"] == "print"), 2),
    "row_decoder": lambda: padded(query_answers(), 3),
    "row_dom": lambda: padded(rows(), 1),
    "server_replies": lambda: command_answers() | lines(query_answers()) | {
        b'{"isHealthy":true,"details":{"a":{"isHealthy":1},"b":2}}'},
    "sql_binding": bindings,
    "sql_script": lambda: statements() | {
        end.join(sorted(statements())[:8]) for end in (b"\r\n", b"\n-- and\n", b"\r/* and */")},
    "sql_tokens": statements,
    "time_text": lambda: in_rows(rb'"([-+]?\d{2,9}[-:][-:T.\dZ]+)"'),
    "type_parser": types,
    "url": addresses,
}

target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
inputs = sorted(text for text in targets[target]() if text)
if not inputs:
    sys.exit(f"no inputs for {target}")
folder.mkdir(parents=True, exist_ok=True)
for i, text in enumerate(inputs):
    (folder / f"recorded-{i:04}").write_bytes(text)
