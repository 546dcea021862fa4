#!/usr/bin/env python3
"""ksqldb-local-server --record as one starts it by hand: test_record_program.py PROGRAM RECORDINGS"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

program, recordings = sys.argv[1:]
rows_as_v1 = {"Accept": "application/vnd.ksql.v1+json"}


def check(holds, what):
    if not holds:
        sys.exit(f"not so: {what}")


def refused(*words):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


def start(*words):
    """The running program, and where it listens."""
    process = subprocess.Popen([program, "--port", "0", *words], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    return process, re.search(r"listens on (http://[0-9.:]+)", process.stdout.readline()).group(1)


def stop(process, how=signal.SIGTERM):
    """All that it has written since."""
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    check(process.returncode == 0, f"it ends well: {process.returncode} {err}")
    return out, err


def ask(url, path, body=None, headers=None):
    request = urllib.request.Request(
        url + path, data=body and json.dumps(body).encode(), headers=headers or {})
    return urllib.request.urlopen(request, timeout=60)


code, err = refused("--record", "nonsense", "folder")
check(code == 2 and "begins with neither" in err or "cannot be read" in err, err)
code, err = refused("--record", "http://localhost:1")
check(code == 2 and "--record needs a value" in err, err)
code, err = refused("--record", "http://localhost:1", "folder", "--pace", "at-once")
check(code == 2 and "--pace does not go with --record" in err, err)
code, err = refused("--record-limit", "1M")
check(code == 2 and "--record-limit needs --record" in err, err)
code, err = refused("--record", "http://localhost:1", "folder", "--record-limit", "1X")
check(code == 2 and "no size: 1X" in err, err)
code, err = refused("--record", "https://localhost:1", "/dev/null/folder")
check(code == 1, err)

with tempfile.TemporaryDirectory() as folder:
    recorded = folder + "/recorded"
    real, real_url = start("--recordings", recordings, "--api-key", "user", "--api-secret",
                           "the-secret")
    # Credentials in the address, or the program's own.
    address = real_url.replace("http://", "http://user:the-secret@")
    recorder, url = start("--record", address, recorded)
    check("KsqlServerInfo" in ask(url, "/info").read().decode(), "an answer is passed on")
    limited = {"sql": "select * from RATINGS EMIT CHANGES LIMIT 4;",
               "properties": {"auto.offset.reset": "earliest"}}
    first = ask(url, "/query-stream", limited, rows_as_v1).read()
    check(first.count(b'"row"') == 4, first)
    try:
        ask(url, "/ksql", {"ksql": "nonsense"})
        check(False, "a refusal is passed on")
    except urllib.error.HTTPError as error:
        check(error.code == 400, error)
    # A push query that runs when the recorder is stopped.
    push = {"sql": "select * from RATINGS EMIT CHANGES;"}
    running = ask(url, "/query-stream", push, rows_as_v1)
    check(b"header" in running.readline(), "the header comes at once")
    check(b"dave" in running.readline(), "a row comes")
    out, err = stop(recorder, signal.SIGINT)
    check(err == "", err)
    lines = out.splitlines()
    check(lines[0] == "GET /info HTTP/1.1 -> 200 (info/info-0001)", out)
    check(lines[1] == 'POST /query-stream HTTP/1.1 "select * from RATINGS EMIT CHANGES LIMIT 4;" '
          "-> 200 (query-stream/select-from-ratings-emit-changes-limit-4-0002)", out)
    names = sorted(str(path.relative_to(recorded)) for path in pathlib.Path(recorded).rglob("*.*"))
    check(names == ["INDEX.tsv", "info/info-0001.json", "ksql/nonsense-0003.json",
                    "query-stream/select-from-ratings-emit-changes-0004.json",
                    "query-stream/select-from-ratings-emit-changes-limit-4-0002.json"], names)
    index = open(recorded + "/INDEX.tsv", encoding="utf-8").read().splitlines()
    check(index[0].split("\t") == ["recording", "version", "status", "end", "what"], index)
    check(index[4].split("\t")[3] == "client closed (recorder stopped)", index)
    with open(recorded + "/query-stream/select-from-ratings-emit-changes-0004.json",
              encoding="utf-8") as file:
        parts = json.load(file)["response"]["body"]
    check(parts[1]["atMs"] > parts[0]["atMs"] + 500, "the pace is recorded")
    everything = "".join(path.read_text() for path in pathlib.Path(recorded).rglob("*.*"))
    check("the-secret" not in everything + out, "the secret is nowhere")
    stop(real)

    # It goes on with new numbers, and says that there is no server.
    recorder, url = start("--record", real_url, recorded, "--quiet")
    try:
        ask(url, "/info")
        check(False, "without a server there is no answer")
    except OSError:
        pass
    out, err = stop(recorder)
    check(out == "" and "is not reached: Connection refused" in err, out + err)
    check(os.path.exists(recorded + "/info/info-0005.json"), "nothing is overwritten")

    # What was recorded is played.
    player, url = start("--recordings", recorded)
    check(ask(url, "/query-stream", limited, rows_as_v1).read() == first, "the same rows")
    check("7.6.1" in ask(url, "/info").read().decode(), "the same version")
    again = ask(url, "/query-stream", push, rows_as_v1)
    check(b"header" in again.readline() and b"dave" in again.readline(), "the same push query")
    stop(player)
