#pragma once
#include <ksqldb/client_options.h>
#include <ksqldb/error.h>
#include <ksqldb/export.h>
#include <ksqldb/raw_request.h>
#include <ksqldb/statistics.h>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ksqldb {

/// @addtogroup observing
/// @{

/// What an Observer keeps with a call or a request: a span, for one. Null: nothing.
using ObserverContext = std::shared_ptr<void>;

/// A call of a member of Client, or a request of the Client's own. *reentrant*
struct ObservedCall {
    enum class Kind : std::uint8_t {
        Query,         ///< executeQuery(), and a live table's pull queries
        Stream,        ///< streamQuery(), and a live table's push queries
        Lines,         ///< streamLines()
        Command,       ///< execute(), closeQuery(), serverInfo(), healthCheck()
        Insert,        ///< insertInto()
        InsertStream,  ///< insertStream()
        Own,  ///< no call: the Client asks for a server's health, also for livenessProbe(), or for
              ///< the cluster's servers
        Token,  ///< no call: the Client asks an identity provider for a token
    };
    Kind kind = Kind::Own;
    std::uint64_t id = 0;  ///< different for each call of a Client; 0: no call
};

/// The name as it is written here: "Query". *thread-safe*
KSQLDB_API std::string_view toString(ObservedCall::Kind kind) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, ObservedCall::Kind kind);

/// One HTTP request and its answer: an attempt at a call. *reentrant*
struct ObservedRequest {
    ObservedCall call;
    std::string method;  ///< "POST"
    std::string path;    ///< below the server, without a query: "/query-stream"; of Token empty
    std::string server;  ///< "https://host:443", "unix:///path"; of Token its URL
    /// Counts from 1. A repetition and a resumption count on; the next request of a command with
    /// several begins anew.
    unsigned attempt = 1;
};

/// What went wrong, without the Error's texts: they may hold data of the user's.
struct ObservedFailure {
    ErrorCode code;
    ErrorCategory category;
    int serverCode;  ///< ksqlDB's `error_code`; 0: none
};

/// When what had happened, counted from the request's begin. None: it did not come to that, or it
/// was not needed. Over a connection that was kept, nothing is resolved, connected or secured.
struct RequestTimes {
    std::optional<std::chrono::microseconds> resolved{};   ///< the host's name
    std::optional<std::chrono::microseconds> connected{};  ///< TCP, to the server or the proxy
    std::optional<std::chrono::microseconds> secured{};    ///< TLS
    std::optional<std::chrono::microseconds> sent{};       ///< the request begins to be sent
    std::optional<std::chrono::microseconds> firstByte{};  ///< the answer begins
    std::chrono::microseconds end{0};
};

/// How a request ended. *reentrant*
struct RequestResult {
    int status = 0;  ///< the HTTP status; 0: no answer came
    /// None: the answer came whole, and is no error. Cancelled: the caller called it off.
    std::optional<ObservedFailure> failure{};
    bool isRepeated = false;             ///< another attempt is to follow
    bool isReused = false;               ///< the connection was kept from an earlier request
    std::optional<HttpVersion> version;  ///< none: no answer came
    std::uint64_t sentBytes = 0;         ///< of the request's body
    std::uint64_t receivedBytes = 0;     ///< of the answer's body
    RequestTimes times;
    std::string queryId;  ///< the server's id of the query; empty: none is known
};

/// How a call ended. *reentrant*
struct CallResult {
    /// None: it went well. Cancelled: the caller called it off, or its callback threw. Errors that
    /// are found on the consumer's side, as in a row that cannot be decoded, may be missing here:
    /// the answer went well.
    std::optional<ObservedFailure> failure{};
    std::chrono::microseconds time{0};       ///< from the call to its end
    unsigned requests = 0;                   ///< that were made for it
    std::optional<QueryStatistics> query{};  ///< Query, Stream and Lines only
    std::string queryId;                     ///< the newest; empty: none is known
};

/// Sees what a Client does, for metrics and traces. Override what you need; by default a function
/// does nothing. ClientOptions::observer() sets it.
///
/// Order: onCall, then for each request onRequest and onRequestEnd, then onCallEnd. Each begin has
/// exactly one end, whatever happens in between. onCallEnd comes before the caller sees the result,
/// save where the caller's side ends the call: cancel(), a callback that throws, close() whose
/// limit is over. A call that is cancelled or refused before anything is sent has no request.
/// Requests of kind Own and Token have no call around them: their `ofCall` is null.
///
/// Threads: onCall runs in the thread that calls the Client, inside the member, so that
/// thread-local state (the active span) is that of the caller; a live table's further queries, and
/// what a live table asks by itself, begin on threads of the library's. All other functions run on
/// threads of the library's: those of requests on the event loop, onCallEnd there or elsewhere.
/// Where a call ends before anything is sent, onCallEnd runs inside the member, too. Different
/// calls are observed several at a time, so an Observer must be thread-safe. For one call,
/// functions never overlap.
///
/// Rules: a function must not block, because all queries of the Client wait for it, and must not
/// call the library. What it throws does not harm the call: it goes to the log as a warning, once
/// for each function, and the function is called again next time.
///
/// Lifetime: the Client keeps the Observer until its last call has ended, and an InsertStream keeps
/// it as long as it lives. Observer and contexts may be destroyed on any thread, the event loop
/// included.
class KSQLDB_API Observer {
public:
    Observer() = default;
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    virtual ~Observer();

    /// A call begins; nothing was sent. What is returned comes with all that follows of this call.
    virtual ObserverContext onCall(const ObservedCall& call);
    /// A request begins. What is returned comes with its end.
    /// - `headers`: empty. What is added is sent with this request, and replaces headers of the
    ///   same name, those of requestHeader() for one. At most 32 with 16 KiB together. Left out,
    ///   with a warning in the log: what requestHeader() refuses, and headers on which HTTP or the
    ///   library depends: Authorization, Cookie, Host, Accept, Accept-*, Content-*, Proxy-*,
    ///   Connection, Keep-Alive, Expect, Range, TE, Trailer, Transfer-Encoding and Upgrade.
    virtual ObserverContext onRequest(const ObservedRequest& request, const ObserverContext& ofCall,
                                      HttpHeaders& headers);
    /// A request has ended.
    virtual void onRequestEnd(const ObservedRequest& request, const RequestResult& result,
                              const ObserverContext& ofRequest);
    /// A call has ended.
    virtual void onCallEnd(const ObservedCall& call, const CallResult& result,
                           const ObserverContext& ofCall);
};

/// @}

}  // namespace ksqldb
