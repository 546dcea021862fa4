// The lines of PRINT: from the pieces of a body to rows of one STRING column.
#include "protocol/response_reader.h"
#include "protocol/row_decoder.h"

#include <ksqldb/row.h>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {
namespace {

using protocol::Batch;
using protocol::Content;
using protocol::ResponseReader;
using protocol::RowDecoder;

struct Read {
    std::vector<std::string> lines;
    int headers = 0;
    std::optional<Error> error;
};

/// A batch a piece, as in quiet times.
Read read(const std::vector<std::string_view>& pieces, bool isWhole = true,
          std::size_t maxLineBytes = 100) {
    Read read;
    ResponseReader reader({maxLineBytes}, Content::Lines);
    RowDecoder decoder;
    std::uint64_t rows = 0;
    const auto batch = std::make_shared<Batch>();
    const auto take = [&] {
        const std::shared_ptr<Batch> taken = reader.takeBatch();
        decoder.ensureDecoded(*taken, rows);
        rows += taken->lineCount();
        if (taken->header) ++read.headers;
        for (std::uint32_t i = 0; i < taken->rowCount; ++i)
            read.lines.emplace_back(taken->row(i)["LINE"].asString());
        if (taken->error && !read.error) read.error = taken->error;
        taken->recycle();
    };
    bool goesOn = true;
    for (const std::string_view piece : pieces) {
        reader.setBatch(batch);
        goesOn = goesOn && reader.feed(piece);
        take();
    }
    reader.setBatch(batch);
    const Ending ending = goesOn ? reader.finish(isWhole) : Ending(*reader.error());
    take();
    EXPECT_EQ(reader.rows(), rows);
    if (ending.error() != nullptr && !read.error) read.error = *ending.error();
    return read;
}

// Lines that would mean something in the answer to a query are only text here.
const std::string body =
    "rowtime: 1, key: bob, value: {\"A\":\"\xC3\xA9\\n\"}, partition: 0\n"
    "[1,2]\n"
    "\n"
    "  {\"@type\":\"generic_error\",\"error_code\":50000,\"message\":\"m\"} \r\n"
    "\xEF\xBB\xBFKey format: KAFKA_STRING\n";
const std::vector<std::string> lines{
    "rowtime: 1, key: bob, value: {\"A\":\"\xC3\xA9\\n\"}, partition: 0", "[1,2]",
    "  {\"@type\":\"generic_error\",\"error_code\":50000,\"message\":\"m\"} \r",
    "\xEF\xBB\xBFKey format: KAFKA_STRING"};

TEST(PlainLines, AreTheSameUnderEverySplit) {
    const std::string_view all = body;
    for (std::size_t first = 0; first <= all.size(); ++first)
        for (std::size_t second = first; second <= all.size(); ++second) {
            const Read got =
                read({all.substr(0, first), all.substr(first, second - first), all.substr(second)});
            ASSERT_EQ(got.lines, lines) << first << ", " << second;
            ASSERT_FALSE(got.error);
            ASSERT_EQ(got.headers, 1);
        }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < all.size(); ++i) bytes.push_back(all.substr(i, 1));
    EXPECT_EQ(read(bytes).lines, lines);
}

TEST(PlainLines, NoneAreAWholeAnswer) {
    for (const std::string_view none : {"", "\n", "\n\n\n"}) {
        const Read got = read({none});
        EXPECT_FALSE(got.error);
        EXPECT_TRUE(got.lines.empty());
        EXPECT_EQ(got.headers, 1);
    }
}

TEST(PlainLines, TheLastOneMayLackItsEnd) {
    EXPECT_EQ(read({"a\nb"}).lines, (std::vector<std::string>{"a", "b"}));
}

TEST(PlainLines, ACutAnswerIsNoEndAndHalfALineIsNone) {
    for (const std::string_view cut : {"a\nb", "a\nb\n", ""}) {
        const Read got = read({cut}, false);
        ASSERT_TRUE(got.error) << cut;
        EXPECT_EQ(got.error->code(), ErrorCode::TruncatedResponse);
        EXPECT_EQ(got.lines.size(), cut.empty() ? 0U : cut.size() - 2);
    }
}

TEST(PlainLines, AreBounded) {
    const std::string longest(100, 'x');
    EXPECT_EQ(read({longest, "\n"}).lines, std::vector<std::string>{longest});
    for (const std::vector<std::string_view>& pieces :
         {std::vector<std::string_view>{"a\n", longest, "x\n"}, {"a\n", longest, "x"}}) {
        const Read got = read(pieces);
        ASSERT_TRUE(got.error);
        EXPECT_EQ(got.error->code(), ErrorCode::LineTooLong);
        EXPECT_EQ(got.lines, std::vector<std::string>{"a"});
    }
}

TEST(PlainLines, AreUtf8UpToTheWrongOne) {
    const Read got = read({"a\n", "b\nc\xFF\nd\n"});
    ASSERT_TRUE(got.error);
    EXPECT_EQ(got.error->code(), ErrorCode::MalformedResponse);
    EXPECT_NE(std::string(got.error->what()).find("line 3 "), std::string::npos)
        << got.error->what();
    EXPECT_EQ(got.lines, (std::vector<std::string>{"a", "b"}));
}

TEST(PlainLines, MayHoldAZeroByte) {
    using namespace std::string_literals;
    EXPECT_EQ(read({"a\0b\n\0\n"s}).lines, (std::vector<std::string>{"a\0b"s, "\0"s}));
}

}  // namespace
}  // namespace ksqldb::test
