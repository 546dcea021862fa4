"""What the tests of ksqldb-shell share: TEST SHELL SERVER RECORDINGS"""
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from servers import LocalServer
from terminal import DEADLINE, Terminal

shell, server_program, recordings = sys.argv[1:4]
top = pathlib.Path(__file__).resolve().parents[2]


def main():
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = LocalServer(server_program, recordings, "--pace", "at-once")
        cls.open = LocalServer(server_program, recordings, "--keep-open", "--pace", "at-once")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.open.stop()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)

    def environment(self, **more):
        return {
            "HOME": str(self.home),
            "KSQLDB_URL": self.server.url,
            "LANG": "C.UTF-8",
            "PATH": os.environ["PATH"],
            "TERM": "xterm",
            # The sanitizers' settings, and what the linker needs.
            **{k: v for k, v in os.environ.items() if k.endswith("_OPTIONS") or k == "LD_LIBRARY_PATH"},
            **more,
        }

    def terminal(self, *options, columns=80, **variables):
        return Terminal([shell, *options], self.environment(**variables), columns)

    @contextlib.contextmanager
    def started(self, *options, **variables):
        """A shell that runs beside the test, and not longer."""
        process = subprocess.Popen(
            [shell, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(**variables),
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                stream.close()

    def run_shell(self, *options, text=None, **variables):
        done = subprocess.run(
            [shell, *options],
            input=text.encode() if text is not None else None,
            stdin=None if text is not None else subprocess.DEVNULL,
            capture_output=True,
            env=self.environment(**variables),
            timeout=DEADLINE,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()
