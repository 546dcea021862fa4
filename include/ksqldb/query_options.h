#pragma once
#include <ksqldb/cancel.h>
#include <ksqldb/executor.h>
#include <ksqldb/export.h>
#include <ksqldb/property_value.h>
#include <ksqldb/retry.h>
#include <ksqldb/stream_event.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace ksqldb {

/// @addtogroup queries
/// @{

using std::chrono::milliseconds;

namespace detail {
struct QuerySettings;
struct StreamSettings;
}  // namespace detail

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
    /// Sends one more HTTP header, as ClientOptions::requestHeader() does, whose it replaces.
    QueryOptions& requestHeader(std::string name, std::string value);
    /// Sets where a push query starts: the property "auto.offset.reset". ksqlDB's default is
    /// Latest.
    QueryOptions& offsetReset(OffsetReset reset);
    /// As in ClientOptions, for this call.
    QueryOptions& connectTimeout(milliseconds limit);
    QueryOptions& headerTimeout(milliseconds limit);  ///< as in ClientOptions
    QueryOptions& idleTimeout(milliseconds limit);    ///< as in ClientOptions
    QueryOptions& timeout(milliseconds limit);        ///< as in ClientOptions
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
    /// Sends one more HTTP header, as ClientOptions::requestHeader() does, whose it replaces.
    StreamOptions& requestHeader(std::string name, std::string value);
    /// Sets where a push query starts: the property "auto.offset.reset". ksqlDB's default is
    /// Latest.
    StreamOptions& offsetReset(OffsetReset reset);
    /// Lets the token's CancelSource cancel the stream.
    StreamOptions& cancelToken(CancelToken token);
    /// Repeats the call where it fails before its header; a pull query with several servers, before
    /// its first row.
    StreamOptions& retry(RetryPolicy policy);
    /// Lets the stream go on where it loses its server, or where the server ends the query though
    /// nobody here closed it. What happens is told by events, in order with the rows. When the
    /// policy allows no further attempt, the stream ends with the last Error. attempts() counts
    /// those in a row to go on, without the query that was lost; one that brings something new, or
    /// lasts longer than longestDelay() after its header, begins the count anew. within() begins at
    /// the loss.
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
    /// As in ClientOptions, for this stream.
    StreamOptions& connectTimeout(milliseconds limit);
    StreamOptions& headerTimeout(milliseconds limit);  ///< as in ClientOptions
    StreamOptions& idleTimeout(milliseconds limit);    ///< as in ClientOptions
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
    /// - It costs nothing while rows come. Its answers are no rows: idleTimeout() counts on.
    ///
    /// 0 as `interval` turns it off. Refused: a `timeout` that is not above 0.
    StreamOptions& livenessProbe(milliseconds interval, milliseconds timeout);
    /// Limits the bytes that are received ahead of the consumer. Default: 8 MiB; at most 1 GiB. A
    /// row that is larger passes, and so does what one read brings, up to 16 KiB. 0 does not mean
    /// no limit: it means the same as 1.
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

/// @}

}  // namespace ksqldb
