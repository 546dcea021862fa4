#pragma once
#include <ksqldb/header.h>
#include <ksqldb/options.h>
#include <ksqldb/result_stream.h>
#include <ksqldb/row.h>
#include <ksqldb/stream_iterator.h>
#include <ksqldb/typed.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace ksqldb {

/// @addtogroup queries
/// @{

/// The rows of a query as Ts (see typed.h), which the program asks for. Everything that
/// result_stream.h says of ResultStream holds. Move-only. *thread-bound*, save cancel() and
/// statistics().
///
///     for (const Rating& rating : client.streamQuery<Rating>("SELECT … EMIT CHANGES;")) …
///
/// - A delete on a table never comes as a row: it is skipped and counted.
/// - Where T does not fit the header, next() throws Error(RowMismatch) in place of each row.
/// - Where a value cannot be read, next() throws its Error in place of that row. The next call goes
///   on behind it.
template <class T>
class TypedResultStream {
public:
    /// Takes over a stream of which no row was taken.
    explicit TypedResultStream(ResultStream stream) : stream_(std::move(stream)) {}

    /// Blocks until the header is there, see ResultStream::header().
    const Header& header() & { return stream_.header(); }
    const Header& header() && = delete;

    /// Blocks for the next row, see ResultStream::next().
    [[nodiscard]] Next next(T& row) {
        return take(row, [&](RowView& view) { return stream_.next(view); });
    }
    /// The same with a limit; 0 asks only for what has come.
    [[nodiscard]] Next next(T& row, milliseconds limit) {
        return take(row, [&](RowView& view) { return stream_.next(view, limit); });
    }

    /// These members are those of ResultStream.
    void notifyWhenReady(std::function<void()> wake) { stream_.notifyWhenReady(std::move(wake)); }
    const StreamEvent& event() const& noexcept { return stream_.event(); }
    const StreamEvent& event() && = delete;
    bool isComplete() const { return stream_.isComplete(); }
    const Ending& ending() const& { return stream_.ending(); }
    const Ending& ending() && = delete;
    RowCounts counts() const noexcept { return stream_.counts(); }
    QueryStatistics statistics() const noexcept { return stream_.statistics(); }
    const std::string& continuationToken() const& noexcept { return stream_.continuationToken(); }
    const std::string& continuationToken() && = delete;
    void cancel() noexcept { stream_.cancel(); }

    /// Iterates over the rows, once. Advancing blocks and throws like next(), and skips events. The
    /// row belongs to the stream until the next advance, and may be moved from.
    using iterator = detail::StreamIterator<TypedResultStream, T&>;
    iterator begin() { return iterator(this); }
    iterator end() noexcept { return {}; }

private:
    friend iterator;

    bool advance() {
        T& row = current_.emplace();
        Next found = next(row);
        while (found == Next::Event) found = next(row);
        return found == Next::Row;
    }
    T& current() noexcept { return *current_; }

    template <class GetNext>
    Next take(T& row, GetNext getNext) {
        RowView view;
        const Next found = getNext(view);
        if (found == Next::Row) {
            if (!reader_) reader_.emplace(stream_.header().schema());
            row = (*reader_)(view);
        }
        return found;
    }

    ResultStream stream_;
    std::optional<RowReader<T>> reader_;
    std::optional<T> current_;
};

/// @}

}  // namespace ksqldb
