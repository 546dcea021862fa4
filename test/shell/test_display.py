#!/usr/bin/env python3
"""What a terminal shows: rows as they come, errors, narrow windows, progress, the README's session."""
import re

from servers import SlowCommands
from session import WithServer, main, top


class InATerminal(WithServer):
    def test_a_push_query_until_ctrl_c(self):
        with self.terminal("-q", columns=140, KSQLDB_URL=self.open.url) as t:
            t.expect("ksql> ")
            t.send("select * from RATINGS EMIT CHANGES;\n")
            t.expect("RATING_ID | USER_ID")
            t.expect("better food now")
            self.assertNotIn("ksql> ", t.unread())
            t.send("\x03")
            # The table is closed.
            t.expect("+-----")
            t.expect("Cancelled.")
            t.expect("ksql> ")
            # The program goes on, and its server, too.
            t.send("select * from orders_by_user where user_id='ada';\n")
            t.expect("1 row")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)

    def test_limit_ends_by_itself(self):
        with self.terminal("-q", columns=140) as t:
            t.expect("ksql> ")
            t.send("SET 'auto.offset.reset' = 'earliest';\n")
            t.expect("ksql> ")
            t.send("select * from RATINGS EMIT CHANGES LIMIT 4;\n")
            t.expect("luggage lost – again")
            t.expect("Limit reached.")
            t.expect("ksql> ")
            t.send("PRINT 'orders' FROM BEGINNING LIMIT 3;\n")
            t.expect('key: grace, value: {"ITEM":"nails","AMOUNT":100,"PRICE":0.05}, partition: 0')
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)

    def test_an_error_shows_its_place(self):
        with self.terminal("-q") as t:
            t.expect("ksql> ")
            t.send("SELECT nope FROM orders EMIT CHANGES;\n")
            t.expect("SELECT column 'NOPE' cannot be resolved.")
            t.expect("\n  SELECT nope FROM orders EMIT CHANGES;\n         ^")
            t.expect("ksql> ")
            self.assertIn(b"\x1b[31m", t.raw)
            t.send("\x04")
            self.assertEqual(t.end(), 0)
        with self.terminal("-q", NO_COLOR="1") as t:
            t.expect("ksql> ")
            t.send("SELECT nope FROM orders EMIT CHANGES;\n")
            t.expect("         ^")
            t.expect("ksql> ")
            self.assertNotIn(b"\x1b[31m", t.raw)
            self.assertNotIn(b"\x1b[1;31m", t.raw)
            t.send("\x04")
            t.end()

    def test_forty_columns(self):
        with self.terminal("-q", columns=40) as t:
            t.expect("ksql> ")
            t.send("list streams;\n")
            t.expect("| ORD")
            t.expect("ksql> ")
            table = [line for line in t.text().splitlines() if line[:1] in ("|", "+")]
            self.assertEqual({len(line) for line in table}, {40})
            self.assertIn("…", t.text())
            # More columns than there is room for: a record for each row.
            t.send("select * from every_type emit changes limit 4;\n")
            t.expect("-[ 1 ]-")
            t.expect("ksql> ")
            t.send("SET CLI WRAP ON;\n")
            t.expect("ksql> ")
            t.send("list streams;\n")
            t.expect("ORDERS_COPY")
            t.expect("ksql> ")
            # The window grows, and the next table with it.
            t.resize(100)
            t.send("SET CLI WRAP OFF;\n")
            t.expect("ksql> ")
            t.send("list streams;\n")
            t.expect("| ORDERS_COPY | ORDERS_COPY | KAFKA ")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)

    def test_a_server_that_is_not_there(self):
        with self.terminal("http://127.0.0.1:1") as t:
            t.expect("no server at http://127.0.0.1:1")
            t.expect("no connection")
            t.expect("ksql> ")
            t.send("list streams;\n")
            t.expect("no connection")
            t.expect("ksql> ")
            t.send("server %s;\n" % self.server.url)
            t.expect("ksqlDB 7.6.1")
            t.expect("ksql> ")
            t.send("list streams;\n")
            t.expect("| ORDERS ")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)

    def test_output_and_spool(self):
        spool = self.home / "spool.txt"
        with self.terminal("-q") as t:
            t.expect("ksql> ")
            t.send("output json\n")
            t.expect("ksql> ")
            t.send("spool '%s'\n" % spool)
            t.expect("ksql> ")
            t.send("select * from orders_by_user where user_id='ada';\n")
            t.expect('{"USER_ID":"ada","ORDERS":2,"ITEMS":11,"DEAREST":19.90}')
            t.expect("ksql> ")
            t.send("spool off\n")
            t.expect("ksql> ")
            t.send("list streams;\n")
            t.expect("@type")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)
        self.assertEqual(
            spool.read_text(),
            "ksql> select * from orders_by_user where user_id='ada';\n"
            '{"USER_ID":"ada","ORDERS":2,"ITEMS":11,"DEAREST":19.90}\n'
            "ksql> spool off\n",
        )

    def test_a_command_that_takes_long(self):
        with SlowCommands() as slow, self.terminal("-q", "--wait", "60", slow.url) as t:
            t.expect("ksql> ")
            t.send("CREATE STREAM s AS SELECT * FROM a;\n")
            t.expect("EXECUTING … ", moves=False)
            t.expect(" s (Ctrl-C stops waiting", moves=False)
            slow.finish("SUCCESS", "Created query with ID CSAS_S_1")
            t.expect("Created query with ID CSAS_S_1")
            t.expect("ksql> ")
            self.assertNotIn("EXECUTING", t.text())
            slow.begin_again()
            t.send("CREATE STREAM s AS SELECT * FROM a;\n")
            t.expect("EXECUTING … ", moves=False)
            t.send("\x03")
            t.expect("Cancelled. The server may execute it all the same.")
            t.expect("ksql> ")
            slow.finish("ERROR", "no topic")
            t.send("WAIT 'stream/`S`/create';\n")
            t.expect("no topic")
            t.expect("ksql> ")
            t.send("\x04")
            self.assertEqual(t.end(), 0)
    def test_a_terminal_does_not_get_what_it_would_obey(self):
        with SlowCommands() as server, self.terminal("-q", server.url) as t:
            t.expect("ksql> ")
            server.finish("SUCCESS", "done \x1b]0;owned\x07 \x1b[5m")
            t.send("CREATE STREAM s;\n")
            t.expect("done \\x1B]0;owned\\x07 \\x1B[5m")
            t.expect("ksql> ")
            server.printed = b"value: \x1b]0;owned\x07 \xc2\x9b5m\n"
            t.send("PRINT 'a';\n")
            t.expect("value: \\x1B]0;owned\\x07 \\x9B5m")
            self.assertNotIn(b"\x1b]0;", t.raw)
            t.expect("ksql> ")
            t.send("\x04")
            t.end()


class TheReadme(WithServer):
    """What README.md shows is what the program prints."""

    def test_session(self):
        readme = (top / "samples/shell/README.md").read_text()
        block = re.search(r"^```text\n(ksqldb-shell .*?)^```$", readme, re.M | re.S).group(1)
        typed = re.findall(r"^(ksql> |  \.\.\. )(.*)$", block, re.M)
        self.assertGreater(len(typed), 5)
        with self.terminal(columns=80) as t:
            for prompt, line in typed:
                t.expect(prompt)
                t.send(line + "\n")
            self.assertEqual(t.end(), 0)
            shown = "\n".join(line.rstrip() for line in t.text().splitlines()).strip()
        shown = shown.replace(self.server.url, "http://localhost:8088")
        self.assertEqual(shown, block.strip())


if __name__ == "__main__":
    main()
