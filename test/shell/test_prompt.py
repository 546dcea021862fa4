#!/usr/bin/env python3
"""The prompt in a terminal: typing, editing, history, completion, signals."""
import os
import signal
import stat
import termios

from servers import SlowCommands
from session import WithServer, main


class AtThePrompt(WithServer):
    def test_typing_and_editing(self):
        with self.terminal() as t:
            t.expect("ksqldb-shell")
            t.expect("ksqlDB 7.6.1 at " + self.server.url)
            t.expect("ksql> ")
            # The word in front is mended: beginning of the line, two letters away, two others.
            t.send("xxlect * from orders_by_user;\x01\x1b[C\x08\x04se\n")
            t.expect("select * from orders_by_user;")
            t.expect("| ada     |      2 |    11 |   19.90 |")
            t.expect("3 rows")
            t.expect("ksql> ")
            # What is wide, or has no width, is edited as what it is.
            t.send("select '漢字e\u0301', é\x08nope frm x\x01\x1b[C\x1b[C\x1b[3~L\x05;\n")
            t.expect("seLect '漢字e\u0301', nope frm x;")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)

    def test_in_a_locale_without_utf8(self):
        with self.terminal("-q", LC_ALL="C", LANG="C") as t:
            t.expect("ksql> ")
            t.send("SELECT * FROM RATINGS_BY_USER WHERE USER_ID = 'alice';\n")
            t.expect("| luggage lost – again |")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)

    def test_a_statement_over_several_lines(self):
        with self.terminal("-q") as t:
            t.expect("ksql> ")
            t.send("select * from orders_by_user\n")
            t.expect("  ... ")
            t.send("where user_id='ada' -- ; no end\n")
            t.expect("  ... ")
            t.send(";\n")
            t.expect("1 row")
            t.expect("ksql> ")
            # Ctrl-C gives up what was typed.
            t.send("select '\n")
            t.expect("  ... ")
            t.send("\x03")
            t.expect("^C")
            t.expect("ksql> ")
            t.send("exit\n")
            self.assertEqual(t.end(), 0)

    def test_history_is_kept_between_shells(self):
        with self.terminal("-q") as t:
            t.expect("ksql> ")
            t.send("select * from orders_by_user\n")
            t.expect("  ... ")
            t.send("where user_id='ada';\n")
            t.expect("1 row")
            t.expect("ksql> ")
            t.send(" list streams;\n")
            t.expect("| ORDERS ")
            t.expect("ksql> ")
            t.send("CREATE SOURCE CONNECTOR c WITH ('connector.class'='X', 'password'='hunter2');\n")
            t.expect("HTTP 400")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)
        file = self.home / ".local/state/ksqldb-shell/history"
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(file.parent.stat().st_mode), 0o700)
        kept = file.read_text()
        self.assertNotIn("hunter2", kept)
        self.assertNotIn("streams", kept)
        with self.terminal("-q") as t:
            t.expect("ksql> ")
            t.send("\x1b[A\x1b[A")
            t.expect("select * from orders_by_user")
            t.expect("where user_id='ada';")
            t.send("\n")
            t.expect("1 row")
            t.expect("ksql> ")
            t.send("history\n")
            t.expect("1  select * from orders_by_user")
            t.expect("2  CREATE SOURCE CONNECTOR")
            t.expect("ksql> ")
            # Searched for by a part.
            t.send("\x12ada")
            t.expect("ada';")
            t.send("\x03")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)

    def test_without_a_history(self):
        with self.terminal("-q", "--no-history") as t:
            t.expect("ksql> ")
            t.send("list streams;\n")
            t.expect("| ORDERS ")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)
        self.assertEqual(list(self.home.iterdir()), [])

    def test_completion(self):
        with self.terminal("-q") as t:
            t.expect("ksql> ")
            t.send("des\t")
            t.expect("describe ", moves=False)
            t.send("orders_b\t")
            t.expect("describe orders_by_user ", moves=False)
            t.send("\x15")
            t.send("select ite\t")
            t.expect("select ite", moves=False)
            t.send("\x15select it from orders;\x01" + "\x1b[C" * 9 + "\t")
            t.expect("select item  from orders;", moves=False)
            t.send("\x05\x15describe orders\t")
            t.expect("orders             orders_by_user")
            t.expect("orders_copy        orders_per_minute")
            t.expect("ksql> describe orders")
            t.send("\x03")
            t.expect("ksql> ")
            t.send("describe function coun\t")
            t.expect("describe function count")
            t.send("\x03\x04")
            self.assertEqual(t.end(), 0)

    def test_completion_without_a_server(self):
        with self.terminal("-q", "http://127.0.0.1:1") as t:
            t.expect("ksql> ")
            t.send("sel\t")
            t.expect("select ")
            t.send("\x03\x04")
            self.assertEqual(t.end(), 0)

    def test_it_is_stopped_and_goes_on(self):
        with self.terminal("-q") as t:
            t.expect("ksql> ")
            t.send("list str")
            t.expect("list str", moves=False)
            edited = termios.tcgetattr(t.descriptor)
            os.kill(t.pid, signal.SIGSTOP)
            os.waitpid(t.pid, os.WUNTRACED)
            # As a shell leaves the terminal to the job that goes on.
            cooked = list(edited)
            cooked[3] |= termios.ICANON | termios.ECHO
            termios.tcsetattr(t.descriptor, termios.TCSANOW, cooked)
            os.kill(t.pid, signal.SIGCONT)
            # It draws its line anew.
            t.forget()
            t.expect("list str", moves=False)
            self.assertEqual(termios.tcgetattr(t.descriptor)[3], edited[3])
            t.send("eams;\n")
            t.expect("| ORDERS ")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)

    def test_ctrl_c_again_while_the_terminal_takes_nothing(self):
        with SlowCommands() as server, self.terminal("-q", server.url) as t:
            server.print_rows(20000)
            t.expect("ksql> ")
            t.send("select a from s emit changes;\n")
            t.wait_until_full()
            t.interrupt()
            t.interrupt()
            t.expect("xxx")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)

    def test_completion_shows_no_escapes(self):
        with SlowCommands() as server, self.terminal("-q", server.url) as t:
            names = [{"type": "STREAM", "name": "s" + c + "\x1b]0;owned\x07", "topic": "t",
                      "keyFormat": "KAFKA", "valueFormat": "JSON", "isWindowed": False} for c in "ab"]
            server.answers["LIST STREAMS;"] = {"@type": "streams", "streams": names, "warnings": []}
            t.expect("ksql> ")
            t.send("describe s\t")
            t.expect("sa\\x1B]0;owned\\x07")
            self.assertNotIn(b"\x1b]0;", t.raw)
            t.send("\x03\x04")
            self.assertEqual(t.end(), 0)

    def test_sigterm(self):
        with self.terminal("-q", KSQLDB_URL=self.open.url) as t:
            t.expect("ksql> ")
            os.kill(t.pid, signal.SIGTERM)
            self.assertEqual(t.end(), 143)
        with self.terminal("-q", columns=140, KSQLDB_URL=self.open.url) as t:
            t.expect("ksql> ")
            t.send("select * from RATINGS EMIT CHANGES;\n")
            t.expect("better food now")
            os.kill(t.pid, signal.SIGTERM)
            self.assertEqual(t.end(), 143)


if __name__ == "__main__":
    main()
