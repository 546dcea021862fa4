#pragma once
#include <ksqldb/cancel.h>
#include <ksqldb/error.h>
#include <ksqldb/executor.h>
#include <ksqldb/export.h>
#include <ksqldb/log.h>
#include <ksqldb/retry.h>
#include <ksqldb/servers.h>
#include <ksqldb/stream_event.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace ksqldb {

using std::chrono::milliseconds;

namespace detail {
struct ClientSettings;
struct QuerySettings;
struct StreamSettings;
}  // namespace detail

/// The value of a property: a bool, an integer, a double or a text. There is no null, because
/// ksqlDB answers it with an error 500. The constructors throw Error(InvalidArgument) for an
/// integer beyond 2^63 - 1. *reentrant*
class PropertyValue {
public:
    using Variant = std::variant<bool, std::int64_t, double, std::string>;

    template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
    PropertyValue(T value) : value_(number(value)) {}
    PropertyValue(std::string value) : value_(std::move(value)) {}
    PropertyValue(std::string_view value) : value_(std::string(value)) {}
    PropertyValue(const char* value) : value_(std::string(value)) {}
    PropertyValue(std::nullptr_t) = delete;

    const Variant& get() const noexcept { return value_; }

private:
    template <class T>
    static Variant number(T value) {
        static_assert(!std::is_same_v<T, char>, "a char is neither text nor a number here");
        if constexpr (std::is_same_v<T, bool>) {
            return value;
        } else if constexpr (std::is_integral_v<T>) {
            const auto number = static_cast<std::int64_t>(value);
            if (std::is_unsigned_v<T> && number < 0)
                throw Error(ErrorCode::InvalidArgument, "a property's value is beyond 2^63 - 1");
            return number;
        } else {
            return static_cast<double>(value);
        }
    }

    Variant value_;
};

/// Where a push query starts.
enum class OffsetReset : std::uint8_t {
    Latest,    ///< at what comes from now on
    Earliest,  ///< at the beginning of its source
};

/// What a stream does with a consumer that is slower than its rows.
enum class Overflow : std::uint8_t {
    Pause,       ///< nothing is lost: the client stops reading, and then the server waits
    KeepLatest,  ///< for displays: each call gets the newest rows, at most maxRowsPerCall; older
                 ///< ones are dropped and counted
};

/// What a stream does with a delete on a table: a row whose columns are null, save those of the
/// key.
enum class Tombstones : std::uint8_t {
    Skip,     ///< it is left out and counted
    Deliver,  ///< it comes as a row; RowView::isTombstone() tells it from others
};

/// The name as it is written here: "Earliest". *thread-safe*
KSQLDB_API std::string_view toString(OffsetReset reset) noexcept;
KSQLDB_API std::string_view toString(Overflow overflow) noexcept;
KSQLDB_API std::string_view toString(Tombstones tombstones) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, OffsetReset reset);
KSQLDB_API std::ostream& operator<<(std::ostream& out, Overflow overflow);
KSQLDB_API std::ostream& operator<<(std::ostream& out, Tombstones tombstones);

/// How a Client connects, and what it sends with every call. The setters return *this.
///
/// A limit of time is told by the Error that it ends a call with: limitName() is the option's name,
/// what() says how long it was. It counts from the call, or from the attempt, and so does time in
/// which the library itself has not come to it yet. milliseconds::max() is as good as none. A limit
/// of the call itself wins.
/// Errors: the Client's constructor throws Error(InvalidArgument) for what cannot be right.
/// *reentrant*
class KSQLDB_API ClientOptions {
public:
    /// The server at http://localhost:8088.
    ClientOptions();
    /// The server at this URL: http[s]://host[:port]. Without a port it is 8088 for http and 443
    /// for https.
    explicit ClientOptions(std::string_view url);
    /// The same. Throws Error(InvalidArgument) for a null pointer, as getenv() may give it.
    explicit ClientOptions(const char* url);
    ClientOptions(std::nullptr_t) = delete;
    ClientOptions(const ClientOptions& other);
    ClientOptions(ClientOptions&& other) noexcept;
    ClientOptions& operator=(ClientOptions other) noexcept;
    ~ClientOptions();

