#pragma once
#include <ksqldb/export.h>
#include <ksqldb/header.h>
#include <ksqldb/options.h>
#include <ksqldb/row.h>
#include <ksqldb/stream_event.h>
#include <ksqldb/stream_iterator.h>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace ksqldb {

namespace detail {
class PolledStream;
}

/// What ResultStream::next() found.
enum class Next : std::uint8_t {
    Row,
    Timeout,
    End,
    Event,  ///< ResultStream::event(); only with StreamOptions::reportEvents()
};

/// The name as it is written here: "Timeout". *thread-safe*
KSQLDB_API std::string_view toString(Next next) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, Next next);

/// A query whose rows are asked for. Move-only; a moved-from one may only be assigned to or
/// destroyed. *thread-bound*: a second thread at the same time gets Error(ConcurrentUse); cancel()
/// is *thread-safe*. It may outlive the Client, whose end is the query's. Members that would really
/// have to block inside a callback throw Error(WouldDeadlock).
class KSQLDB_API ResultStream {
public:
    ResultStream(ResultStream&& other) noexcept;
    ResultStream& operator=(ResultStream&& other) noexcept;
    /// Cancels; waits for nothing: a `wake` of notifyWhenReady() may still be running.
    ~ResultStream();

    /// Blocks until the header is there; throws the query's Error if it failed before. The rows
    /// stay where they are.
    const Header& header() &;
    const Header& header() && = delete;

    /// Blocks for the next row. A query that failed throws its Error once, after its last row; then
    /// the answer is End. The view lives until the next call of next() or nextBatch(), whatever
    /// else is asked meanwhile.
    [[nodiscard]] Next next(RowView& row);
    /// The same with a limit; 0 asks only for what has come.
    [[nodiscard]] Next next(RowView& row, milliseconds limit);
    /// All rows that came together. The first call waits, like next().
    [[nodiscard]] Next nextBatch(RowBatch& batch, milliseconds limit);

    /// Calls `wake` once, on a delivery thread, as soon as next(row, 0 ms) would not answer
    /// Timeout; at once if that is so already. (What comes may turn out to be no row, only the
    /// header: then ask again.) `wake` must only post to the application's event loop. A later call
    /// replaces an earlier one that has not fired.
    void notifyWhenReady(std::function<void()> wake);

    /// What Next::Event stands for, until the next one.
    const StreamEvent& event() const& noexcept;
    const StreamEvent& event() && = delete;

    /// Ended, every row taken and, if it failed, its Error thrown.
    bool isComplete() const;
    /// How it ended. Requires isComplete(), else throws Error(InvalidArgument).
    const Ending& ending() const&;
    const Ending& ending() && = delete;
    RowCounts counts() const noexcept;
    /// The newest continuation token before the current row; empty: none.
    const std::string& continuationToken() const& noexcept;
    const std::string& continuationToken() && = delete;

    /// Returns at once; rows that have come can still be taken, then next() answers End, and
    /// ending() is Cancelled.
    void cancel() noexcept;

    /// Single pass; advancing blocks and throws like next(), and passes over events.
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

}  // namespace ksqldb
