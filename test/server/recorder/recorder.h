#pragma once

#include "../local_server.h"
#include "upstream_address.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace ksqldb::server {

struct RecorderOptions {
    UpstreamAddress upstream;
    /// The authorities that may sign the upstream's certificate, a PEM file; empty: the system's.
    std::string caFile;
    /// Where the recordings go.
    std::filesystem::path folder;
    /// What a recording holds at most, in bytes. What comes behind is passed on all the same.
    std::size_t recordLimit = 16 * 1024 * 1024;
    /// Told, from several threads, when the upstream cannot be reached, breaks off, or a recording
    /// cannot be written. Never sees a secret.
    std::function<void(const std::string&)> complain;
    /// The side of the programs: ports, TLS, the log.
    ServerOptions server;
};

/// Stands between programs and a real server, the upstream, from the constructor to the destructor.
/// It passes on what either side sends as soon as it comes, and writes each exchange as a
/// recording. Each connection of a program has one of its own to the upstream, over the same
/// version of HTTP. *thread-safe*
class Recorder {
public:
    /// Throws std::runtime_error, also as a system_error, for ports, folders and files that cannot
    /// be used.
    explicit Recorder(RecorderOptions options);
    /// Ends all connections; what was recorded of their exchanges is written.
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Where programs connect to.
    const LocalServer& server() const;

    /// How many recordings have been written.
    std::size_t written() const;
    bool waitForWritten(std::size_t count, std::chrono::milliseconds timeout) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ksqldb::server