    /// Sets the servers of one cluster, instead of one server: see servers.h. All that is set here
    /// holds for each of them. Refused: an empty list, the same server twice, more than 64.
    ClientOptions& servers(std::vector<std::string> urls, ServerOrder order = ServerOrder::InOrder);
    /// Sets when a server is left out, where there are several.
    ClientOptions& circuitBreaker(CircuitBreaker breaker);
    /// Asks a server which others there are (GET /clusterStatus), and uses those that are alive, by
    /// the names that the cluster has for them. Servers answer that with ksql.heartbeat.enable. It
    /// is asked with the first call, then with calls a minute apart or after a server is left out.
    /// Default: off.
    ClientOptions& discoverServers(bool on = true);

    /// Sends key and secret with every request (Basic authentication), as hosted clusters want it.
    /// Refused:
    /// - over http, unless allowCredentialsOverPlainHttp() is set,
    /// - a colon in the key, and control characters in either: they cannot be sent,
    /// - a secret without a key.
    ClientOptions& apiKey(std::string key, std::string secret);
    /// Lets credentials be sent over http, where everybody on the way can read them.
    ClientOptions& allowCredentialsOverPlainHttp(bool allow = true);
    /// Trusts the certificate authorities in this PEM file. Default: those of the system.
    ClientOptions& caFile(std::string path);
    /// Sends one more HTTP header with every request. It replaces a header of the client's own of
    /// the same name. Refused:
    /// - a name that is none in HTTP, a value with control characters,
    /// - Authorization over http, unless allowCredentialsOverPlainHttp() is set.
    ClientOptions& requestHeader(std::string name, std::string value);

    /// Limits the time for a connection: name resolution, TCP and TLS together;
    /// Error(ConnectTimeout). Default: 10 s. 0 is refused.
    ClientOptions& connectTimeout(milliseconds limit);
    /// Limits an attempt's time, from its beginning to the query's header, or to the answer to an
    /// insert's target; Error(HeaderTimeout). Default: 30 s; 0: no limit.
    ClientOptions& headerTimeout(milliseconds limit);
    /// Limits the time of each request that is no query, for example serverInfo();
    /// Error(TotalTimeout). Default: 15 s; 0: no limit.
    ClientOptions& requestTimeout(milliseconds limit);
    /// Limits the time in which nothing comes of a query after its header; Error(IdleTimeout).
    /// Default: 0, no limit, because a push query may rightly be silent.
    ClientOptions& idleTimeout(milliseconds limit);
    /// Limits the time of a whole call with all its attempts: of each executeQuery(), execute() and
    /// insertInto(), not of streams; Error(TotalTimeout). Default: 0, no limit.
    ClientOptions& timeout(milliseconds limit);
    /// Has TCP ask whether the other side is still there: when nothing has come for `idle`, then
    /// each `interval`. A connection ends with Error(ConnectionLost) when `probes` in a row had no
    /// answer. It also keeps silent connections open in firewalls and the like. Default: 30 s, 30 s
    /// and the system's number, on Linux 9.
    /// - `idle`: 0: no keep-alive.
    /// - `interval`: 0 is refused.
    /// - `probes`: 0: the system's number. Without effect where the system cannot be told.
    ClientOptions& tcpKeepAlive(std::chrono::seconds idle, std::chrono::seconds interval,
                                unsigned probes = 0);

    /// Sets a property of ksqlDB's for every query. A property of the call itself wins.
    ClientOptions& property(std::string name, PropertyValue value);
    /// Sets the text that the server puts in the place of `${name}` in statements. A variable of
    /// the call itself wins.
    ClientOptions& sessionVariable(std::string name, std::string value);

    /// Repeats calls that fail, each by this policy. A policy of the call itself wins. Default: no
    /// repetition.
    ClientOptions& retry(RetryPolicy policy);

