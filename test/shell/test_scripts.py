#!/usr/bin/env python3
"""Scripts: where they end, with which status, and who may end them."""
import fcntl
import json
import os
import signal
import struct
import subprocess
import termios
import threading

from servers import SlowCommands
from session import DEADLINE, WithServer, main, shell
from terminal import wait_until


def unread(pipe):
    """How many bytes are in it."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


class InScripts(WithServer):
    def test_exit_statuses(self):
        self.assertEqual(self.run_shell("-e", "LIST STREAMS;")[0], 0)
        self.assertEqual(self.run_shell("-e", "LIST STREAMS")[0], 0)
        code, out, err = self.run_shell("-e", "CREATE STREM x;")
        self.assertEqual((code, out), (1, ""))
        self.assertEqual(
            err,
            "line 1:8: Syntax Error\nSyntax error at or near 'STREM' at line 1:8\n"
            "  CREATE STREM x;\n         ^\n",
        )
        self.assertEqual(self.run_shell("--nonsense")[0], 2)
        self.assertEqual(self.run_shell("-f", "/nonexistent.sql")[0], 2)
        self.assertEqual(self.run_shell("ftp://localhost", "-e", "LIST STREAMS")[0], 2)
        self.assertEqual(self.run_shell("http://127.0.0.1:1", "-e", "LIST STREAMS")[0], 3)
        self.assertEqual(self.run_shell(text="EXIT; CREATE STREM x;")[0], 0)
        self.assertEqual(self.run_shell("--continue", text="CREATE STREM x; EXIT; x;")[0], 1)
        self.assertEqual(self.run_shell("--continue", "-e", "RUN SCRIPT '/none'", "-e", "LIST STREAMS")[0], 2)
        self.assertEqual(self.run_shell("http://127.0.0.1:1", "-e", "VERSION")[0], 3)
        code, out, _ = self.run_shell("--version")
        self.assertEqual(code, 0)
        self.assertRegex(out, r"^ksqldb-shell \d")
        code, out, _ = self.run_shell("--help")
        self.assertEqual(code, 0)
        self.assertIn("Exit status: 0; 1: a statement failed", out)

    def test_a_script_ends_at_its_first_error(self):
        script = self.home / "a.sql"
        script.write_text(
            "-- a script\nLIST STREAMS;\n\n  SELECT nope\nFROM orders EMIT CHANGES;\nLIST TABLES;\n"
        )
        # The recording is of the statement in one line; blanks do not count for the server.
        code, out, err = self.run_shell("-f", str(script))
        self.assertEqual(code, 1)
        self.assertIn("| Stream ", out)
        self.assertNotIn("| Table ", out)
        self.assertEqual(err.splitlines()[0].split(": ")[0], "%s:4:10" % script)
        self.assertEqual(err.splitlines()[1:], ["  SELECT nope", "         ^"])
        code, out, _ = self.run_shell("--continue", "-f", str(script))
        self.assertEqual(code, 1)
        self.assertIn("| Table ", out)
        # From the standard input, and within another script.
        code, out, err = self.run_shell(text=script.read_text())
        self.assertEqual(code, 1)
        self.assertNotIn("| Table ", out)
        self.assertTrue(err.startswith("stdin:4:10: "), err)
        code, out, _ = self.run_shell("-e", "RUN SCRIPT '%s'; LIST TABLES;" % script)
        self.assertEqual(code, 1)
        self.assertNotIn("| Table ", out)

    def test_a_script_that_has_no_end(self):
        code, out, err = self.run_shell(text="LIST STREAMS;\nLIST 'TABLES;\n")
        self.assertEqual(code, 1)
        self.assertIn("| ORDERS ", out)
        self.assertTrue(err.startswith("stdin:2: The statement has no end"), err)

    def test_a_folder_is_no_script(self):
        folder = str(self.home)
        message = "cannot read %s: Is a directory\n" % folder
        self.assertEqual(self.run_shell("-f", folder), (2, "", message))
        code, out, err = self.run_shell(
            "--continue", "-e", "RUN SCRIPT '%s'; LIST STREAMS;" % folder)
        self.assertEqual((code, err), (2, message))
        self.assertIn("| ORDERS ", out)
        code, _, err = self.run_shell("--user", "u", "--password-file", folder, "-e", "LIST STREAMS")
        self.assertEqual((code, err), (2, "ksqldb-shell: " + message))
        handle = os.open(folder, os.O_RDONLY)
        self.addCleanup(os.close, handle)
        done = subprocess.run([shell], stdin=handle, capture_output=True,
                              env=self.environment(), timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stderr),
                         (2, b"cannot read the standard input: Is a directory\n"))

    def test_statements_run_as_they_come(self):
        with self.started("-o", "json") as process:
            process.stdin.write(b"select * from orders_by_user\nwhere user_id='ada';\n")
            process.stdin.flush()
            self.assertEqual(json.loads(process.stdout.readline())["USER_ID"], "ada")
            process.stdin.close()
            self.assertEqual(process.wait(DEADLINE), 0)

    def test_variables_and_properties(self):
        code, out, _ = self.run_shell(
            "-o", "json", "-e", "DEFINE who = 'ada'; SELECT * FROM orders_by_user WHERE user_id='${who}';"
        )
        self.assertEqual((code, json.loads(out)["USER_ID"]), (0, "ada"))
        code, out, _ = self.run_shell(
            "--define", "who=ada", "-o", "json", "-e", "SELECT * FROM orders_by_user WHERE user_id='${who}';"
        )
        self.assertEqual((code, json.loads(out)["USER_ID"]), (0, "ada"))
        code, _, err = self.run_shell("-e", "UNSET 'nothing';")
        self.assertEqual((code, err), (1, "nothing was not set.\n"))
        with SlowCommands() as server:
            server.finish("SUCCESS", "done")
            self.run_shell(server.url, "--property", "a=1", "-e", "SET 'b' = '2'; DEFINE V = 'x'; "
                           "SET 'c' = '3'; UNSET 'c'; define v = 'y'; CREATE STREAM s;")
            self.assertEqual(server.bodies[-1]["streamsProperties"], {"a": "1", "b": "2"})
            self.assertEqual(server.bodies[-1]["sessionVariables"], {"V": "y"})
            self.run_shell(server.url, "--define", "Env=dev", "-e", "DEFINE topic = '${env}-orders'; "
                           "SET 'p.${env}' = '${topic}'; SET 'q' = '$${env} ${never}'; CREATE STREAM s;")
            self.assertEqual(server.bodies[-1]["streamsProperties"], {"p.dev": "dev-orders", "q": "${env} ${never}"})
            self.assertEqual(server.bodies[-1]["sessionVariables"], {"Env": "dev", "topic": "dev-orders"})
            server.print_rows(1)
            self.run_shell(server.url, "-e", "SET 'a' = 'true'; SET 'b' = 'False'; SET 'c' = '3'; SELECT a FROM s;")
            self.assertEqual(server.bodies[-1]["properties"], {"a": True, "b": False, "c": "3"})

    def test_whoever_reads_may_go(self):
        sql = "select * from RATINGS EMIT CHANGES;"
        with self.started("-o", "json", "-e", sql, KSQLDB_URL=self.open.url) as process:
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual(process.wait(DEADLINE), 141)
            self.assertEqual(process.stderr.read(), b"")

    def test_nobody_reads_from_the_start(self):
        reads, writes = os.pipe()
        os.close(reads)
        for command in ("HELP", "LIST STREAMS"):
            done = subprocess.run(
                [shell, "-e", command],
                stdin=subprocess.DEVNULL,
                stdout=writes,
                stderr=subprocess.PIPE,
                env=self.environment(),
                timeout=DEADLINE,
            )
            self.assertEqual((done.returncode, done.stderr), (141, b""))
        os.close(writes)

    def test_ctrl_c_ends_a_script(self):
        sql = "select * from RATINGS EMIT CHANGES; LIST STREAMS;"
        with self.started("-o", "json", "-e", sql, KSQLDB_URL=self.open.url) as process:
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(DEADLINE), 130)
            self.assertNotIn(b"streams", process.stdout.read())

    def test_what_a_signal_ends_ends_behind_a_row(self):
        for sign, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with SlowCommands() as server:
                server.print_rows(20000)
                words = ("-o", "json", "-e", "select a from s emit changes;", server.url)
                with self.started(*words) as process:
                    wait_until(lambda: unread(process.stdout) > 60000)
                    process.send_signal(sign)
                    out = process.stdout.read()
                    self.assertEqual(process.wait(DEADLINE), status)
                    self.assertEqual(out[-3:], b'"}\n')

    def test_a_command_that_takes_too_long(self):
        with SlowCommands() as slow:
            code, out, err = self.run_shell("--wait", "1", slow.url, "-e", "CREATE STREAM s;")
        self.assertEqual((code, out), (1, ""))
        self.assertEqual(
            err,
            "After 1 s it is EXECUTING. The server goes on with it. "
            "To wait for it: WAIT 'stream/`S`/create';\n",
        )
        with SlowCommands() as slow:
            slow.command_id = "stream/\x1b[5m/create"
            _, _, err = self.run_shell("--wait", "1", slow.url, "-e", "CREATE STREAM s;")
        self.assertIn("WAIT 'stream/\\x1B[5m/create'", err)

    def test_an_assertion_has_its_own_time(self):
        with SlowCommands() as server:
            held, goes_on = server.hold = (threading.Event(), threading.Event())
            server.finish("SUCCESS", "done")
            words = ("--timeout", "1", server.url, "-e")
            with self.started(*words, "ASSERT TOPIC t TIMEOUT 30 SECONDS;") as process:
                self.assertTrue(held.wait(DEADLINE))
                # As long as it takes another to give up.
                self.assertEqual(self.run_shell(*words, "LIST STREAMS;")[0], 1)
                goes_on.set()
                self.assertEqual(process.wait(DEADLINE), 0)

    def test_a_statement_that_was_queued_is_json(self):
        with SlowCommands() as server:
            server.answers["CREATE STREAM s;"] = {
                "@type": "currentStatus", "statementText": "CREATE", "commandId": "stream/`S`/create",
                "commandStatus": {"status": "QUEUED", "message": "queued", "queryId": None},
                "commandSequenceNumber": 1, "warnings": []}
            server.finish("SUCCESS", "done")
            code, out, _ = self.run_shell("-o", "json", server.url, "-e", "CREATE STREAM s;")
            self.assertEqual((code, json.loads(out)["message"]), (0, "done"))

    def test_rows_before_an_error_are_shown(self):
        with SlowCommands() as server:
            server.print_rows(2)
            server.printed += b'{"@type":"generic_error","error_code":50000,"message":"lost"}\n'
            code, out, err = self.run_shell(server.url, "-e", "SELECT a FROM s;")
            self.assertEqual(code, 1)
            self.assertIn("| x1 |", out)
            self.assertIn("lost", err)

    def test_a_connectors_password_is_not_repeated(self):
        sql = "CREATE SOURCE CONNECTOR c WITH ('connector.class'='X', 'password'='hunter2');"
        with SlowCommands() as server:
            server.refuse("line 1:8: no such connector\nStatement: " + sql, sql)
            code, out, err = self.run_shell("-e", sql, server.url)
            self.assertEqual(code, 1)
            self.assertIn("no such connector", err)
            self.assertNotIn("hunter2", out + err)


if __name__ == "__main__":
    main()
