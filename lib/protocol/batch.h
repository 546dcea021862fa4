#pragma once
#include "values/row_block.h"
#include "values/row_store.h"

#include <ksqldb/header.h>
#include <ksqldb/stream_event.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::protocol {

/// A continuation token and the row of the batch before which it came.
struct TokenMark {
    std::uint32_t beforeRow;
    std::string token;
};

/// What happened to the query, and the row of the batch before which it did.
struct EventMark {
    std::uint32_t beforeRow;
    StreamEvent event;
};

/// How a batch's lines are read.
struct RowRules {
    std::size_t maxNesting = 64;       // of the values of a column
    bool replacesInvalidUtf8 = false;  // else it is an Error
};

/// What goes from the event loop to a consumer at once: perhaps the header, the lines of rows that
/// came in one round, perhaps the end. The lines are decoded in place, by whichever side
/// ensureDecoded() says; an error found there stands behind the rows before it, whoever decodes.
class Batch : public detail::RowBlock {
public:
    std::optional<Header> header;
    std::vector<TokenMark> tokens;
    std::vector<EventMark> events;
    std::uint64_t dropped = 0;   // rows before the first one that were not kept
    std::optional<Error> error;  // of decoding
    std::optional<Ending> end;
    std::string endpoint;  // where it and what follows comes from; empty: as before
    bool isPlain = false;  // the lines are texts, each a row of one STRING column, and no JSON
    RowRules rules;

    Batch() = default;
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    /// A row's line, without its line end.
    void addLine(std::string_view line) {
        const std::size_t needed = buffer_.size() + line.size() + 1 + parsedPadding;
        if (needed > buffer_.capacity()) buffer_.reserve(std::max(needed, 2 * buffer_.capacity()));
        lines_.push_back(static_cast<std::uint32_t>(buffer_.size()));
        buffer_.insert(buffer_.end(), line.begin(), line.end());
        buffer_.push_back('\0');
    }
    /// Before the row to come. Only the newest before a row matters, and only that is kept: rows
    /// bound their number.
    void addToken(std::string token);
    /// Before the row of this number. Of very many before one row, which only a consumer that takes
    /// none can bring together, the first one and the newest are kept.
    void addEvent(std::uint32_t beforeRow, StreamEvent event);
    /// Lines of another batch that is not decoded, from this one on.
    void addLinesOf(const Batch& other, std::uint32_t from);
    std::uint32_t lineCount() const noexcept { return static_cast<std::uint32_t>(lines_.size()); }
    std::size_t bytes() const noexcept { return buffer_.size() - grownBy_; }
    /// With the tokens, and with the cells once they were added.
    std::size_t heldBytes() const noexcept { return bytes() + tokenBytes_ + cellBytes_; }
    /// Adds the cells of a batch that is decoded to heldBytes(). How much that makes.
    std::size_t addCellBytes() noexcept;
    bool isEmpty() const noexcept {
        return lines_.empty() && tokens.empty() && events.empty() && !header && !end;
    }
    bool isDecoded() const noexcept { return decoded_; }
    /// Takes tombstones from among the decoded rows. How many there were.
    std::uint32_t removeTombstones();

    /// A copy of the decoded rows, which lives as long as the store.
    const detail::RowBlock& copyTo(values::RowStore& store) const;

    /// Makes it as new, but keeps its memory, where that is not much.
    void recycle();

    /// So many bytes behind its text RapidJSON may read, see rapidjson.h.
    static constexpr std::size_t parsedPadding = 15;

private:
    friend class RowDecoder;
    /// With U+FFFD for what is not UTF-8. False: it would be too much.
    bool replaceInvalidUtf8();

    std::vector<char> buffer_;          // the lines, each ended by a zero byte
    std::vector<std::uint32_t> lines_;  // where each begins
    std::vector<detail::Cell> cellStore_;
    std::vector<detail::RowEntry> rowStore_;
    std::uint32_t tombstones_ = 0;  // among the decoded rows
    std::size_t tokenBytes_ = 0;
    std::size_t cellBytes_ = 0;
    std::size_t grownBy_ = 0;  // by replacements, which nobody has sent
    bool decoded_ = false;
};

}  // namespace ksqldb::protocol
