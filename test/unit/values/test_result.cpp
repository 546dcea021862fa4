#include "row_builder.h"

#include <ksqldb/result.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <ranges>
#include <sstream>
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
                       {first.batch(), second.batch(), third.batch()},
                       Ending(Ending::Kind::LimitReached));
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
    EXPECT_EQ(result.schema().toString(), "`A` STRING");
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
    EXPECT_THROW(static_cast<void>(QueryResult().row(0)), Error);
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
    EXPECT_EQ(at->get<std::string>(0), "b");
}

TEST(QueryResult, IsARangeForwardsAndBackwards) {
    const QueryResult result = threeBatches();
    std::string backwards;
    for (auto at = result.end(); at != result.begin();) backwards += (*--at).get<std::string>(0);
    EXPECT_EQ(backwards, "fedcba");
    std::string first;
    std::ranges::for_each(result.begin(), std::ranges::next(result.begin(), 4),
                          [&](const RowView& row) { first += row.get<std::string>(0); });
    EXPECT_EQ(first, "abcd");
    static_assert(std::ranges::bidirectional_range<QueryResult>);
    static_assert(std::ranges::sized_range<QueryResult>);
    static_assert(!std::ranges::random_access_range<QueryResult>);  // it would be a search
}

TEST(QueryResult, GivesRowsThatOutliveIt) {
    const Row row = threeBatches().row(3);
    EXPECT_EQ(row["A"].asString(), "d");
    EXPECT_EQ(threeBatches().row(5).get<std::string>("A"), "f");
    EXPECT_EQ(threeBatches().header().queryId(), "q1");
    const Schema schema = threeBatches().schema();
    EXPECT_EQ(schema.toString(), "`A` STRING");
    EXPECT_THROW(static_cast<void>(threeBatches().row(6)), Error);
}

TEST(Ending, HasAText) {
    EXPECT_EQ(Ending().toString(), "Finished");
    EXPECT_EQ(Ending(Ending::Kind::LimitReached).toString(), "LimitReached");
    EXPECT_EQ(Ending(Error(ErrorCode::Cancelled, "why")).toString(), "Failed: why");
    std::ostringstream out;
    out << Ending::Kind::Cancelled << ' ' << Ending(Ending::Kind::Failed);
    EXPECT_EQ(out.str(), "Cancelled Failed");
    EXPECT_TRUE(threeBatches().ending() == Ending::Kind::LimitReached);
    EXPECT_TRUE(threeBatches().ending() != Ending::Kind::Finished);
}

}  // namespace
}  // namespace ksqldb::test
