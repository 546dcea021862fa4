#pragma once

#include "http2_client.h"
#include "local_server.h"
#include "recorder/recorder.h"
#include "recording.h"
#include "test_client.h"

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace ksqldb::server {

/// A folder of its own, removed in the end.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "ksqldb-rec-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline std::string contentOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A server, a recorder before it, and what that records.
class RecorderWorld {
public:
    using Change = std::function<void(RecorderOptions&)>;

    explicit RecorderWorld(const ServerOptions& serverOptions = {}, const Change& change = {})
        : server(serverOptions) {
        RecorderOptions options;
        options.upstream = parsedUpstream(serverOptions.tls ? server.tlsUrl() : server.url());
        if (serverOptions.tls) options.caFile = server.caFile();
        options.folder = folder.path();
        options.complain = [this](const std::string& text) {
            std::lock_guard lock(mutex_);
            complaints_.push_back(text);
        };
        options.server.log = [this](const std::string& line) {
            std::lock_guard lock(mutex_);
            log_.push_back(line);
        };
        if (change) change(options);
        recorder.emplace(std::move(options));
    }

    std::uint16_t port() const { return recorder->server().port(); }

    /// All recordings, once there are so many.
    std::vector<Recording> recordings(std::size_t count) const {
        if (!recorder->waitForWritten(count, std::chrono::seconds(20)))
            throw std::runtime_error("they are not written");
        return loadRecordings(folder.path());
    }
    /// The only one.
    Recording recording() const { return recordings(1).at(0); }

    std::vector<std::string> complaints() const {
        std::lock_guard lock(mutex_);
        return complaints_;
    }
    std::vector<std::string> log() const {
        std::lock_guard lock(mutex_);
        return log_;
    }

    TemporaryFolder folder;
    LocalServer server;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> complaints_;
    std::vector<std::string> log_;

public:
    std::optional<Recorder> recorder;
};

}  // namespace ksqldb::server
