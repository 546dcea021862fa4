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

namespace detail {
struct InsertSettings;
class InsertChannel;

/// A mapped struct, by RowMapping<T> (see typed.h). Lives until this thread's next call.
template <class T>
WrittenRow writtenRow(const T& object) {
    static thread_local InsertWriter writer;
    writer.clear();
    writeMembers(writer, object);
    return writer.finishTyped();
}
}  // namespace detail

/// Rows to insert with one request, as text. *reentrant*
class KSQLDB_API InsertRows {
public:
    InsertRows& add(InsertRow& row) { return addRow(row.writer_.finishTyped()); }
    InsertRows& add(InsertRow&& row) { return addRow(row.writer_.finishTyped()); }
    /// By RowMapping<T>, see typed.h.
    template <class T>
    std::enable_if_t<detail::IsMapped<T>::value, InsertRows&> add(const T& object) {
        return addRow(detail::writtenRow(object));
    }
    /// A JSON object, as /inserts-stream takes it; not for INSERT VALUES, which needs types. Throws
    /// Error(InvalidArgument) unless it is one object, on one line.
    InsertRows& addJson(std::string_view json);

    std::size_t size() const noexcept { return size_; }
    /// A JSON object a line.
    const std::string& text() const noexcept { return text_; }

private:
    friend class Client;
    InsertRows& addRow(detail::WrittenRow row);

    std::string text_;
    std::string types_;  // a line for each row
    std::size_t size_ = 0;
};

/// When insertInto executes INSERT VALUES, a statement a row, instead of sending the rows to
/// /inserts-stream, which needs HTTP/2.
///
/// Values are then written as Statement::bind() writes them, and what it refuses is refused: an
/// empty ARRAY or MAP, a NUL in a text; an Error(InvalidArgument) before anything is sent. Rows are
/// sent one after the other, each when the server has executed the one before, so many take long.
/// The server checks values less strictly, takes ROWTIME for a column, and takes no column that
/// the target lacks. A row that the server may have executed before the connection was lost is
/// RowFate::Unknown, its Error not retryable.
/// Source: POST /ksql.
enum class InsertValues : std::uint8_t {
    Never,
    WithoutHttp2,  ///< where the insert would end with Error(Http2Required); no row was sent then
    Always,        ///< and with a proxy that neither speaks HTTP/2 nor says so
};

/// The name as it is written here: "WithoutHttp2". *thread-safe*
KSQLDB_API std::string_view toString(InsertValues when) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, InsertValues when);

/// For one insertInto, which checks them. *reentrant*
class KSQLDB_API InsertOptions {
public:
    InsertOptions();
    InsertOptions(const InsertOptions& other);
    InsertOptions(InsertOptions&& other) noexcept;
    InsertOptions& operator=(InsertOptions other) noexcept;
    ~InsertOptions();

    /// A setting of the server's producer, for example "ksql.streams.acks".
    InsertOptions& property(std::string name, PropertyValue value);
    /// Limits as in ClientOptions.
    InsertOptions& connectTimeout(milliseconds limit);
    InsertOptions& headerTimeout(milliseconds limit);
    /// The same, for the one request of an insert, or for each statement of INSERT VALUES. The
    /// Client's does not hold for the one request where timeout() is set here.
    InsertOptions& requestTimeout(milliseconds limit);
    InsertOptions& timeout(milliseconds limit);
    /// Default Never.
    InsertOptions& insertValues(InsertValues when);
    InsertOptions& cancelToken(CancelToken token);

private:
    friend struct detail::InsertSettings;
    std::unique_ptr<detail::InsertSettings> settings_;
};

/// For one insertStream, which checks them. *reentrant*
class KSQLDB_API InsertStreamOptions {
public:
    InsertStreamOptions();
    InsertStreamOptions(const InsertStreamOptions& other);
    InsertStreamOptions(InsertStreamOptions&& other) noexcept;
    InsertStreamOptions& operator=(InsertStreamOptions other) noexcept;
    ~InsertStreamOptions();

    /// How many rows may be inserted and not yet acknowledged. Default 10 000; has to be above 0.
    InsertStreamOptions& window(std::uint64_t rows);
    /// Limits as in ClientOptions. That for the whole is close()'s.
    InsertStreamOptions& connectTimeout(milliseconds limit);
    InsertStreamOptions& headerTimeout(milliseconds limit);
    /// How many bytes may be inserted and not yet sent. Default 1 MiB, at most 1 GiB; one larger
    /// row is let through.
    InsertStreamOptions& bufferBytes(std::size_t bytes);
    /// Called with the rows that were acknowledged since the last call, in as few calls as can be,
    /// on a delivery thread, never two at once. It must not wait for the stream. If it throws, the
    /// stream ends with that Error, or with Error(CallbackThrew).
    InsertStreamOptions& onAcknowledged(std::function<void(SequenceRange)> callback);
    /// Ends the stream with Error(IdleTimeout) when rows are under way and none is acknowledged for
    /// so long. Default 3 min, for Kafka gives up after 2; 0: none.
    InsertStreamOptions& acknowledgementTimeout(milliseconds limit);
    /// A setting of the server's producer, for example "ksql.streams.acks".
    InsertStreamOptions& property(std::string name, PropertyValue value);
    /// Ends the stream as cancel() does.
    InsertStreamOptions& cancelToken(CancelToken token);

private:
    friend struct detail::InsertSettings;
    std::unique_ptr<detail::InsertSettings> settings_;
};

/// Rows on their way into a stream or table, pipelined: they are sent as they are inserted, while
/// acknowledgements of earlier ones come back. Rows are numbered from 0; which are stored is told
/// by numbers and ranges of numbers, not by a future a row. The first row that the server refuses
/// ends the stream.
///
/// All members are *thread-safe*, save for move and destruction. Those that may wait (insert,
/// flush, close) throw Error(WouldDeadlock) where they would wait inside a callback of the
/// library's, and Error(UsedAfterFork) in the child of a fork(). A moved-from InsertStream may only
/// be assigned to or destroyed. It may outlive its Client, whose close() ends it with
/// Error(ClientClosed). Source: POST /inserts-stream, over HTTP/2.
class KSQLDB_API InsertStream {
public:
    InsertStream(InsertStream&& other) noexcept;
    InsertStream& operator=(InsertStream&& other) noexcept;
    /// Aborts: rows that are not acknowledged may be lost, close() is how to end well. Waits for a
    /// call of onAcknowledged that is running (not inside it), never for the network.
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
    /// A JSON object, as /inserts-stream takes it. Throws Error(InvalidArgument) unless it is one
    /// object, on one line.
    std::uint64_t insertJson(std::string_view json);

    /// The same, but waits no longer than `limit`, by default not at all. None: the window is full.
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
    /// The same, for so long at most. False: not all are.
    bool flush(milliseconds limit);

    /// Ends the stream well: no more rows, all are sent, all acknowledgements are awaited and
    /// delivered. After `limit` it is cut off, with Error(TotalTimeout) in the report; so are
    /// streams that failed before. Throws nothing for what the server or the network does; further
    /// calls return the same report.
    InsertReport close(milliseconds limit);
    /// What is known now.
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

}  // namespace ksqldb
