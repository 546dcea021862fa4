#include "transport/chunked_body.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {
namespace {

using transport::ChunkedBody;

struct Read {
    std::string body;
    std::size_t chunks;
    bool hasEnded;
    std::size_t trailerBytes;
    std::size_t trailerLines = 1;

    bool operator==(const Read&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Read& read) {
    return out << '"' << read.body << "\", " << read.chunks << " chunks, ended: " << read.hasEnded
               << ", " << read.trailerBytes << " in " << read.trailerLines;
}

/// In pieces of so many bytes, the first one of another length.
Read readIn(std::string_view bytes, std::size_t first, std::size_t size) {
    ChunkedBody chunks;
    std::string body;
    for (std::size_t next = first; !bytes.empty(); next = size) {
        const std::string_view piece = bytes.substr(0, next);
        // To the byte, for sanitizers.
        const std::vector<char> in(piece.begin(), piece.end());
        std::vector<char> out(piece.size());
        body.append(out.data(), chunks.read({in.data(), in.size()}, out.data()));
        bytes.remove_prefix(piece.size());
    }
    return {body, chunks.count(), chunks.hasEnded(), chunks.trailerBytes(), chunks.trailerLines()};
}

/// In one piece, and in all others.
Read readAll(std::string_view bytes) {
    const Read whole = readIn(bytes, bytes.size(), bytes.size());
    for (std::size_t first = 1; first <= bytes.size(); ++first)
        for (const std::size_t size :
             {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, bytes.size()})
            EXPECT_EQ(readIn(bytes, first, size), whole) << first << ' ' << size;
    return whole;
}

TEST(ChunkedBody, HoldsWhatItsChunksHold) {
    EXPECT_EQ(readAll("5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n"),
              (Read{"hello world", 4, true, 2}));
    EXPECT_EQ(readAll("0\r\n\r\n"), (Read{"", 1, true, 2}));
    EXPECT_EQ(readAll(""), (Read{"", 0, false, 0, 0}));
}

TEST(ChunkedBody, TakesLineEndsAndAnythingElseWithinAChunk) {
    EXPECT_EQ(readAll("6\r\n\r\n0\r\n\n\r\n0\r\n\r\n"), (Read{"\r\n0\r\n\n", 2, true, 2}));
}

TEST(ChunkedBody, SizesAreHexadecimalInEitherCase) {
    const std::string text(0x1Ab, 'x');
    EXPECT_EQ(readAll("1aB\r\n" + text + "\r\n01Ab\r\n" + text + "\r\n"),
              (Read{text + text, 2, false, 0, 0}));
    EXPECT_EQ(readAll("0000000000000001\r\nx\r\n"), (Read{"x", 1, false, 0, 0}));
    EXPECT_EQ(readAll("FFFFFFFFFFFFFFFF\r\nx\r\n"), (Read{"x\r\n", 1, false, 0, 0}));
}

TEST(ChunkedBody, ExtensionsAreLeftOut) {
    EXPECT_EQ(readAll("2;a=1;b=\"x\"\r\nok\r\n2 \r\nay\r\n0;z\r\n\r\n"),
              (Read{"okay", 3, true, 2}));
}

TEST(ChunkedBody, ABareLineFeedEndsALineAsLibcurlTakesIt) {
    EXPECT_EQ(readAll("2\nok\n2\r\nay\n0\n\n"), (Read{"okay", 3, true, 1}));
}

TEST(ChunkedBody, TrailersAreCountedAndLeftOut) {
    EXPECT_EQ(readAll("2\r\nok\r\n0\r\nX: 5\r\n5\r\nhello\r\n\r\n"), (Read{"ok", 2, true, 18, 4}));
}

TEST(ChunkedBody, NothingFollowsWhatIsNoChunk) {
    for (const char* const wrong :
         {"x\r\n", "\r\n", ";\r\n", "-1\r\nz", "00000000000000001\r\nz\r\n", " 1\r\nz\r\n"})
        EXPECT_EQ(readAll("2\r\nok\r\n" + std::string(wrong) + "1\r\nz\r\n0\r\n\r\n"),
                  (Read{"ok", 1, false, 0, 0}))
            << wrong;
    EXPECT_EQ(readAll("2\r\nokay\r\n0\r\n\r\n"), (Read{"ok", 1, false, 0, 0}));
}

TEST(ChunkedBody, ACutOneHasNotEnded) {
    const std::string all = "2\r\nok\r\n0\r\n\r\n";
    for (std::size_t size = 0; size < all.find("0\r\n") + 3; ++size)
        EXPECT_FALSE(readAll(std::string_view(all).substr(0, size)).hasEnded) << size;
}

}  // namespace
}  // namespace ksqldb::test
