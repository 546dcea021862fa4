#pragma once

#include "connection_end.h"
#include "event.h"
#include "negotiation.h"
#include "request.h"
#include "running_queries.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb::server {

class Wire;

/// Takes a line for each request, when its answer begins: method, path, version, statement, answer.
/// Called from several threads.
using RequestLog = std::function<void(const std::string& line)>;

/// Why a wait ended.
enum class Woke { Time, Happened, QueryEnded, ClientGone };

/// One request and the means to answer it in any way, well-formed or not. It lives on its
/// connection's thread. Every member throws ConnectionEnded when the server stops, the writing ones
/// also when the client is gone; a script that lets it pass just ends the connection.
class Exchange {
public:
    /// The log may be empty.
    Exchange(const Request& request, Wire& wire, RunningQueries& queries, const RequestLog& log);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    const Request& request() const { return request_; }

    /// Bytes as they are, in one write.
    void send(std::string_view bytes);
    /// Status line and headers; `chunked` adds Transfer-Encoding where `headers` have none.
    void head(int status, const Headers& headers = {}, bool chunked = true);
    /// One chunk, in one write. An empty one is not sent: it would be the last.
    void chunk(std::string_view bytes);
    void lastChunk();
    /// A whole answer with Content-Length, in one write.
    void respond(int status, std::string_view body = {}, const Headers& headers = {});

    /// RST.
    void reset();
    /// FIN.
    void close(TlsEnd end = TlsEnd::Notify);

    /// The waits end early when a query of this exchange is ended or the client closes.
    Woke pause(std::chrono::milliseconds time);
    Woke stall();
    Woke waitFor(Event& event, std::chrono::milliseconds timeout = std::chrono::hours(1));
    /// This one waits for nothing else. False after the time.
    bool waitForClientClose(std::chrono::milliseconds timeout = std::chrono::hours(1));

    /// Registers a push query, for TERMINATE, /close-query and LocalServer::runningQueries().
    [[nodiscard]] RunningQuery running(std::string queryId, Closable closable = Closable::Yes);
    /// Whether somebody ended the query that this exchange registered last.
    bool ended() const { return query_ && query_->ended; }
    /// The end of a push query that somebody ended, with the last chunk.
    void endQuery(Form form);

    /// Leaves the request to the next script, in the end to the server's own answers. Where these
    /// refuse a statement, they add the hint.
    void pass(std::string hint = {});
    const std::string& hint() const { return hint_; }
    /// What answers this request, for the server's log.
    void note(std::string what) { note_ = std::move(what); }

    /// What the network took of this connection's answers so far.
    std::uint64_t bytesWritten() const;

private:
    friend class Connection;
    Woke wait(std::chrono::steady_clock::time_point deadline, const std::function<bool()>& until);
    /// Whether the connection can serve another request.
    bool reusable() const;
    /// Writes the request's line of the log, once.
    void answering(std::string_view how);

    const Request& request_;
    Wire& wire_;
    RunningQueries& queries_;
    const RequestLog& log_;
    std::shared_ptr<RunningQuery::Entry> query_;
    bool answered_ = false;
    bool chunkedOpen_ = false;
    bool passed_ = false;
    std::string hint_;
    std::string note_;
};

}  // namespace ksqldb::server
