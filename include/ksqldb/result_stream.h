#pragma once
#include <ksqldb/export.h>
#include <ksqldb/header.h>
#include <ksqldb/options.h>
#include <ksqldb/row.h>
#include <ksqldb/statistics.h>
#include <ksqldb/stream_event.h>
#include <ksqldb/stream_iterator.h>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace ksqldb {

/// @addtogroup queries
/// @{

namespace detail {
class PolledStream;
}

/// What ResultStream::next() found.
enum class Next : std::uint8_t {
    Row,      ///< a row
    Timeout,  ///< none came within the limit
    End,      ///< there is none left, see ResultStream::ending()
    Event,    ///< ResultStream::event(); only with StreamOptions::reportEvents()
};

/// The name as it is written here: "Timeout". *thread-safe*
KSQLDB_API std::string_view toString(Next next) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, Next next);

/// A query whose rows the program asks for. Move-only; a moved-from one may only be assigned to or
/// destroyed. It may outlive the Client, whose end ends the query with Error(ClientClosed).
///
/// Threads: *thread-bound*, save cancel() and statistics(), which are *thread-safe*. A second
/// thread at the same time gets Error(ConcurrentUse). Members that would have to block throw
/// Error(WouldDeadlock) inside a callback.
class KSQLDB_API ResultStream {
public:
    ResultStream(ResultStream&& other) noexcept;
    ResultStream& operator=(ResultStream&& other) noexcept;
    /// Cancels, and waits for nothing: the function of notifyWhenReady() may still be running.
    ~ResultStream();

    /// Blocks until the header is there. Takes no row. Throws the query's Error if it failed before
    /// its header.
    const Header& header() &;
    const Header& header() && = delete;

    /// Blocks for the next row. A query that failed throws its Error once, after its last row, and
    /// answers End from then on. The view lives until the next call of next() or nextBatch().
    [[nodiscard]] Next next(RowView& row);
    /// The same with a limit; 0 asks only for what has come.
    [[nodiscard]] Next next(RowView& row, milliseconds limit);
    /// Gives all rows that came together. Waits as next() does.
    [[nodiscard]] Next nextBatch(RowBatch& batch, milliseconds limit);

    /// Calls `wake` once, on a delivery thread, as soon as next(row, 0 ms) may have something to
    /// give; at once if it has already. It may have been the header only: then next() answers
    /// Timeout, and the program calls this again. `wake` must only post to the application's event
    /// loop. A later call replaces an earlier one whose `wake` has not been called.
    void notifyWhenReady(std::function<void()> wake);

    /// The event that the last Next::Event told. Lives until the next event.
    const StreamEvent& event() const& noexcept;
    const StreamEvent& event() && = delete;

    /// Whether the query has ended, every row is taken and its Error, if any, was thrown.
    bool isComplete() const;
    /// How the query ended. Throws Error(InvalidArgument) unless isComplete().
    const Ending& ending() const&;
    const Ending& ending() && = delete;
    /// How many rows went which way so far.
    RowCounts counts() const noexcept;
    /// What the query has brought so far. *thread-safe*
    QueryStatistics statistics() const noexcept;
    /// The newest continuation token before the current row; empty: none.
    const std::string& continuationToken() const& noexcept;
    const std::string& continuationToken() && = delete;

    /// Cancels the query and returns at once. Rows that have come can still be taken; then next()
    /// answers End, and ending() is Cancelled. *thread-safe*
    void cancel() noexcept;

    /// Iterates over the rows, once. Advancing blocks and throws like next(), and skips events.
    using iterator = detail::StreamIterator<ResultStream, RowView>;
    iterator begin() { return iterator(this); }
    iterator end() noexcept { return {}; }

private:
    friend class detail::PolledStream;
    friend iterator;
    explicit ResultStream(std::shared_ptr<detail::PolledStream> stream) noexcept;

    bool advance() {
        Next found = next(current_);
        while (found == Next::Event) found = next(current_);
        return found == Next::Row;
    }
    const RowView& current() const noexcept { return current_; }

    std::shared_ptr<detail::PolledStream> stream_;
    RowView current_;  // the iterator's
};

/// @}

}  // namespace ksqldb
