#pragma once

#include "connection_end.h"
#include "event.h"
#include "negotiation.h"
#include "request.h"
#include "running_queries.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb::server {

class Stream;
struct ServerState;

/// Takes a line for each request, when its answer begins: method, path, version, statement, answer.
/// Called from several threads.
using RequestLog = std::function<void(const std::string& line)>;

/// Why a wait ended.
enum class Woke { Time, Happened, QueryEnded, ClientGone };

/// HTTP/2's words for why a stream is reset.
namespace http2 {
constexpr std::uint32_t noError = 0x0;
constexpr std::uint32_t internalError = 0x2;
constexpr std::uint32_t refusedStream = 0x7;
constexpr std::uint32_t cancelled = 0x8;
}  // namespace http2

/// What is wrong with an answer, wherever it comes from. Without anything said here, nothing is.
struct AnswerFaults {
    enum class End { Reset, ResetConnection, Close, Stall };
    /// How the answer breaks, where one of the next two says that it does.
    End how = End::ResetConnection;
    bool beforeHead = false;
    /// After so many parts of the body; 0: right behind the head.
    std::optional<std::size_t> afterParts{};
    /// The part behind those begins, and breaks in its middle.
    bool inPart = false;
    /// Each part comes in pieces of so many bytes, one each `pace`; 0: as it is.
    std::size_t trickle = 0;
    std::chrono::milliseconds pace{0};
};

/// One request and the means to answer it in any way, well-formed or not, over HTTP/1.1 or HTTP/2.
/// It lives on the thread of its script. Every member throws ConnectionEnded when the server stops,
/// the reading and writing ones also when the client is gone; a script that lets it pass just ends
/// the exchange. So does one that returns with its answer unfinished: over HTTP/1.1 the connection
/// is closed, over HTTP/2 the stream is reset.
class Exchange {
public:
    Exchange(const Request& request, Stream& stream, ServerState& state);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// Without its body where that is still coming: on /inserts-stream, or on all paths
    /// (ServerOptions::whileTheyCome).
    const Request& request() const { return request_; }

    /// The request's body, bit by bit, whether it has come already or not. These wait for more,
    /// and what is not read is not taken from the client. Answering meanwhile is fine.
    ///
    /// The next line without its line end; none at the end of the body.
    std::optional<std::string> readLine();
    /// What has come; none at the end of the body.
    std::optional<std::string> readPart();
    /// All the rest.
    std::string readBody();
    /// Whether readLine() would have to wait.
    bool hasLine();
    /// Happened: there is something to read, or the end.
    Woke waitForBody(std::chrono::milliseconds timeout);

    /// Status and headers; `chunked` adds Transfer-Encoding over HTTP/1.1 where `headers` have
    /// none.
    void head(int status, const Headers& headers = {}, bool chunked = true);
    /// One part of the body: a chunk, a DATA frame. An empty one is not sent: it would be the last.
    void chunk(std::string_view bytes);
    /// The end of the body: the last chunk, END_STREAM.
    void lastChunk();
    /// A whole answer with Content-Length.
    void respond(int status, std::string_view body = {}, const Headers& headers = {});
    /// Bytes as they are, on the connection: no chunk, no frame. The log calls them `as`, or
    /// says nothing of them if that is empty.
    void send(std::string_view bytes, std::string_view as = "odd bytes");

    /// Over HTTP/1.1 the connection is reset, over HTTP/2 the stream (RST_STREAM).
    void reset(std::uint32_t code = http2::internalError);
    /// Resets the connection (TCP).
    void resetConnection();
    /// Closes the connection, after everything written.
    void close(TlsEnd end = TlsEnd::Notify);

    /// The waits end early when a query of this exchange is ended or the client closes.
    Woke pause(std::chrono::milliseconds time);
    Woke stall();
    Woke waitFor(Event& event, std::chrono::milliseconds timeout = std::chrono::hours(1));
    /// This one waits for nothing else. False after the time. Over HTTP/2 a client closes a stream
    /// by resetting it.
    bool waitForClientClose(std::chrono::milliseconds timeout = std::chrono::hours(1));

    /// For a script that passes on between this exchange and something else. It waits until `until`
    /// holds, which is looked at after each nudge() (for any thread) and whenever something came.
    Woke waitUntil(const std::function<bool()>& until);
    void nudge();
    /// Whether readPart(), or chunk(), would not have to wait.
    bool hasPart();
    bool takesPart();

    /// Registers a push query, for TERMINATE, /close-query and LocalServer::runningQueries().
    [[nodiscard]] RunningQuery running(std::string queryId, Closable closable = Closable::Yes);
    /// Whether somebody ended the query that this exchange registered last.
    bool ended() const { return query_ && query_->ended; }
    /// The end of a push query that somebody ended, with the last chunk.
    void endQuery(Form form);

    /// What is sent from now on has these faults.
    void spoil(AnswerFaults faults) { faults_ = faults; }
    /// Leaves the request to the next script, in the end to the server's own answers. Where these
    /// refuse a statement, they add the hint.
    void pass(std::string hint = {});
    const std::string& hint() const { return hint_; }
    bool takePassed() { return std::exchange(passed_, false); }
    /// What answers this request, for the server's log.
    void note(std::string what) { note_ = std::move(what); }
    /// How that log shows the request, where its body is still coming or something is secret.
    void noteRequest(std::string target, std::string sql) {
        shownTarget_ = std::move(target);
        shownSql_ = std::move(sql);
    }

    /// What the network took of this connection's answers so far.
    std::uint64_t bytesWritten() const;

private:
    Woke wait(std::chrono::steady_clock::time_point deadline, const std::function<bool()>& until);
    /// Takes what has come of the body; false if nothing can come any more.
    bool takeMore();
    /// Where the answer breaks, so that nothing comes behind it: throws ConnectionEnded.
    [[noreturn]] void breakOff();
    void part(std::string_view bytes);
    /// Writes the request's line of the log, once.
    void answering(std::string_view how);

    const Request& request_;
    Stream& stream_;
    ServerState& state_;
    std::shared_ptr<Request> journaled_;
    std::shared_ptr<RunningQuery::Entry> query_;

    std::string unread_;        // of the body
    std::size_t read_ = 0;      // of unread_
    std::size_t searched_ = 0;  // how far there is no line end

    AnswerFaults faults_;
    std::size_t parts_ = 0;  // sent
    bool answered_ = false;
    bool passed_ = false;
    std::string hint_;
    std::string note_;
    std::optional<std::string> shownTarget_, shownSql_;
};

}  // namespace ksqldb::server
