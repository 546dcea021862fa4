#!/usr/bin/env python3
"""Secrets and TLS: where credentials come from, and that nobody sees them."""
import json
import subprocess

from servers import LocalServer
from session import DEADLINE, WithServer, main, recordings, server_program, shell


class Secrets(WithServer):
    def test_a_password_is_asked_for_without_echo(self):
        server = LocalServer(
            server_program, recordings, "--api-key", "alice", "--api-secret", "hunter2"
        )
        self.addCleanup(server.stop)
        with self.terminal("-q", "--user", "alice", "--allow-plain-http", server.url) as t:
            t.expect("Password for alice: ")
            t.send("hunter2\n")
            t.expect("ksql> ")
            t.send("list streams;\n")
            t.expect("| ORDERS ")
            t.expect("ksql> ")
            self.assertNotIn(b"hunter2", t.raw)
            # Typing is seen again.
            t.send("exit")
            t.expect("exit")
            t.send("\n")
            self.assertEqual(t.end(), 0)
        with self.terminal("-q", "--user", "alice", "--allow-plain-http", server.url) as t:
            t.expect("Password for alice: ")
            t.send("\x03")
            self.assertEqual(t.end(), 130)

    def test_they_come_from_files_and_variables(self):
        server = LocalServer(
            server_program, recordings, "--api-key", "k", "--api-secret", "hunter2"
        )
        self.addCleanup(server.stop)
        options = ("--allow-plain-http", "-e", "LIST STREAMS;", server.url)
        code, out, err = self.run_shell(*options, KSQLDB_API_KEY="k", KSQLDB_API_SECRET="hunter2")
        self.assertEqual((code, err), (0, ""))
        code, out, err = self.run_shell(*options, KSQLDB_API_KEY="k", KSQLDB_API_SECRET="hunter3")
        self.assertEqual(code, 1)
        self.assertNotIn("hunter3", out + err)
        file = self.home / "secret"
        file.write_text("hunter2\n")
        code, _, err = self.run_shell("--user", "k", "--password-file", str(file), *options)
        self.assertEqual((code, err), (0, ""))
        # Nobody is there who could be asked. setsid takes the terminal away, if there is one.
        done = subprocess.run(
            [shell, "--user", "k", *options],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=self.environment(),
            start_new_session=True,
            timeout=DEADLINE,
        )
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"there is no terminal to ask at", done.stderr)


class OverTls(WithServer):
    def test_the_authority_the_client_certificate_and_a_token(self):
        ca, client = self.home / "ca.pem", self.home / "client.pem"
        server = LocalServer(
            server_program, recordings, "--tls-port", "0", "--ca-file", str(ca),
            "--client-file", str(client), "--bearer-token", "hunter2",
        )
        self.addCleanup(server.stop)
        sql = ("-o", "json", "-e", "SELECT * FROM orders_by_user WHERE user_id='ada';")
        trust = ("--ca-file", str(ca), "--client-certificate", str(client))
        code, out, err = self.run_shell(*trust, server.tls_url, *sql, KSQLDB_TOKEN="hunter2")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(json.loads(out)["USER_ID"], "ada")
        token = self.home / "token"
        token.write_text("hunter2\n")
        code, _, err = self.run_shell(*trust, "--token-file", str(token), server.tls_url, *sql)
        self.assertEqual((code, err), (0, ""))
        # Nobody is trusted, or not shown a certificate, or another token.
        self.assertEqual(self.run_shell(server.tls_url, *sql, KSQLDB_TOKEN="hunter2")[0], 3)
        self.assertEqual(
            self.run_shell("--ca-file", str(ca), server.tls_url, *sql, KSQLDB_TOKEN="hunter2")[0], 3
        )
        code, out, err = self.run_shell(*trust, server.tls_url, *sql, KSQLDB_TOKEN="hunter3")
        self.assertEqual(code, 1)
        self.assertNotIn("hunter3", out + err)


if __name__ == "__main__":
    main()
