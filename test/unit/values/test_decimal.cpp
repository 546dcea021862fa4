#include <ksqldb/error.h>
#include <ksqldb/value.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {
namespace {

TEST(Decimal, KeepsItsDigits) {
    const std::string_view plain[] = {"0",
                                      "7",
                                      "1.10",
                                      "0.00",
                                      "-99.9",
                                      "10.10",
                                      "0.0000000001",
                                      "-9999999999999999999999999999.9999999999",
                                      "100",
                                      "-0.05",
                                      "99999999999999999999999999999999999999"};
    for (const std::string_view text : plain) EXPECT_EQ(Decimal(text).toString(), text);
    EXPECT_EQ(Decimal().toString(), "0");
    EXPECT_FALSE(Decimal("1.10").mayBeRounded());
}

TEST(Decimal, DropsWhatSaysNothing) {
    EXPECT_EQ(Decimal("+1.5").toString(), "1.5");
    EXPECT_EQ(Decimal("007").toString(), "7");
    EXPECT_EQ(Decimal("000").toString(), "0");
    EXPECT_EQ(Decimal("00.50").toString(), "0.50");
    EXPECT_EQ(Decimal("-007.0").toString(), "-7.0");
    EXPECT_EQ(Decimal("-0").toString(), "0");
    EXPECT_EQ(Decimal("-0.00").toString(), "0.00");
}

TEST(Decimal, WritesExponentsOut) {
    EXPECT_EQ(Decimal("1.2345678900123458E9").toString(), "1234567890.0123458");
    EXPECT_EQ(Decimal("1.2345678901234567E19").toString(), "12345678901234567000");
    EXPECT_EQ(Decimal("1.0E10").toString(), "10000000000");
    EXPECT_EQ(Decimal("1.0E-5").toString(), "0.000010");
    EXPECT_EQ(Decimal("1e+2").toString(), "100");
    EXPECT_EQ(Decimal("-12.5e1").toString(), "-125");
    EXPECT_EQ(Decimal("1.25E1").toString(), "12.5");
    EXPECT_EQ(Decimal("0E5").toString(), "0");
    EXPECT_EQ(Decimal("0.0E-2").toString(), "0.000");
    EXPECT_EQ(Decimal("1E007").toString(), "10000000");
    EXPECT_EQ(Decimal("1E1000").toString(), "1" + std::string(1000, '0'));
    EXPECT_EQ(Decimal("1E-1000").toString(), "0." + std::string(999, '0') + "1");
}

TEST(Decimal, RefusesOtherTexts) {
    const std::string_view broken[] = {
        "",    "-",    "+",   ".",     "-.5",    ".5",      "5.",
        "1.E", "abc",  "1a",  "1 ",    " 1",     "--1",     "+-1",
        "1E",  "1E+",  "1E-", "1E+-1", "1E--1",  "1E1.5",   "1.2.3",
        "1,5", "0x10", "NaN", "inf",   "1E1001", "1E-1001", "1E99999999999999999999",
        "E5",  "1E5 ", "１"};
    for (const std::string_view text : broken) {
        try {
            const Decimal decimal(text);
            ADD_FAILURE() << text << " became " << decimal.toString();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        }
    }
}

TEST(Decimal, CountsItsDigits) {
    struct Case {
        std::string_view text;
        int precision;
        int scale;
    };
    const Case cases[] = {
        {"0", 1, 0},    {"0.00", 1, 2},  {"0.05", 1, 2},
        {"1.10", 3, 2}, {"-1.10", 3, 2}, {"100", 3, 0},
        {"10.0", 3, 1}, {"0.10", 2, 2},  {"9999999999999999999999999999.9999999999", 38, 10}};
    for (const Case& c : cases) {
        EXPECT_EQ(Decimal(c.text).precision(), c.precision) << c.text;
        EXPECT_EQ(Decimal(c.text).scale(), c.scale) << c.text;
    }
}

TEST(Decimal, KnowsItsUnscaledValue) {
    EXPECT_EQ(Decimal("1.10").unscaled(), 110);
    EXPECT_EQ(Decimal("-0.05").unscaled(), -5);
    EXPECT_EQ(Decimal("0.00").unscaled(), 0);
    EXPECT_EQ(Decimal("0." + std::string(500, '0') + "7").unscaled(), 7);
    EXPECT_EQ(Decimal("92233720368547758.07").unscaled(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(Decimal("-9223372036854775808").unscaled(), std::numeric_limits<std::int64_t>::min());
    EXPECT_FALSE(Decimal("9223372036854775808").unscaled());
    EXPECT_FALSE(Decimal("-9223372036854775.809").unscaled());
    EXPECT_FALSE(Decimal("9999999999999999999999999999.9999999999").unscaled());
}

TEST(Decimal, IsTheNearestDouble) {
    EXPECT_EQ(Decimal("0.1").toDouble(), 0.1);
    EXPECT_EQ(Decimal("-1234567890.0123456789").toDouble(), -1234567890.0123456789);
    EXPECT_EQ(Decimal("9007199254740993").toDouble(), 9007199254740992.0);  // to even
    EXPECT_EQ(Decimal("0").toDouble(), 0.0);
    EXPECT_EQ(Decimal("1E308").toDouble(), 1e308);
    EXPECT_EQ(Decimal("1E309").toDouble(), std::numeric_limits<double>::infinity());
    EXPECT_EQ(Decimal("-1E309").toDouble(), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(Decimal("1E-400").toDouble(), 0.0);
    EXPECT_TRUE(std::signbit(Decimal("-1E-400").toDouble()));
}

TEST(Decimal, ComparesDigitsAndScale) {
    EXPECT_EQ(Decimal("1.10"), Decimal("+1.10"));
    EXPECT_EQ(Decimal("11E-1"), Decimal("1.1"));
    EXPECT_NE(Decimal("1.1"), Decimal("1.10"));
    EXPECT_EQ(Decimal("-0"), Decimal());
}

TEST(Decimal, IsOrderedByValueAndThenByScale) {
    const std::vector<Decimal> inOrder = {
        Decimal("-1E30"),  Decimal("-10"),  Decimal("-9.99"),
        Decimal("-1.10"),  Decimal("-1.1"), Decimal("-0.05"),
        Decimal("0"),      Decimal("0.00"), Decimal("0.0499999999999999999999999999"),
        Decimal("0.05"),   Decimal("1.1"),  Decimal("1.10"),
        Decimal("1.101"),  Decimal("1.2"),  Decimal("9.99"),
        Decimal("10.001"), Decimal("1E30"), Decimal("1000000000000000000000000000000.1")};
    for (std::size_t i = 0; i < inOrder.size(); ++i)
        for (std::size_t k = 0; k < inOrder.size(); ++k) {
            SCOPED_TRACE(inOrder[i].toString() + " and " + inOrder[k].toString());
            EXPECT_EQ(inOrder[i] < inOrder[k], i < k);
            EXPECT_EQ(inOrder[i] > inOrder[k], i > k);
            EXPECT_EQ(inOrder[i] <= inOrder[k], i <= k);
            EXPECT_EQ(inOrder[i] >= inOrder[k], i >= k);
        }
}

TEST(Decimal, IsPrinted) {
    std::ostringstream out;
    out << Decimal("-1.10");
    EXPECT_EQ(out.str(), "-1.10");
}

}  // namespace
}  // namespace ksqldb
