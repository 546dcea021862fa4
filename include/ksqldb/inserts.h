#pragma once
#include <ksqldb/cancel.h>
#include <ksqldb/export.h>
#include <ksqldb/insert_report.h>
#include <ksqldb/insert_row.h>
#include <ksqldb/options.h>
#include <ksqldb/typed.h>
#include <ksqldb/write_value.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace ksqldb {

/// @addtogroup inserts
/// @{

namespace detail {
struct InsertSettings;
class InsertChannel;

/// Writes a mapped struct, by RowMapping<T> (see typed.h). The text lives until this thread's next
/// call.
template <class T>
WrittenRow writtenRow(const T& object) {
    static thread_local InsertWriter writer;
    writer.clear();
    writeMembers(writer, object);
    return writer.finishTyped();
}
}  // namespace detail

/// Rows to insert with one insertInto(), kept as text. *reentrant*
class KSQLDB_API InsertRows {
public:
    /// Adds a row.
    InsertRows& add(InsertRow& row) { return addRow(row.writer_.finishTyped()); }
    InsertRows& add(InsertRow&& row) { return addRow(row.writer_.finishTyped()); }
    /// By RowMapping<T>, see typed.h.
    template <class T>
    std::enable_if_t<detail::IsMapped<T>::value, InsertRows&> add(const T& object) {
        return addRow(detail::writtenRow(object));
    }
    /// Adds a row that is a JSON object, as /inserts-stream takes it. INSERT VALUES does not take
    /// it, because it needs types. Throws Error(InvalidArgument) unless it is one object on one
    /// line.
    InsertRows& addJson(std::string_view json);

    /// How many rows there are.
    std::size_t size() const noexcept { return size_; }
    /// The rows, each a JSON object on a line of its own.
    const std::string& text() const noexcept { return text_; }

private:
    friend class Client;
    InsertRows& addRow(detail::WrittenRow row);

    std::string text_;
    std::string types_;  // a line for each row
    std::size_t size_ = 0;
};

/// When insertInto() sends each row as a statement, INSERT VALUES, instead of sending all rows to
/// /inserts-stream, which needs HTTP/2. What differs:
/// - Rows are sent one after the other, each when the server has executed the one before. So many
///   rows take long.
/// - Values are written as Statement::bind() writes them. What it refuses ends the insert with
///   Error(InvalidArgument) before anything is sent, for example an empty ARRAY or MAP, or a NUL in
///   a text.
/// - The server checks values less strictly, and takes ROWTIME for a column. It refuses a column
///   that the target does not have.
/// - If the connection is lost while a row may be executed, the row is RowFate::Unknown, and its
///   Error is not retryable.
/// - ClientOptions::retry() holds for each statement: where it was surely not executed, it is sent
///   again.
///
/// Source: POST /ksql.
enum class InsertValues : std::uint8_t {
    Never,
    WithoutHttp2,  ///< where the insert would end with Error(Http2Required), before any row
    Always,        ///< for example behind a proxy that hides that it has no HTTP/2
};

/// The name as it is written here: "WithoutHttp2". *thread-safe*
KSQLDB_API std::string_view toString(InsertValues when) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, InsertValues when);

/// Options of one insertInto(). What is not set comes from the ClientOptions, save properties:
/// those of the Client are not sent to /inserts-stream.
/// Errors: the call throws Error(InvalidArgument) for what cannot be right. *reentrant*
class KSQLDB_API InsertOptions {
public:
    InsertOptions();
    InsertOptions(const InsertOptions& other);
    InsertOptions(InsertOptions&& other) noexcept;
    InsertOptions& operator=(InsertOptions other) noexcept;
    ~InsertOptions();

    /// Sets a property of the server's producer, for example "ksql.streams.acks".
    InsertOptions& property(std::string name, PropertyValue value);
    /// Sends one more HTTP header, as ClientOptions::requestHeader() does, whose it replaces.
    InsertOptions& requestHeader(std::string name, std::string value);
    /// As in ClientOptions, for this insert.
    InsertOptions& connectTimeout(milliseconds limit);
    InsertOptions& headerTimeout(milliseconds limit);  ///< as in ClientOptions
    /// Limits the time of the one request, or of each statement of INSERT VALUES; as in
    /// ClientOptions. If timeout() is set here and this is not, the one request has no limit but
    /// that.
    InsertOptions& requestTimeout(milliseconds limit);
    /// Limits the time of the whole insert, as in ClientOptions.
    InsertOptions& timeout(milliseconds limit);
    /// Sets when rows are sent as INSERT VALUES. Default: Never.
    InsertOptions& insertValues(InsertValues when);
    /// Lets the token's CancelSource cancel the insert.
    InsertOptions& cancelToken(CancelToken token);

private:
    friend struct detail::InsertSettings;
    std::unique_ptr<detail::InsertSettings> settings_;
};

/// Options of one insertStream(). What is not set comes from the ClientOptions, save properties:
/// those of the Client are not sent to /inserts-stream.
/// Errors: the call throws Error(InvalidArgument) for what cannot be right. *reentrant*
class KSQLDB_API InsertStreamOptions {
public:
    InsertStreamOptions();
    InsertStreamOptions(const InsertStreamOptions& other);
    InsertStreamOptions(InsertStreamOptions&& other) noexcept;
    InsertStreamOptions& operator=(InsertStreamOptions other) noexcept;
    ~InsertStreamOptions();