    /// Sets the number of threads for callbacks. Default: 1; 0 is refused. Callbacks of one query
    /// never run two at a time.
    ClientOptions& deliveryThreads(unsigned count);
    /// Limits the bytes of a line, which is a row. A longer one ends the query with
    /// Error(LineTooLong). Default: 16 MiB; at most 1 GiB.
    ClientOptions& maxLineBytes(std::size_t bytes);
    /// Makes each statement wait until its server has executed those that this Client has executed
    /// before. So it sees what they did, on every server of a cluster. Default: off.
    ClientOptions& readOwnWrites(bool on = true);
    /// Sets how long a query under load is left unread, so that many rows are read at once.
    /// Default: 1 ms; at most 100 ms; 0: rows are read as they come.
    /// - A row that comes after a silence is never delayed.
    /// - The Client's other queries are not delayed where the system has epoll (Linux); elsewhere
    ///   they wait as well.
    ClientOptions& readPause(std::chrono::microseconds pause);

    /// Gives lines of at least this level to the sink. Default: there is no log.
    ClientOptions& log(LogLevel least, LogSink sink);
    /// Writes lines of at least this level to standard error.
    ClientOptions& logToStderr(LogLevel least);

private:
    friend struct detail::ClientSettings;
    std::unique_ptr<detail::ClientSettings> settings_;
};

/// Options of one executeQuery(). What is not set comes from the ClientOptions.
/// Errors: the call throws Error(InvalidArgument) for what cannot be right. *reentrant*
class KSQLDB_API QueryOptions {
public:
    QueryOptions();
    QueryOptions(const QueryOptions& other);
    QueryOptions(QueryOptions&& other) noexcept;
    QueryOptions& operator=(QueryOptions other) noexcept;
    ~QueryOptions();

    /// Sets a property of ksqlDB's.
    QueryOptions& property(std::string name, PropertyValue value);
    /// Sets the text that the server puts in the place of `${name}` in the statement.
    QueryOptions& sessionVariable(std::string name, std::string value);
    /// Sets a property of the request's: one of the switches that ksqlDB calls "requestProperties".
    QueryOptions& requestProperty(std::string name, PropertyValue value);
    /// Sets where a push query starts: the property "auto.offset.reset". ksqlDB's default is
    /// Latest.
    QueryOptions& offsetReset(OffsetReset reset);
    /// Limits as in ClientOptions.
    QueryOptions& connectTimeout(milliseconds limit);
    QueryOptions& headerTimeout(milliseconds limit);
    QueryOptions& idleTimeout(milliseconds limit);
    QueryOptions& timeout(milliseconds limit);
    /// Lets the token's CancelSource cancel the call.
    QueryOptions& cancelToken(CancelToken token);
    /// Repeats the call where it fails before its header; a pull query with several servers, before
    /// its first row.
    QueryOptions& retry(RetryPolicy policy);
    /// Limits the number of rows; one more ends the call with Error(TooManyRows). Default: 10 000;
    /// 0: no limit.
    QueryOptions& maxRows(std::size_t rows);
    /// Limits the bytes of all rows as they were sent; more end the call with Error(TooManyBytes).
    /// Default: 64 MiB; 0: no limit.
    QueryOptions& maxBytes(std::size_t bytes);

private:
    friend struct detail::QuerySettings;
    std::unique_ptr<detail::QuerySettings> settings_;
};

/// Options of one streamQuery(). What is not set comes from the ClientOptions.
/// Errors: the call throws Error(InvalidArgument) for what cannot be right. *reentrant*
class KSQLDB_API StreamOptions {
public:
    StreamOptions();
    StreamOptions(const StreamOptions& other);
    StreamOptions(StreamOptions&& other) noexcept;
    StreamOptions& operator=(StreamOptions other) noexcept;
    ~StreamOptions();

