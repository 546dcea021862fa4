#include "row_builder.h"

#include <ksqldb/result.h>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

std::vector<std::string> textsOf(const QueryResult& result) {
    std::vector<std::string> texts;
    for (const RowView row : result) texts.push_back(row.get<std::string>(0));
    return texts;
}

QueryResult threeBatches() {
    const char* const schema = "`A` STRING";
    const BuiltRows first(schema, {R"(["a"])", R"(["b"])"});
    const BuiltRows second(schema, {R"(["c"])"});
    const BuiltRows third(schema, {R"(["d"])", R"(["e"])", R"(["f"])"});
    return QueryResult(Header("q1", first[0].schema()),
                       {first.batch(), second.batch(), third.batch()}, Ending(Ending::Kind::LimitReached));
}

TEST(QueryResult, ADefaultOneIsEmpty) {
    const QueryResult result;
    EXPECT_TRUE(result.empty());
    EXPECT_EQ(result.size(), 0U);
    EXPECT_TRUE(result.begin() == result.end());
    EXPECT_EQ(result.schema().size(), 0U);
    EXPECT_FALSE(result.header().queryId());
    EXPECT_EQ(result.ending().kind(), Ending::Kind::Finished);
}

TEST(QueryResult, IsTheRangeOverAllItsBatches) {
    const QueryResult result = threeBatches();
    EXPECT_EQ(result.size(), 6U);
    EXPECT_FALSE(result.empty());
    EXPECT_EQ(textsOf(result), (std::vector<std::string>{"a", "b", "c", "d", "e", "f"}));
    EXPECT_EQ(result.header().queryId(), "q1");
    EXPECT_EQ(result.schema().text(), "`A` STRING");
    EXPECT_EQ(result.ending().kind(), Ending::Kind::LimitReached);
}

TEST(QueryResult, RowsByIndex) {
    const QueryResult result = threeBatches();
    const std::string all = "abcdef";
    for (std::size_t i = 0; i < all.size(); ++i)
        EXPECT_EQ(result[i][0].asString(), all.substr(i, 1)) << i;
    for (const std::size_t i : {std::size_t{6}, static_cast<std::size_t>(-1)}) {
        try {
            static_cast<void>(result[i]);
            ADD_FAILURE() << "no error for row " << i;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::OutOfRange);
        }
    }
    EXPECT_THROW(static_cast<void>(QueryResult()[0]), Error);
}

TEST(QueryResult, CopiesShareTheRows) {
    std::optional<QueryResult> result = threeBatches();
    const QueryResult copy = *result;
    const RowView row = (*result)[3];
    result.reset();
    EXPECT_EQ(row[0].asString(), "d");
    EXPECT_EQ(copy.size(), 6U);
}

TEST(QueryResult, IteratorsCanBeComparedAndKept) {
    const QueryResult result = threeBatches();
    auto at = result.begin();
    const auto before = at++;
    EXPECT_TRUE(before == result.begin());
    EXPECT_TRUE(at != before);
    EXPECT_EQ((*before)[0].asString(), "a");
    EXPECT_EQ((*at)[0].asString(), "b");
    EXPECT_EQ(std::distance(result.begin(), result.end()), 6);
}

}  // namespace
}  // namespace ksqldb::test
