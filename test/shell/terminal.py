"""A terminal for tests: a pseudo-terminal, and what stands on its screen."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
import unicodedata

def wait_until(holds):
    """For what nobody tells of."""
    deadline = time.monotonic() + DEADLINE
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError("it does not come about")
        time.sleep(0.005)


DEADLINE = float(os.environ.get("KSQLDB_TEST_DEADLINE", "60"))


def width(char):
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Screen:
    """As much of an xterm as libedit uses. Lines that scroll away are kept."""

    def __init__(self, columns):
        self.columns = columns
        self.rows = [[]]
        self.row = 0
        self.column = 0
        self.pending = ""

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        i = 0
        while i < len(text):
            char = text[i]
            if char == "\x1b":
                used = self.escape(text, i)
                if used == 0:
                    self.pending = text[i:]
                    return
                i += used
                continue
            i += 1
            if char == "\r":
                self.column = 0
            elif char == "\n":
                self.down()
            elif char == "\b":
                self.column = max(0, min(self.column, self.columns) - 1)
            elif char >= " ":
                self.put(char)

    def escape(self, text, i):
        """How many characters the sequence has; 0: more are to come."""
        if i + 1 == len(text):
            return 0
        if text[i + 1] != "[":
            return 2
        end = i + 2
        while end < len(text) and not "@" <= text[end] <= "~":
            end += 1
        if end == len(text):
            return 0
        self.control(text[end], text[i + 2 : end])
        return end + 1 - i

    def control(self, name, arguments):
        if arguments.startswith("?"):
            return
        number = int(arguments.split(";")[0] or 0) if arguments.split(";")[0].isdigit() else 0
        count = max(1, number)
        line = self.rows[self.row]
        if name == "A":
            self.row = max(0, self.row - count)
        elif name == "B":
            for _ in range(count):
                self.down()
        elif name == "C":
            self.column = min(self.columns - 1, self.column + count)
        elif name == "D":
            self.column = max(0, self.column - count)
        elif name == "G":
            self.column = count - 1
        elif name == "K":
            del line[self.column :]
        elif name == "J":
            del line[self.column :]
            del self.rows[self.row + 1 :]
        elif name == "P":
            del line[self.column : self.column + count]
        elif name == "@":
            self.fill()
            line[self.column : self.column] = [" "] * count
        elif name == "H":
            self.rows.append([])
            self.row = len(self.rows) - 1
            self.column = 0

    def down(self):
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append([])

    def fill(self):
        line = self.rows[self.row]
        line.extend([" "] * (self.column - len(line)))

    def put(self, char):
        size = width(char)
        if size == 0:
            line = self.rows[self.row]
            if self.column > 0 and self.column <= len(line):
                line[self.column - 1] += char
            return
        if self.column + size > self.columns:
            self.column = 0
            self.down()
        self.fill()
        line = self.rows[self.row]
        line[self.column : self.column + size] = [char] + [""] * (size - 1)
        self.column += size

    def lines(self):
        return ["".join(line) for line in self.rows]


class Terminal:
    """A program in a terminal. Waits for events, never for a time."""

    def __init__(self, words, environment, columns=80):
        self.columns = columns
        self.raw = b""
        self.seen = (0, 0)  # row and column
        self.status = None
        self.decoded = ""
        self.screen = Screen(columns)
        size = struct.pack("HHHH", 24, columns, 0, 0)
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            # The size has to be there before the program asks for it.
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.execve(words[0], words, environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.descriptor)

    def send(self, text):
        os.write(self.descriptor, text.encode())

    def wait_until_full(self):
        """Until the terminal takes nothing more, because nobody reads."""
        with open("/proc/%d/fd/1" % self.pid, "wb", buffering=0) as out:
            wait_until(lambda: self.rests() and not select.select([], [out], [], 0)[1])

    def interrupt(self):
        """SIGINT, and until the program waits again. Ctrl-C would empty the terminal."""
        before = self.waits()
        os.kill(self.pid, signal.SIGINT)
        wait_until(lambda: self.waits() > before and self.rests())

    def rests(self):
        """Whether the program waits, and not only for a moment."""
        before = self.waits()
        time.sleep(0.1)
        return self.waits() == before

    def waits(self):
        """How many times the program's first thread has waited."""
        with open("/proc/%d/task/%d/status" % (self.pid, self.pid)) as status:
            lines = dict(line.split(":", 1) for line in status)
        return int(lines["voluntary_ctxt_switches"])

    def resize(self, columns):
        self.screen.columns = columns
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read(self, deadline):
        """Reads what is there; False at the end."""
        ready, _, _ = select.select([self.descriptor], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise AssertionError("nothing more comes. The screen:\n" + self.text())
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:  # the program has closed it
            data = b""
        self.raw += data
        text = self.raw.decode(errors="ignore")
        self.screen.feed(text[len(self.decoded) :])
        self.decoded = text
        return bool(data)

    def text(self):
        return "\n".join(self.screen.lines())

    def forget(self):
        """As if the screen were empty: only what is drawn from now on counts."""
        self.screen = Screen(self.columns)
        self.seen = (0, 0)

    def unread(self):
        """What stands behind what was expected before."""
        row, column = self.seen
        lines = self.screen.lines()
        return "\n".join([lines[row][column:], *lines[row + 1 :]])

    def expect(self, what, moves=True):
        """Waits until the text is on the screen, behind what was expected before. `moves`: what
        is expected next is behind it; otherwise it may take its place."""
        deadline = time.monotonic() + DEADLINE
        while True:
            unread = self.unread()
            found = unread.find(what)
            if found >= 0:
                if moves:
                    passed = unread[: found + len(what)].split("\n")
                    row, column = self.seen
                    start = column if len(passed) == 1 else 0
                    self.seen = (row + len(passed) - 1, start + len(passed[-1]))
                return
            if not self.read(deadline):
                raise AssertionError("it ended without %r. The screen:\n%s" % (what, self.text()))

    def end(self):
        """Waits for the end of the program, and gives its exit status."""
        deadline = time.monotonic() + DEADLINE
        while self.read(deadline):
            pass
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        return self.status
