#!/usr/bin/env python3
"""ksqldb-local-server as one starts it by hand: test_program.py PROGRAM RECORDINGS"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

program, recordings = sys.argv[1:]


def check(holds, what):
    if not holds:
        sys.exit("not so: " + what)


def run(*words, path=program):
    done = subprocess.run([path, *words], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


code, out, _ = run("-h")
check(code == 0 and out.startswith("ksqldb-local-server: a stand-in"), "-h helps")
check(run("--help")[1] == out, "--help says the same")

code, out, err = run("--nonsense")
check(code == 2 and "unknown option --nonsense" in err, "an unknown option is told")

for rate in ("0", "many", "1000001"):
    code, _, err = run("--ratings", rate)
    check(code == 2 and "no rate" in err, "a rate of " + rate + " is refused")

code, out, _ = run("--list")
check(code == 0, "--list needs no folder")
check("POST /ksql  LIST STREAMS;" in out.splitlines(), "--list shows the statements")
check("POST /inserts-stream  into ORDERS (`USER_ID` STRING KEY," in out, "--list shows the streams")

with tempfile.TemporaryDirectory() as folder:
    code, _, err = run("--recordings", folder, "--port", "0")
    check(code == 1 and "no recordings in " + folder in err, "an empty folder is refused")
    code, _, err = run("--recordings", folder + "/none", "--port", "0")
    check(code == 1 and "no folder " + folder in err, "a missing folder is refused")

    # As it is installed: the program in bin, what it plays in share.
    os.mkdir(folder + "/bin")
    installed = shutil.copy(program, folder + "/bin")
    code, _, err = run("--list", path=installed)
    check(code == 2 and "--recordings is needed" in err, "without any recordings it says so")
    shutil.copytree(recordings, folder + "/share/ksqldb/recordings")
    code, out, _ = run("--list", path=installed)
    check(code == 0 and "LIST STREAMS" in out, "it finds installed recordings")

# Without a folder, and with its log.
server = subprocess.Popen([program, "--port", "0"], stdout=subprocess.PIPE, text=True)
try:
    greeting = server.stdout.readline()
    url = re.search(r"http://[0-9.:]+", greeting).group()
    answer = urllib.request.urlopen(url + "/info").read()
    check(b"KsqlServerInfo" in answer, "it answers")
    line = server.stdout.readline()
    check(line.startswith("GET /info HTTP/1.1 -> 200 (admin/info"), line)
    body = b'{"ksql":"LIST  STREAM;"}'
    try:
        urllib.request.urlopen(url + "/ksql", data=body)
        check(False, "what has no recording is refused")
    except urllib.error.HTTPError as error:
        check(b"LIST STREAMS;" in error.read(), "the refusal offers what is near")
    line = server.stdout.readline()
    check(line == 'POST /ksql HTTP/1.1 "LIST STREAM;" -> 400 (not known)\n', line)
finally:
    server.terminate()
    server.wait()

# Ratings that go on.
server = subprocess.Popen(
    [program, "--recordings", recordings, "--port", "0", "--quiet", "--ratings", "100"],
    stdout=subprocess.PIPE, text=True)
try:
    url = re.search(r"http://[0-9.:]+", server.stdout.readline()).group()
    body = b'{"sql":"SELECT * FROM RATINGS EMIT CHANGES;"}'
    request = urllib.request.Request(
        url + "/query-stream", data=body, headers={"Accept": "application/vnd.ksql.v1+json"})
    with open(recordings + "/ratings/push-latest.json", encoding="utf-8") as recording:
        recorded = json.load(recording)["response"]["body"][0]["text"]
    with urllib.request.urlopen(request) as answer:
        schema = json.loads(answer.readline().decode().strip("[,\n"))["header"]["schema"]
        check('"schema":"' + schema + '"' in recorded, schema + " is as recorded")
        numbers = [int(re.search(rb"\[(\d+),", answer.readline()).group(1)) for _ in range(20)]
        check(numbers == list(range(numbers[0], numbers[0] + 20)), numbers)
finally:
    server.terminate()
    server.wait()
