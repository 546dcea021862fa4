"""What the shell talks to: the local server, and one whose commands take as long as a test wants."""
import http.server
import json
import re
import subprocess
import threading


class LocalServer:
    def __init__(self, program, recordings, *options):
        self.process = subprocess.Popen(
            [program, "--recordings", recordings, "--port", "0", *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        # It says where it listens.
        greeting = self.process.stdout.readline()
        self.url = re.search(r"http://[0-9.:]+", greeting).group()
        tls = re.search(r"https://[0-9a-z.:]+", greeting)
        self.tls_url = tls.group() if tls else None
        # Its log is read, or it would wait.
        self.reader = threading.Thread(target=self.process.stdout.read, daemon=True)
        self.reader.start()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


class SlowCommands:
    """Answers every statement with EXECUTING; its status changes when the test says so."""

    def __init__(self):
        self.bodies = []
        self.refusal = None
        self.printed = b""  # by PRINT and SELECT
        self.answers = {}  # of other statements, by their text
        self.hold = None  # two events: a request is there; it may be answered
        self.command_id = "stream/`S`/create"
        self.begin_again()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, value, status=200):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                outer.bodies.append(json.loads(self.rfile.read(length)))
                if outer.hold is not None:
                    held, goes_on = outer.hold
                    held.set()
                    goes_on.wait()
                if self.path == "/query-stream":
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(outer.printed)))
                    self.end_headers()
                    self.wfile.write(outer.printed)
                    return
                if outer.refusal is not None:
                    self.answer(outer.refusal, 400)
                    return
                answer = outer.answers.get(outer.bodies[-1]["ksql"])
                if answer is not None:
                    self.answer([answer])
                    return
                self.answer(
                    [
                        {
                            "@type": "currentStatus",
                            "statementText": "CREATE",
                            "commandId": outer.command_id,
                            "commandStatus": outer.status,
                            "commandSequenceNumber": 1,
                            "warnings": [],
                        }
                    ]
                )

            def do_GET(self):
                self.answer(outer.status)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def begin_again(self):
        self.status = {"status": "EXECUTING", "message": "Executing", "queryId": None}

    def finish(self, status, message):
        self.status = {"status": status, "message": message, "queryId": None}

    def print_rows(self, count):
        """More than a pipe or a terminal takes at once; each row has its own length."""
        header = {"queryId": "q", "columnNames": ["A"], "columnTypes": ["STRING"]}
        rows = [["x" * (i % 61) + str(i)] for i in range(count)]
        self.printed = "".join(json.dumps(line) + "\n" for line in [header, *rows]).encode()

    def refuse(self, message, sql):
        self.refusal = {
            "@type": "statement_error",
            "error_code": 40001,
            "message": message,
            "statementText": sql,
            "entities": [],
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
