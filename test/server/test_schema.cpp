#include "recorded_sources.h"
#include "schema.h"
#include "test_recordings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace ksqldb::server {
namespace {

TEST(Schema, IsReadAsItIsDeclared) {
    const auto columns = parsedColumns(
        "id VARCHAR KEY, `Mixed ``case` int primary key,\n price DECIMAL( 9,2 ), "
        "tags ARRAY<STRING>, m MAP<STRING, STRUCT<`x` BIGINT, y DEC(4,1)>>, \"q\" timestamp");
    ASSERT_EQ(columns.size(), 6u);
    EXPECT_EQ(columns[0].name, "ID");
    EXPECT_TRUE(columns[0].key);
    EXPECT_EQ(columns[0].type.text(), "STRING");
    EXPECT_EQ(columns[1].name, "Mixed `case");
    EXPECT_TRUE(columns[1].key);
    EXPECT_EQ(columns[1].type.text(), "INTEGER");
    EXPECT_FALSE(columns[2].key);
    EXPECT_EQ(columns[2].type.text(), "DECIMAL(9, 2)");
    EXPECT_EQ(columns[3].type.text(), "ARRAY<STRING>");
    EXPECT_EQ(columns[4].type.text(), "MAP<STRING, STRUCT<`x` BIGINT, `Y` DECIMAL(4, 1)>>");
    EXPECT_EQ(columns[5].name, "q");
    EXPECT_EQ(columns[5].type.text(), "TIMESTAMP");
    for (const char* bad : {"", "a", "a NOPE", "a INT,", "a INT b", "a ARRAY<INT", "`a INT",
                            "a DECIMAL(9)", "a MAP<INT>", "\xC3\xA4 INT"}) {
        EXPECT_THROW(parsedColumns(bad), std::invalid_argument) << bad;
    }
}

TEST(Schema, NamesAreInUpperCaseUnlessQuoted) {
    EXPECT_EQ(identifierName("user_id"), "USER_ID");
    EXPECT_EQ(identifierName("`user_id`"), "user_id");
    EXPECT_EQ(identifierName("\"a\"\"b\""), "a\"b");
    for (const char* bad : {"", "a b", "`a", "`", "`a`b`", "a`", "\xC3\xA4"}) {
        EXPECT_THROW(identifierName(bad), std::invalid_argument) << bad;
    }
}

TEST(Schema, IsKnownOfRecordedSources) {
    const auto sources = recordedSources(recordings());
    const auto named = [&](const std::string& name) {
        const auto found = std::find_if(sources.begin(), sources.end(),
                                        [&](const auto& source) { return source.name == name; });
        return found == sources.end() ? Source{} : *found;
    };
    const auto orders = named("ORDERS");
    ASSERT_EQ(orders.columns.size(), 4u);
    EXPECT_TRUE(orders.columns[0].key);
    EXPECT_EQ(orders.columns[3].type.text(), "DECIMAL(9, 2)");
    EXPECT_EQ(named("RATINGS").columns.size(), 6u);
    const auto every = named("EVERY_TYPE");
    EXPECT_TRUE(every.columnsKnown);
    ASSERT_NE(every.find("ST"), nullptr);
    EXPECT_EQ(every.find("ST")->type.base, SqlType::Base::Struct);
    EXPECT_TRUE(named("ORDERS_PER_MINUTE").windowed);
    EXPECT_FALSE(named("RATINGS_BY_USER").columnsKnown);
    EXPECT_EQ(named("ORDERS_BY_USER").name, "ORDERS_BY_USER");
}

}  // namespace
}  // namespace ksqldb::server
