#pragma once
#include <ksqldb/header.h>
#include <ksqldb/options.h>
#include <ksqldb/result_stream.h>
#include <ksqldb/row.h>
#include <ksqldb/stream_iterator.h>

#include <functional>
#include <string_view>
#include <utility>

namespace ksqldb {

/// @addtogroup queries
/// @{

/// The lines of a PRINT, which the program asks for: Client::streamLines(). Everything that
/// result_stream.h says of ResultStream holds, with lines in place of rows and without a header.
/// Next::Row means that there is a line. Move-only. *thread-bound*, save cancel() and statistics().
///
///     for (std::string_view line : client.streamLines("PRINT 'orders' FROM BEGINNING LIMIT 3;"))
///         std::cout << line << '\n';
class LineStream {
public:
    /// Blocks for the next line. False: the end, see ending(). A PRINT that failed throws its Error
    /// once, after its last line. The text lives until the next call of next().
    [[nodiscard]] bool next(std::string_view& line) {
        return take(line, [&](RowView& row) { return stream_.next(row); }) == Next::Row;
    }
    /// The same with a limit; 0 asks only for what has come.
    [[nodiscard]] Next next(std::string_view& line, milliseconds limit) {
        return take(line, [&](RowView& row) { return stream_.next(row, limit); });
    }

    /// These members are those of ResultStream.
    void notifyWhenReady(std::function<void()> wake) { stream_.notifyWhenReady(std::move(wake)); }
    bool isComplete() const { return stream_.isComplete(); }
    const Ending& ending() const& { return stream_.ending(); }
    const Ending& ending() && = delete;
    /// How many lines went which way.
    RowCounts counts() const noexcept { return stream_.counts(); }
    QueryStatistics statistics() const noexcept { return stream_.statistics(); }
    void cancel() noexcept { stream_.cancel(); }

    /// Iterates over the lines, once. Advancing blocks and throws like next().
    using iterator = detail::StreamIterator<LineStream, std::string_view>;
    iterator begin() { return iterator(this); }
    iterator end() noexcept { return {}; }

private:
    friend class Client;
    friend iterator;
    explicit LineStream(ResultStream stream) : stream_(std::move(stream)) {}

    bool advance() { return next(current_); }
    const std::string_view& current() const noexcept { return current_; }

    template <class GetNext>
    static Next take(std::string_view& line, GetNext getNext) {
        RowView row;
        const Next found = getNext(row);
        if (found == Next::Row) line = row[0].asString();
        return found;
    }

    ResultStream stream_;
    std::string_view current_;  // the iterator's
};

/// @}

}  // namespace ksqldb
