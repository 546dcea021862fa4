#pragma once

#include "inserts.h"
#include "local_server.h"
#include "running_queries.h"
#include "tokens.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// What was asked, in order.
class Journal {
public:
    explicit Journal(bool recording) : recording_(recording) {}

    using Entry = std::shared_ptr<Request>;

    /// An entry, or null if nothing is recorded.
    Entry add(const Request& request);
    /// More of the request's body has come. Of a long one only the beginning is kept.
    void append(const Entry& entry, std::string_view body);
    std::vector<Request> all() const;
    bool waitForCount(std::size_t count, std::chrono::milliseconds timeout) const;
    void clear();

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    const bool recording_;
    std::vector<Entry> requests_;
};

/// The scripts, latest first.
class Scripts {
public:
    void add(std::string path, std::string_view sql, Script script);
    void clear();
    std::vector<Script> matching(const Request& request) const;

private:
    struct Entry {
        std::string path;  // empty = any
        std::string sql;   // comparable; empty = any
        Script script;
    };
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
};

/// Who may ask.
class Credentials {
public:
    enum class Verdict { Accepted, Missing, Wrong };

    void require(std::string_view user, std::string_view secret);
    Verdict judge(const Request& request) const;
    Tokens& tokens() { return tokens_; }

private:
    mutable std::mutex mutex_;
    std::optional<std::string> basic_;  // base64(user:secret)
    Tokens tokens_;
};

/// How many connections are open.
class ConnectionCount {
public:
    void change(int by);
    std::size_t open() const;
    bool waitFor(std::size_t count, std::chrono::milliseconds timeout) const;

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::size_t open_ = 0;
};

/// A server that starts refuses everything at first: for a time, and a number of requests.
class Readiness {
public:
    void refuseFor(std::chrono::milliseconds time, std::size_t requests);
    /// Whether this request is to be refused, which counts it.
    bool refuses();

private:
    std::mutex mutex_;
    std::chrono::steady_clock::time_point until_;
    std::size_t requests_ = 0;
};

/// What a server's connections share.
struct ServerState {
    explicit ServerState(const ServerOptions& options)
        : journal(options.recordRequests),
          log(options.log),
          http2(options.http2),
          whileTheyCome(options.whileTheyCome),
          connectionEnded(options.connectionEnded),
          basePath(options.basePath) {}

    /// What the request asks for below the base path; what is not below it is nothing there is.
    void takeBasePath(Request& request) const;

    Journal journal;
    const RequestLog log;
    const bool http2;
    const bool whileTheyCome;
    const std::function<void(std::uint64_t)> connectionEnded;
    const std::string basePath;
    Scripts scripts;
    Credentials credentials;
    Readiness readiness;
    std::atomic<std::size_t> maxPushQueries{0};  // 0 = no limit
    ConnectionCount connections;
    RunningQueries queries;
    Inserts inserts;
    std::atomic<CloseQueryAnswer> closeQueryAnswer{CloseQueryAnswer::Release761};
    std::atomic<std::uint64_t> bytesWritten{0};
};

}  // namespace ksqldb::server
