#include "arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
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

std::size_t parsedRate(const std::string& text) {
    std::size_t rate = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, rate);
    if (parsed.ec != std::errc() || parsed.ptr != end || rate == 0 || rate > 1'000'000)
        throw UsageError("no rate from 1 to 1000000: " + text);
    return rate;
}

Pace parsedPace(const std::string& text) {
    if (text == "recorded") return Pace::AsRecorded;
    if (text == "at-once") return Pace::AtOnce;
    throw UsageError("no pace: " + text);
}

/// A number of bytes: "4096", "64K", "16M", "1G".
std::size_t parsedSize(const std::string& text) {
    std::size_t size = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, size);
    const std::string unit(parsed.ptr, end);
    const int shift = unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : 0;
    if (parsed.ec != std::errc() || (shift == 0 && !unit.empty()) || size == 0 ||
        size > std::numeric_limits<std::size_t>::max() >> shift) {
        throw UsageError("no size: " + text);
    }
    return size << shift;
}

// What only one of both ways to run it knows.
constexpr std::array<std::string_view, 10> playing{
    "--list",      "--recordings",    "--api-key", "--api-secret", "--bearer-token",
    "--client-id", "--client-secret", "--pace",    "--keep-open",  "--ratings"};
constexpr std::array<std::string_view, 2> recording{"--record-limit", "--upstream-ca-file"};

bool contains(const auto& options, std::string_view option) {
    return std::find(options.begin(), options.end(), option) != options.end();
}

UpstreamAddress parsedAddress(const std::string& url) {
    try {
        return parsedUpstream(url);
    } catch (const std::invalid_argument& error) {
        throw UsageError(std::string("--record: ") + error.what());
    }
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
  --bearer-token TOKEN
                     ask for this token (Authorization: Bearer)
  --client-id ID     issue tokens at /oauth/token for this client, as an identity provider does,
  --client-secret SECRET  and ask for one of them
  --client-file FILE ask for a client certificate over TLS, and write one with its key there
  --pace PACE        recorded: rows come when they came (default); at-once: no waiting
  --keep-open        push queries without a LIMIT stay open after their recorded rows
  --ratings N        the push query of RATINGS goes on: N made-up ratings a second, not the recorded
  --port-file FILE   write the ports there, once listening: port=N, tls_port=N
  --quiet            no line for each request
  -h, --help         this text

Recording: it stands between programs and a real server, passes on what either side sends as soon
as it comes, and writes each exchange to a file in DIR, for --recordings. Programs connect to --port
or --tls-port as above. Credentials are passed on, and recorded as ***.

  --record URL DIR   pass requests on to http://HOST:PORT or https://HOST:PORT (a path is put in
                     front of the requests'; USER:PASSWORD@HOST is for requests without credentials
                     of their own), and record them in DIR
  --record-limit N   keep so many bytes of an exchange at most, also 64K, 16M, 1G; what comes behind
                     is passed on, but not recorded (16M)
  --upstream-ca-file FILE
                     trust these authorities for an https URL, PEM; without, the system's
)";
}

Arguments parsedArguments(const std::vector<std::string>& words) {
    Arguments arguments;
    arguments.server.port = 8088;
    arguments.server.recordRequests = false;
    std::string onlyPlaying;
    std::string onlyRecording;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& option = words[i];
        if (contains(playing, option)) onlyPlaying = option;
        if (contains(recording, option)) onlyRecording = option;
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
        } else if (option == "--bearer-token") {
            arguments.bearerToken = value();
        } else if (option == "--client-id") {
            arguments.clientId = value();
        } else if (option == "--client-secret") {
            arguments.clientSecret = value();
        } else if (option == "--client-file") {
            arguments.server.certificate.requireClient = true;
            arguments.clientFile = value();
        } else if (option == "--pace") {
            arguments.play.pace = parsedPace(value());
        } else if (option == "--keep-open") {
            arguments.play.keepPushOpen = true;
        } else if (option == "--ratings") {
            arguments.ratingsPerSecond = parsedRate(value());
        } else if (option == "--record") {
            arguments.upstream = parsedAddress(value());
            arguments.recordFolder = value();
        } else if (option == "--record-limit") {
            arguments.recordLimit = parsedSize(value());
        } else if (option == "--upstream-ca-file") {
            arguments.upstreamCaFile = value();
        } else if (option == "--port-file") {
            arguments.portFile = value();
        } else {
            throw UsageError("unknown option " + option);
        }
    }
    if (arguments.upstream && !onlyPlaying.empty())
        throw UsageError(onlyPlaying + " does not go with --record");
    if (!arguments.upstream && !onlyRecording.empty())
        throw UsageError(onlyRecording + " needs --record");
    return arguments;
}

}  // namespace ksqldb::server
