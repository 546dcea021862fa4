#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ksqldb::transport {

/// The chunks of a body, and the bytes that they hold. ksqlDB sends a chunk a row, and libcurl,
/// were it to decode them, would call back for each. So it passes them on as they come; it still
/// walks through them, finds their end, and says what is wrong with them.
class ChunkedBody {
public:
    /// Writes what the chunks hold to `out`, where there is room for as many bytes as came. How
    /// many it wrote. After the end, and after what is no chunk, that is none.
    std::size_t read(std::string_view bytes, char* out) noexcept;

    /// How many chunks have begun.
    std::size_t count() const noexcept { return count_; }
    /// The last chunk has come.
    bool hasEnded() const noexcept { return state_ == State::Trailers; }
    /// How much came behind the last chunk.
    std::size_t trailerBytes() const noexcept { return trailerBytes_; }
    std::size_t trailerLines() const noexcept { return trailerLines_; }

private:
    enum class State : std::uint8_t { Size, SizeLine, Data, DataEnd, Trailers, Broken };

    /// Chunks that lie there from their first byte to their last one, as nearly all do.
    void readWhole(const char*& at, const char* end, char*& out) noexcept;
    // A byte at least; what follows.
    State readSize(const char*& at, const char* end) noexcept;
    State readSizeLine(const char*& at, const char* end) noexcept;
    State readData(const char*& at, const char* end, char*& out) noexcept;
    static State readDataEnd(const char*& at, const char* end) noexcept;

    State state_ = State::Size;
    unsigned digits_ = 0;     // of the size
    std::uint64_t left_ = 0;  // of the chunk; while its size is read, the size
    std::size_t count_ = 0;
    std::size_t trailerBytes_ = 0;
    std::size_t trailerLines_ = 0;
};

}  // namespace ksqldb::transport