    /// Sets a property of ksqlDB's.
    StreamOptions& property(std::string name, PropertyValue value);
    /// Sets the text that the server puts in the place of `${name}` in the statement.
    StreamOptions& sessionVariable(std::string name, std::string value);
    /// Sets a property of the request's: one of the switches that ksqlDB calls "requestProperties".
    StreamOptions& requestProperty(std::string name, PropertyValue value);
    /// Sets where a push query starts: the property "auto.offset.reset". ksqlDB's default is
    /// Latest.
    StreamOptions& offsetReset(OffsetReset reset);
    /// Lets the token's CancelSource cancel the stream.
    StreamOptions& cancelToken(CancelToken token);
    /// Repeats the call where it fails before its header; a pull query with several servers, before
    /// its first row.
    StreamOptions& retry(RetryPolicy policy);
    /// Lets the stream go on where it loses its server, or where the server ends the query though
    /// nobody here closed it. What happens is told by events, in order with the rows. The policy is
    /// for the attempts in a row that bring nothing; then the stream ends with the last Error.
    /// - With continuation tokens nothing is lost, and rows that come twice are those after the
    ///   last token. They need a scalable push query: the properties "ksql.query.push.v2.enabled"
    ///   and "ksql.query.push.v2.continuation.tokens.enabled", both true.
    /// - Without tokens `from` says where the query goes on.
    ///
    /// A query that another client closes is resumed as well. Refused:
    /// - for what is no push query, or has a LIMIT, which would count anew,
    /// - ResumeFrom::SkipSeen for a query that does not start at OffsetReset::Earliest.
    StreamOptions& resume(RetryPolicy policy, ResumeFrom from = ResumeFrom::Latest);
    /// Begins behind a continuation token of an earlier query with the same statement; see
    /// ResultStream::continuationToken().
    StreamOptions& continueFrom(std::string token);
    /// Limits as in ClientOptions.
    StreamOptions& connectTimeout(milliseconds limit);
    StreamOptions& headerTimeout(milliseconds limit);
    StreamOptions& idleTimeout(milliseconds limit);
    /// Limits the time of the whole stream, resumptions included; Error(TotalTimeout). Default: 0,
    /// no limit, whatever ClientOptions::timeout() is.
    StreamOptions& timeout(milliseconds limit);
    /// Tells a dead server from a quiet query. When nothing has come for `interval` after the
    /// header, the query's server is asked on a new connection (GET /info), and again after each
    /// further silence. Default: off.
    /// - Whatever it answers, the query goes on.
    /// - Where it does not answer within `timeout`, does not take the connection, or something
    ///   answers with HTTP status 502 to 504, the stream ends with Error(ConnectionLost), whose
    ///   limitName() is "livenessProbe". With resume() it goes on instead.
    /// - A server that was restarted meanwhile may answer; that one is found by tcpKeepAlive().
    /// - It costs nothing while rows come, and is no sign of life itself: idleTimeout() counts on.
    ///
    /// 0 as `interval` turns it off. Refused: a `timeout` that is not above 0.
    StreamOptions& livenessProbe(milliseconds interval, milliseconds timeout);
    /// Limits the bytes that are received ahead of the consumer. Default: 8 MiB; at most 1 GiB. One
    /// row may be larger, so 0 means the same as 1.
    StreamOptions& bufferBytes(std::size_t bytes);
    /// Sets what is done with a delete on a table. Default: Skip, because reading its nulls throws.
    StreamOptions& tombstones(Tombstones what);

    /// Lets ResultStream::next() answer Next::Event. Default: off. Streams with callbacks have
    /// StreamCallbacks::onEvent.
    StreamOptions& reportEvents(bool on = true);

    // The options that follow are for streams with callbacks only. Others refuse them.

    /// Sets where callbacks run. Default: on the Client's delivery threads.
    StreamOptions& executor(Executor executor);
    /// Sets the shortest time from one call of onRows to the next, or from one turn of onRow calls
    /// to the next. Default: 0.
    StreamOptions& minInterval(milliseconds interval);
    /// Limits the rows of one call of onRows, or of one turn of onRow calls; then other streams on
    /// the same thread have their turn. Deletes that are skipped count as well. Default: 1 000; 0
    /// means the same as 1.
    StreamOptions& maxRowsPerCall(std::size_t rows);
    /// Sets what happens when the callbacks are slower than the rows. Default: Pause.
    StreamOptions& overflow(Overflow overflow);

private:
    friend struct detail::StreamSettings;
    std::unique_ptr<detail::StreamSettings> settings_;
};

}  // namespace ksqldb
