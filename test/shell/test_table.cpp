// Tables and CSV, as text.
#include "csv.h"
#include "table.h"
#include "text_width.h"

#include <gtest/gtest.h>

namespace shell {
namespace {

const Grid names{{{"ID", true}, {"NAME"}},
                 {{"1", "漢字"}, {"20", std::nullopt}, {"3", "e\u0301\n"}}};

std::string tableOf(const Grid& grid, std::size_t limit) {
    const auto widths = fitted(naturalWidths(grid), limit);
    if (!widths) return "too narrow";
    const Table table(grid.columns, *widths, limit != 0);
    std::string out = table.heading();
    for (const auto& row : grid.rows) out += table.row(row);
    return out + table.rule();
}

TEST(Table, IsAlignedByWhatIsSeen) {
    useUtf8Locale();
    EXPECT_EQ(tableOf(names, 0),
              "+----+------+\n"
              "| ID | NAME |\n"
              "+----+------+\n"
              "|  1 | 漢字 |\n"
              "| 20 | null |\n"
              "|  3 | e\u0301\\n  |\n"
              "+----+------+\n");
}

TEST(Table, GivesTheWidestColumnsLess) {
    using Widths = std::vector<std::size_t>;
    EXPECT_EQ(fitted({5, 10}, 0), (Widths{5, 10}));
    EXPECT_EQ(fitted({5, 10}, 22), (Widths{5, 10}));
    EXPECT_EQ(fitted({5, 10}, 21), (Widths{5, 9}));
    EXPECT_EQ(fitted({50, 5, 50}, 41), (Widths{13, 5, 13}));
    EXPECT_EQ(fitted({50, 5, 50}, 40), (Widths{13, 5, 12}));
    EXPECT_EQ(fitted({50, 1, 50}, 17), (Widths{3, 1, 3}));
    EXPECT_EQ(fitted({50, 1, 50}, 16), std::nullopt);
}

TEST(Table, FillsTheTerminalAndNotMore) {
    useUtf8Locale();
    const Grid grid{{{"A", true}, {"TEXT"}},
                    {{"1", std::string(100, 'x')}, {"2", "漢字漢字漢字漢字"}}};
    EXPECT_EQ(tableOf(grid, 20),
              "+---+--------------+\n"
              "| A | TEXT         |\n"
              "+---+--------------+\n"
              "| 1 | xxxxxxxxxxx… |\n"
              "| 2 | 漢字漢字漢…  |\n"
              "+---+--------------+\n");
}

TEST(Table, ThatIsNotCutPushesTheRestOfTheRow) {
    const Table table({{"A"}, {"B"}}, {1, 1}, false);
    EXPECT_EQ(table.row({"long", "b"}), "| long | b |\n");
}

TEST(VerticalRecord, HasALineForEachValue) {
    EXPECT_EQ(verticalRecord({{"A"}, {"LONG"}}, {"1", std::nullopt}, 7, 0),
              "-[ 7 ]-\nA    | 1\nLONG | null\n");
    EXPECT_EQ(verticalRecord({{"A"}}, {"123456789"}, 1, 8), "-[ 1 ]-\nA | 123…\n");
}

TEST(Csv, IsAsTheRfcHasIt) {
    EXPECT_EQ(csvRecord({"a", "b"}), "a,b\r\n");
    EXPECT_EQ(csvRecord({"a,b", "say \"hi\"", "two\nlines", "cr\r"}),
              "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"cr\r\"\r\n");
    EXPECT_EQ(csvRecord({std::nullopt, "", "x"}), ",\"\",x\r\n");
    EXPECT_EQ(csvHeading({{"A"}, {"my, name"}}), "A,\"my, name\"\r\n");
}

TEST(JsonString, EscapesWhatJsonForbids) {
    EXPECT_EQ(jsonString("a\"b\\c\n\t\r"), R"("a\"b\\c\n\t\r")");
    EXPECT_EQ(jsonString("\x01\x1A\x1F"), R"("\u0001\u001a\u001f")");
    EXPECT_EQ(jsonString("漢"), "\"漢\"");
}

}  // namespace
}  // namespace shell
