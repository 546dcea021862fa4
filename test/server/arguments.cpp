#include "arguments.h"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace ksqldb::server {

namespace {

std::uint16_t parsedPort(const std::string& text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, port);
    if (parsed.ec != std::errc() || parsed.ptr != end) throw UsageError("no port: " + text);
    return port;
}

Pace parsedPace(const std::string& text) {
    if (text == "recorded") return Pace::AsRecorded;
    if (text == "at-once") return Pace::AtOnce;
    throw UsageError("no pace: " + text);
}

}  // namespace

std::string_view usage() {
    return R"(ksqldb-local-server: a stand-in for ksqlDB

It plays back recorded answers of a real ksqlDB server on 127.0.0.1, over HTTP/1.1 and HTTP/2
(plain by prior knowledge, TLS by ALPN). It runs no SQL: a statement that has no recording is
refused, with the nearest ones that have one. Inserts into the streams and tables that the
recordings tell of are checked and acknowledged, and go nowhere. For each request it writes a line:
what was asked, and which recording answered.

  --list             show the requests that have a recording, and what can be inserted into
  --recordings DIR   the recordings to play; without it, those that came with the program
  --port N           the port to listen on (8088; 0 = a free one)
  --tls-port N       also listen for TLS on this port (0 = a free one)
  --http1            HTTP/1.1 only
  --ca-file FILE     write the certificate to trust there, as PEM
  --api-key KEY      ask for these credentials (HTTP basic authentication)
  --api-secret SECRET
  --pace PACE        recorded: rows come when they came (default); at-once: no waiting
  --keep-open        push queries without a LIMIT stay open after their recorded rows
  --port-file FILE   write the ports there, once listening: port=N, tls_port=N
  --quiet            no line for each request
  -h, --help         this text
)";
}

Arguments parsedArguments(const std::vector<std::string>& words) {
    Arguments arguments;
    arguments.server.port = 8088;
    arguments.server.recordRequests = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& option = words[i];
        const auto value = [&]() -> const std::string& {
            if (i + 1 == words.size()) throw UsageError(option + " needs a value");
            return words[++i];
        };
        if (option == "--help" || option == "-h") {
            arguments.help = true;
        } else if (option == "--list") {
            arguments.list = true;
        } else if (option == "--quiet") {
            arguments.quiet = true;
        } else if (option == "--recordings") {
            arguments.recordings = value();
        } else if (option == "--port") {
            arguments.server.port = parsedPort(value());
        } else if (option == "--tls-port") {
            arguments.server.tls = true;
            arguments.server.tlsPort = parsedPort(value());
        } else if (option == "--http1") {
            arguments.server.http2 = false;
        } else if (option == "--ca-file") {
            arguments.caFile = value();
        } else if (option == "--api-key") {
            arguments.apiKey = value();
        } else if (option == "--api-secret") {
            arguments.apiSecret = value();
        } else if (option == "--pace") {
            arguments.play.pace = parsedPace(value());
        } else if (option == "--keep-open") {
            arguments.play.keepPushOpen = true;
        } else if (option == "--port-file") {
            arguments.portFile = value();
        } else {
            throw UsageError("unknown option " + option);
        }
    }
    return arguments;
}

}  // namespace ksqldb::server
