#!/usr/bin/env python3
"""Checks that the includes of lib/ and include/ point one way, from room to room:

    include_directions.py               the project's
    include_directions.py --self-test   that wrong ones are found

Every #include that breaks a rule is printed with its place and the rule."""
import pathlib
import re
import sys
import tempfile

# Of each room in lib/, those that it may include besides itself.
BELOW = ["delivery", "transport", "protocol", "values", "base"]
ROOMS = {
    "base": [],
    "values": ["base"],
    "protocol": ["values", "base"],
    "transport": ["base"],
    "delivery": ["protocol", "values", "base"],
    "client/options": BELOW,
    "client/attempts": ["client/options", *BELOW],
    "client/commands": ["client/attempts", "client/options", *BELOW],
    "client/servers": ["client/attempts", "client/options", *BELOW],
    "client/calls": ["client/servers", "client/attempts", "client/options", *BELOW],
    "client/credentials": ["client/calls", "client/attempts", "client/options", *BELOW],
    "client": ["client/credentials", "client/calls", "client/servers", "client/commands",
               "client/attempts", "client/options", *BELOW],
    "client/tables": ["client", "client/attempts", "client/options", *BELOW],
}
# Other libraries, and the rooms that may know them.
LIBRARIES = {
    "curl": ["transport"],
    "rapidjson": ["values", "protocol"],
    "spdlog": ["base"],
}
# The standard library's headers are the only ones of one small word.
STANDARD = re.compile(r"<[a-z_0-9]+>")
# C's and the system's: for lib/ only.
SYSTEM = re.compile(r"<(sys/|netinet/|arpa/)?[a-z_0-9]+\.h>")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<][^">]*[">])')


def broken_public(what):
    """The rule that an #include in include/ksqldb breaks, or None."""
    if STANDARD.fullmatch(what) or what.startswith("<ksqldb/"):
        return None
    return "a public header includes public headers and the standard library only"


def room_of(path):
    """The room of a file below lib/: its folder."""
    return path.rpartition("/")[0]


def broken_inside(room, what):
    """The rule that an #include in a room of lib/ breaks, or None."""
    if STANDARD.fullmatch(what) or SYSTEM.fullmatch(what) or what.startswith("<ksqldb/"):
        return None
    if what[0] == '"':
        other = room_of(what[1:-1])
        if other not in ROOMS:
            return 'within lib/ it is "room/file.h"'
        if other == room or other in ROOMS[room]:
            return None
        return f"{room} knows of lib/ only: {', '.join([room, *ROOMS[room]])}"
    first = what[1:-1].split("/")[0]
    if first not in LIBRARIES:
        return f"{first} is no library that lib/ knows"
    if room in LIBRARIES[first]:
        return None
    return f"{first} is for {' and '.join(LIBRARIES[first])} only"


def faults(top):
    """Lines of text, one for each wrong include; and how many includes were looked at."""
    wrong, count = [], 0
    for path in sorted([*top.glob("lib/**/*"), *top.glob("include/**/*")]):
        if not re.search(r"\.(h|cpp|h\.in)$", path.name):
            continue
        place = path.relative_to(top)
        room = room_of("/".join(place.parts[1:]))
        if place.parts[0] == "lib" and room not in ROOMS:
            wrong.append(f"{place}:1: no room of lib/: {', '.join(ROOMS)}")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            count += 1
            what = found[1]
            rule = broken_public(what) if place.parts[0] == "include" else broken_inside(room, what)
            if rule:
                wrong.append(f"{place}:{number}: #include {what}: {rule}")
    return wrong, count


def self_test():
    """Plants one include at a time. Those that are right must pass, too."""
    right = [
        ("lib/values/row.cpp", '"base/log.h"'),
        ("lib/client/client.cpp", '"transport/url.h"'),
        ("lib/client/client.cpp", '"client/calls/query_call.h"'),
        ("lib/client/calls/query_call.cpp", '"client/servers/route.h"'),
        ("lib/delivery/collector.h", '"protocol/batch.h"'),
        ("lib/transport/url.cpp", "<curl/curl.h>"),
        ("lib/transport/epoll_driver.cpp", "<sys/epoll.h>"),
        ("lib/base/error.cpp", "<ksqldb/error.h>"),
        ("include/ksqldb/row.h", "<ksqldb/value.h>"),
        ("include/ksqldb/row.h", "<string_view>"),
    ]
    wrong = [
        ("lib/base/log.cpp", '"values/row_block.h"'),
        ("lib/values/row.cpp", '"protocol/batch.h"'),
        ("lib/protocol/batch.cpp", '"transport/url.h"'),
        ("lib/protocol/batch.cpp", "<curl/curl.h>"),
        ("lib/transport/url.cpp", '"values/row_block.h"'),
        ("lib/transport/url.cpp", "<rapidjson/document.h>"),
        ("lib/delivery/collector.cpp", '"transport/url.h"'),
        ("lib/delivery/collector.cpp", '"client/options/settings.h"'),
        ("lib/delivery/collector.cpp", "<curl/multi.h>"),
        ("lib/client/servers/route.cpp", '"client/calls/query_call.h"'),
        ("lib/client/calls/query_call.cpp", '"client/client_core.h"'),
        ("lib/client/attic/old.cpp", "<string>"),
        ("lib/client/client.cpp", "<spdlog/logger.h>"),
        ("lib/client/client.cpp", '"settings.h"'),
        ("lib/client/client.cpp", '"../base/log.h"'),
        ("lib/client/client.cpp", "<boost/asio.hpp>"),
        ("lib/attic/old.cpp", "<string>"),
        ("include/ksqldb/row.h", '"values/row_block.h"'),
        ("include/ksqldb/row.h", '"value.h"'),
        ("include/ksqldb/row.h", "<curl/curl.h>"),
        ("include/ksqldb/row.h", "<pthread.h>"),
    ]
    status = 0
    for cases, expected in ((right, 0), (wrong, 1)):
        for name, what in cases:
            with tempfile.TemporaryDirectory() as folder:
                file = pathlib.Path(folder) / name
                file.parent.mkdir(parents=True)
                file.write_text(f"// Planted.\n#  include {what}\n", encoding="utf-8")
                found, _ = faults(pathlib.Path(folder))
            if len(found) != expected:
                print(f"{name}, #include {what}: found {found}, expected {expected}", file=sys.stderr)
                status = 1
    print(f"{len(right)} right includes, {len(wrong)} wrong ones")
    return status


if sys.argv[1:] == ["--self-test"]:
    sys.exit(self_test())
wrong, count = faults(pathlib.Path(__file__).resolve().parent.parent)
for line in wrong:
    print(line, file=sys.stderr)
print(f"{count} includes, {len(wrong)} of them wrong")
sys.exit(1 if wrong or not count else 0)
