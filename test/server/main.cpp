#include "local_server.h"
#include "player.h"
#include "recording.h"

#include <signal.h>

#include <boost/system/system_error.hpp>
#include <charconv>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {
namespace server = ksqldb::server;

constexpr std::string_view usage = R"(ksqldb-local-server: a stand-in for ksqlDB

It plays back recorded answers of a real ksqlDB server over HTTP/1.1, on 127.0.0.1. It stores
nothing and runs no SQL: a statement that has no recording is refused.

  --recordings DIR   the recordings to play
  --port N           the port to listen on (8088; 0 = a free one)
  --tls-port N       also listen for TLS on this port (0 = a free one)
  --ca-file FILE     write the certificate to trust there, as PEM
  --api-key KEY      ask for these credentials (HTTP basic authentication)
  --api-secret SECRET
  --pace PACE        recorded: rows come when they came (default); at-once: no waiting
  --keep-open        push queries without a LIMIT stay open after their recorded rows
  --port-file FILE   write the ports there, once listening: port=N, tls_port=N
  --help             this text
)";

struct Arguments {
    server::ServerOptions server;
    server::PlayOptions play{server::Pace::AsRecorded, {}, false};
    std::string recordings;
    std::string caFile;
    std::string portFile;
    std::string apiKey;
    std::string apiSecret;
    bool help = false;
};

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::uint16_t parsedPort(const std::string& text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, port);
    if (parsed.ec != std::errc() || parsed.ptr != end) throw UsageError("no port: " + text);
    return port;
}

server::Pace parsedPace(const std::string& text) {
    if (text == "recorded") return server::Pace::AsRecorded;
    if (text == "at-once") return server::Pace::AtOnce;
    throw UsageError("no pace: " + text);
}

Arguments parsed(const std::vector<std::string>& words) {
    Arguments arguments;
    arguments.server.port = 8088;
    arguments.server.recordRequests = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& option = words[i];
        const auto value = [&]() -> const std::string& {
            if (i + 1 == words.size()) throw UsageError(option + " needs a value");
            return words[++i];
        };
        if (option == "--help") {
            arguments.help = true;
        } else if (option == "--recordings") {
            arguments.recordings = value();
        } else if (option == "--port") {
            arguments.server.port = parsedPort(value());
        } else if (option == "--tls-port") {
            arguments.server.tls = true;
            arguments.server.tlsPort = parsedPort(value());
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
    if (!arguments.help && arguments.recordings.empty()) throw UsageError("--recordings is needed");
    return arguments;
}

/// Whoever waits for the file finds all of it or nothing.
void writeAtOnce(const std::filesystem::path& file, const std::string& content) {
    auto unfinished = file;
    unfinished += ".new";
    {
        std::ofstream stream(unfinished, std::ios::binary);
        stream << content;
        if (!stream.flush()) throw std::runtime_error("cannot write " + unfinished.string());
    }
    std::filesystem::rename(unfinished, file);
}

void run(const Arguments& arguments) {
    // Before there are threads: they shall leave these to sigwait.
    sigset_t endings;
    sigemptyset(&endings);
    sigaddset(&endings, SIGINT);
    sigaddset(&endings, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &endings, nullptr);

    auto recordings = server::loadRecordings(arguments.recordings);
    const auto count = recordings.size();
    const server::Player player(std::move(recordings), arguments.play);
    server::LocalServer localServer(arguments.server);
    localServer.onAny(player.script());
    if (!arguments.apiKey.empty() || !arguments.apiSecret.empty()) {
        localServer.requireBasicAuth(arguments.apiKey, arguments.apiSecret);
    }

    std::string ports = "port=" + std::to_string(localServer.port()) + '\n';
    std::cout << "ksqldb-local-server (a stand-in, " << count << " recordings) listens on "
              << localServer.url();
    if (arguments.server.tls) {
        ports += "tls_port=" + std::to_string(localServer.tlsPort()) + '\n';
        std::cout << " and " << localServer.tlsUrl();
        if (!arguments.caFile.empty()) {
            std::ifstream stream(localServer.caFile(), std::ios::binary);
            writeAtOnce(arguments.caFile, {std::istreambuf_iterator<char>(stream), {}});
        }
    }
    std::cout << std::endl;
    if (!arguments.portFile.empty()) writeAtOnce(arguments.portFile, ports);

    int signal = 0;
    sigwait(&endings, &signal);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto arguments = parsed({argv + 1, argv + argc});
        if (arguments.help) {
            std::cout << usage;
        } else {
            run(arguments);
        }
        return 0;
    } catch (const UsageError& error) {
        std::cerr << "ksqldb-local-server: " << error.what() << "\n\n" << usage;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "ksqldb-local-server: " << error.what() << '\n';
        return 1;
    }
}