    /// Limits the rows that are inserted and not yet acknowledged. Default: 10 000; 0 is refused.
    InsertStreamOptions& window(std::uint64_t rows);
    /// As in ClientOptions, for this stream. The whole stream has only the limit of close().
    InsertStreamOptions& connectTimeout(milliseconds limit);
    InsertStreamOptions& headerTimeout(milliseconds limit);  ///< as in ClientOptions
    /// Limits the bytes that are inserted and not yet sent. Default: 1 MiB; at most 1 GiB. One row
    /// may be larger.
    InsertStreamOptions& bufferBytes(std::size_t bytes);
    /// Sets a function that is told which rows are acknowledged since its last call, in as few
    /// calls as possible. It runs on a delivery thread, never twice at once, and must not wait for
    /// the stream. If it throws, the stream ends with that Error, or with Error(CallbackThrew).
    InsertStreamOptions& onAcknowledged(std::function<void(SequenceRange)> callback);
    /// Limits the time in which rows are on their way and none is acknowledged; Error(IdleTimeout).
    /// Default: 3 min, because Kafka gives up after 2; 0: no limit.
    InsertStreamOptions& acknowledgementTimeout(milliseconds limit);
    /// Sets a property of the server's producer, for example "ksql.streams.acks".
    InsertStreamOptions& property(std::string name, PropertyValue value);
    /// Sends one more HTTP header, as ClientOptions::requestHeader() does, whose it replaces.
    InsertStreamOptions& requestHeader(std::string name, std::string value);
    /// Lets the token's CancelSource cancel the stream.
    InsertStreamOptions& cancelToken(CancelToken token);

private:
    friend struct detail::InsertSettings;
    std::unique_ptr<detail::InsertSettings> settings_;
};

/// Rows on their way into a stream or table. They are sent as they are inserted, while
/// acknowledgements of earlier rows come back: a row at once if no other is under way, else within
/// a millisecond, together with those that follow. Rows are numbered from 0, and the report names
/// them by these numbers. The first row that the server refuses ends the stream.
///
/// Threads: *thread-safe*, save for move and destruction.
/// Errors: members that may wait (insert, tryInsert, flush, close) throw Error(WouldDeadlock) where
/// they would wait inside a callback, and Error(UsedAfterFork) in the child of a fork().
/// Lifetime: a moved-from one may only be assigned to or destroyed. It may outlive the Client,
/// whose end ends it with Error(ClientClosed).
/// Source: POST /inserts-stream, over HTTP/2.
class KSQLDB_API InsertStream {
public:
    InsertStream(InsertStream&& other) noexcept;
    InsertStream& operator=(InsertStream&& other) noexcept;
    /// Aborts the stream: rows that are not acknowledged may be lost. Call close() first to end
    /// well. Waits for a call of onAcknowledged that is running, except inside it; never for the
    /// network.
    ~InsertStream();

    /// Inserts a row and returns its number. Waits while the window is full. Throws what ended the
    /// stream, and Error(InvalidArgument) after close().
    std::uint64_t insert(InsertRow& row) { return insertLine(row.json()); }
    std::uint64_t insert(InsertRow&& row) { return insertLine(row.json()); }
    /// By RowMapping<T>, see typed.h.
    template <class T>
    std::enable_if_t<detail::IsMapped<T>::value, std::uint64_t> insert(const T& object) {
        return insertLine(detail::writtenRow(object).json);
    }
    /// Inserts a row that is a JSON object, as /inserts-stream takes it. Throws
    /// Error(InvalidArgument) unless it is one object on one line.
    std::uint64_t insertJson(std::string_view json);

    /// Inserts a row as insert() does, but waits at most `limit`. None: the window is still full.
    std::optional<std::uint64_t> tryInsert(InsertRow& row, milliseconds limit = milliseconds(0)) {
        return tryInsertLine(row.json(), limit);
    }
    template <class T>
    std::enable_if_t<detail::IsMapped<T>::value, std::optional<std::uint64_t>> tryInsert(
        const T& object, milliseconds limit = milliseconds(0)) {
        return tryInsertLine(detail::writtenRow(object).json, limit);
    }

    /// Waits until all rows that were inserted before are acknowledged. Throws what ended the
    /// stream.
    void flush();
    /// The same with a limit. False: some rows are not acknowledged yet.
    bool flush(milliseconds limit);

    /// Ends the stream: takes no more rows, sends all, and waits until all acknowledgements have
    /// come and are delivered. After `limit` the stream is cut off, and the report has
    /// Error(TotalTimeout). What the server or the network did is in the report and is not thrown.
    /// Further calls return the same report.
    InsertReport close(milliseconds limit);
    /// The report as far as is known now.
    InsertReport report() const;
    /// Ends the stream with Error(Cancelled), which close() reports. Returns at once.
    void cancel() noexcept;

private:
    friend class Client;
    explicit InsertStream(std::shared_ptr<detail::InsertChannel> channel) noexcept;
    std::uint64_t insertLine(std::string_view json);
    std::optional<std::uint64_t> tryInsertLine(std::string_view json, milliseconds limit);

    std::shared_ptr<detail::InsertChannel> channel_;
};

/// @}

}  // namespace ksqldb
