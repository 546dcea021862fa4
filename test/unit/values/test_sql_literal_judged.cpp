// What SQLite reads of a literal is the value that it was made of.
#include "unit/sqlite_oracle.h"
#include "values/sql_literal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace ksqldb::values {
namespace {

using test::SqliteOracle;
using Cell = SqliteOracle::Cell;

/// Characters that mean something to SQL, to ksqlDB, or to nobody.
std::string randomText(std::mt19937_64& random) {
    static const std::vector<std::string> parts{
        "'", "''", "\"", "`",  "\\",   ";",    "--",           "/*",          "*/", "${", "}", "$",
        "{", ":-", "?",  ":a", "\n",   "\r",   "\t",           "%",           "_",  "a",  "Z", "0",
        " ", "é",  "漢", "😀",  "\x01", "\x7F", "\xE2\x80\xA8", "\xEF\xBB\xBF"};
    std::string text;
    for (auto n = random() % 24; n > 0; --n) text += parts[random() % parts.size()];
    return text;
}

TEST(SqlLiteralJudged, Texts) {
    SqliteOracle sqlite;
    std::mt19937_64 random(7);
    for (int i = 0; i < 5'000; ++i) {
        const std::string text = randomText(random);
        const std::string literal = sqlLiteral(text);
        ASSERT_EQ(sqlite.valueOf(literal), Cell(text)) << literal;
        ASSERT_EQ(literal.find("${"), std::string::npos) << literal;
    }
}

TEST(SqlLiteralJudged, Integers) {
    SqliteOracle sqlite;
    std::mt19937_64 random(7);
    std::vector<std::int64_t> values{0, -1, std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min()};
    for (int i = 0; i < 5'000; ++i)
        values.push_back(static_cast<std::int64_t>(random()) >> (random() % 64));
    for (const std::int64_t value : values)
        ASSERT_EQ(sqlite.valueOf(sqlLiteral(value)), Cell(value)) << value;
}

TEST(SqlLiteralJudged, Doubles) {
    SqliteOracle sqlite;
    for (const double value : {0.0, 1.0, -1.0, 0.1, 0.5, 1e10, -1e-10, 123456.789, 1e15, 1e22})
        EXPECT_EQ(sqlite.valueOf(sqlLiteral(value)), Cell(value)) << value;
    std::mt19937_64 random(7);
    for (int i = 0; i < 5'000; ++i) {
        double value = 0;
        const std::uint64_t bits = random();
        std::memcpy(&value, &bits, sizeof value);
        if (!std::isnormal(value)) continue;
        const Cell cell = sqlite.valueOf(sqlLiteral(value));
        ASSERT_TRUE(std::holds_alternative<double>(cell)) << sqlLiteral(value);
        // SQLite's own reading may be a bit off in the last places; to the bit is a test of its
        // own.
        ASSERT_NEAR(std::get<double>(cell) / value, 1, 1e-14) << sqlLiteral(value);
    }
}

TEST(SqlLiteralJudged, NullAndBooleans) {
    SqliteOracle sqlite;
    EXPECT_EQ(sqlite.valueOf(sqlLiteral(nullptr)), Cell(nullptr));
    EXPECT_EQ(sqlite.valueOf(sqlLiteral(true)), Cell(std::int64_t{1}));
    EXPECT_EQ(sqlite.valueOf(sqlLiteral(false)), Cell(std::int64_t{0}));
}

TEST(SqlLiteralJudged, DecimalsAreNumbers) {
    SqliteOracle sqlite;
    EXPECT_EQ(sqlite.valueOf(sqlLiteral(Decimal("5"))), Cell(5.0));
    EXPECT_EQ(sqlite.valueOf(sqlLiteral(Decimal("-0.25"))), Cell(-0.25));
}

}  // namespace
}  // namespace ksqldb::values
