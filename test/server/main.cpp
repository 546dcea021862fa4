#include "arguments.h"
#include "local_server.h"
#include "player.h"
#include "ratings.h"
#include "recorded_sources.h"
#include "recorder/recorder.h"
#include "recording.h"
#include "recordings_folder.h"

#include <signal.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {
namespace server = ksqldb::server;

std::vector<server::Recording> loaded(const server::Arguments& arguments) {
    std::filesystem::path folder = arguments.recordings;
    if (folder.empty()) {
        const auto found = server::defaultRecordings();
        if (!found) throw server::UsageError("no recordings came with it; --recordings is needed");
        folder = *found;
    } else if (!std::filesystem::is_directory(folder)) {
        throw std::runtime_error("no folder " + folder.string());
    }
    auto recordings = server::loadRecordings(folder);
    if (recordings.empty()) {
        throw std::runtime_error("no recordings in " + folder.string() +
                                 ": there is no file NAME.json in it or below");
    }
    return recordings;
}

void list(std::vector<server::Recording> recordings) {
    const auto sources = server::recordedSources(recordings);
    for (const auto& line : server::Player(std::move(recordings)).listing()) {
        std::cout << line << '\n';
    }
    for (const auto& source : sources) {
        if (!source.windowed) std::cout << "POST /inserts-stream  into " << source.text() << '\n';
    }
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

void copyAtOnce(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::ifstream stream(from, std::ios::binary);
    writeAtOnce(to, {std::istreambuf_iterator<char>(stream), {}});
}

/// Lines of several threads.
class StandardOutput {
public:
    void write(const std::string& line) {
        std::lock_guard lock(mutex_);
        std::cout << line << std::endl;
    }

private:
    std::mutex mutex_;
};

/// The ratings that --ratings asks for: they grow while this lives.
class GrowingRatings {
public:
    explicit GrowingRatings(std::size_t perSecond)
        : perSecond_(perSecond),
          source_(server::madeUpRatings(
              std::chrono::system_clock::now(),
              std::chrono::microseconds(1'000'000 / static_cast<std::int64_t>(perSecond)))),
          thread_([this](const std::stop_token& stop) { grow(stop); }) {}

    server::Script script() const { return source_.script(); }

private:
    void grow(const std::stop_token& stop) {
        const auto begin = std::chrono::steady_clock::now();
        while (!stop.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
            const auto due =
                static_cast<std::uint64_t>(passed.count() * static_cast<double>(perSecond_));
            source_.grow(due - source_.size());
        }
    }

    const std::size_t perSecond_;
    server::NumberedSource source_;
    std::jthread thread_;  // the last member: it uses the others
};

/// The signals that end it. Threads that are made later leave them to wait().
class Endings {
public:
    Endings() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    }
    void wait() const {
        int signal = 0;
        sigwait(&signals_, &signal);
    }

private:
    sigset_t signals_;
};

/// Says where it listens, and writes what the arguments ask for.
void announce(const server::LocalServer& localServer, const server::Arguments& arguments,
              std::string greeting, StandardOutput& output) {
    std::string ports = "port=" + std::to_string(localServer.port()) + '\n';
    greeting += " listens on " + localServer.url();
    if (arguments.server.tls) {
        ports += "tls_port=" + std::to_string(localServer.tlsPort()) + '\n';
        greeting += " and " + localServer.tlsUrl();
        if (!arguments.caFile.empty()) copyAtOnce(localServer.caFile(), arguments.caFile);
        if (!arguments.clientFile.empty())
            copyAtOnce(localServer.clientFile(), arguments.clientFile);
    }
    output.write(greeting);
    if (!arguments.portFile.empty()) writeAtOnce(arguments.portFile, ports);
}

void play(server::Arguments arguments, std::vector<server::Recording> recordings) {
    const Endings endings;
    StandardOutput output;
    if (!arguments.quiet) {
        arguments.server.log = [&output](const std::string& line) { output.write(line); };
    }
    const auto count = recordings.size();
    const auto sources = server::recordedSources(recordings);
    const server::Player player(std::move(recordings), arguments.play);
    server::LocalServer localServer(arguments.server);
    localServer.onAny(player.script());
    std::optional<GrowingRatings> ratings;
    if (arguments.ratingsPerSecond != 0) {
        ratings.emplace(arguments.ratingsPerSecond);
        localServer.on("/query-stream", server::followsRatings, ratings->script());
    }
    for (const auto& source : sources) localServer.inserts().declare(source);
    if (!arguments.apiKey.empty() || !arguments.apiSecret.empty()) {
        localServer.requireBasicAuth(arguments.apiKey, arguments.apiSecret);
    }
    if (!arguments.bearerToken.empty()) localServer.requireBearerToken(arguments.bearerToken);
    if (!arguments.clientId.empty())
        localServer.issueTokens(arguments.clientId, arguments.clientSecret);
    announce(localServer, arguments,
             "ksqldb-local-server (a stand-in, " + std::to_string(count) + " recordings)", output);
    endings.wait();
}

void record(const server::Arguments& arguments) {
    const Endings endings;
    StandardOutput output;
    server::RecorderOptions options;
    options.upstream = *arguments.upstream;
    options.caFile = arguments.upstreamCaFile;
    options.folder = arguments.recordFolder;
    options.recordLimit = arguments.recordLimit;
    options.complain = [](const std::string& text) {
        // In one piece, for there are other threads.
        std::cerr << "ksqldb-local-server: " + text + '\n';
    };
    options.server = arguments.server;
    if (!arguments.quiet) {
        options.server.log = [&output](const std::string& line) { output.write(line); };
    }
    const server::Recorder recorder(std::move(options));
    announce(recorder.server(), arguments,
             "ksqldb-local-server (records " + arguments.upstream->text() + " in " +
                 arguments.recordFolder + ")",
             output);
    endings.wait();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto arguments = server::parsedArguments({argv + 1, argv + argc});
        if (arguments.help) {
            std::cout << server::usage();
            return 0;
        }
        if (arguments.upstream) {
            record(arguments);
            return 0;
        }
        auto recordings = loaded(arguments);
        if (arguments.list) {
            list(std::move(recordings));
            return 0;
        }
        play(arguments, std::move(recordings));
        return 0;
    } catch (const server::UsageError& error) {
        std::cerr << "ksqldb-local-server: " << error.what() << "\n\n" << server::usage();
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "ksqldb-local-server: " << error.what() << '\n';
        return 1;
    }
}
