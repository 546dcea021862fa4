#include "arguments.h"
#include "local_server.h"
#include "player.h"
#include "recorded_sources.h"
#include "recording.h"
#include "recordings_folder.h"

#include <signal.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <string>
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

void run(server::Arguments arguments, std::vector<server::Recording> recordings) {
    // Before there are threads: they shall leave these to sigwait.
    sigset_t endings;
    sigemptyset(&endings);
    sigaddset(&endings, SIGINT);
    sigaddset(&endings, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &endings, nullptr);

    StandardOutput output;
    if (!arguments.quiet) {
        arguments.server.log = [&output](const std::string& line) { output.write(line); };
    }
    const auto count = recordings.size();
    const auto sources = server::recordedSources(recordings);
    const server::Player player(std::move(recordings), arguments.play);
    server::LocalServer localServer(arguments.server);
    localServer.onAny(player.script());
    for (const auto& source : sources) localServer.inserts().declare(source);
    if (!arguments.apiKey.empty() || !arguments.apiSecret.empty()) {
        localServer.requireBasicAuth(arguments.apiKey, arguments.apiSecret);
    }

    std::string ports = "port=" + std::to_string(localServer.port()) + '\n';
    std::string greeting = "ksqldb-local-server (a stand-in, " + std::to_string(count) +
                           " recordings) listens on " + localServer.url();
    if (arguments.server.tls) {
        ports += "tls_port=" + std::to_string(localServer.tlsPort()) + '\n';
        greeting += " and " + localServer.tlsUrl();
        if (!arguments.caFile.empty()) {
            std::ifstream stream(localServer.caFile(), std::ios::binary);
            writeAtOnce(arguments.caFile, {std::istreambuf_iterator<char>(stream), {}});
        }
    }
    output.write(greeting);
    if (!arguments.portFile.empty()) writeAtOnce(arguments.portFile, ports);

    int signal = 0;
    sigwait(&endings, &signal);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto arguments = server::parsedArguments({argv + 1, argv + argc});
        if (arguments.help) {
            std::cout << server::usage();
            return 0;
        }
        auto recordings = loaded(arguments);
        if (arguments.list) {
            list(std::move(recordings));
            return 0;
        }
        run(arguments, std::move(recordings));
        return 0;
    } catch (const server::UsageError& error) {
        std::cerr << "ksqldb-local-server: " << error.what() << "\n\n" << server::usage();
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "ksqldb-local-server: " << error.what() << '\n';
        return 1;
    }
}
