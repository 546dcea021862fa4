#include "protocol/request_body.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace ksqldb::test {
namespace {

using namespace ksqldb::protocol;
using Properties = NamedValues<PropertyValue>;
using Variables = NamedValues<std::string>;

TEST(RequestBody, OfAQueryWithoutSettingsIsOnlyTheStatement) {
    EXPECT_EQ(queryStreamBody({"SELECT 1;", {}, {}}), R"({"sql":"SELECT 1;"})");
}

TEST(RequestBody, PropertiesKeepTheirOrderAndType) {
    const Properties properties = {{"auto.offset.reset", "earliest"},
                                   {"ksql.query.push.v2.enabled", true},
                                   {"off", false},
                                   {"i", -5},
                                   {"least", std::numeric_limits<std::int64_t>::min()},
                                   {"most", std::numeric_limits<std::int64_t>::max()},
                                   {"d", 0.5},
                                   {"whole", 3.0},
                                   {"", ""}};
    EXPECT_EQ(
        queryStreamBody({"S;", properties, {}}),
        R"({"sql":"S;","properties":{"auto.offset.reset":"earliest",)"
        R"("ksql.query.push.v2.enabled":true,"off":false,"i":-5,)"
        R"("least":-9223372036854775808,"most":9223372036854775807,"d":0.5,"whole":3.0,"":""}})");
}

TEST(RequestBody, SessionVariablesAreTexts) {
    EXPECT_EQ(queryStreamBody({"S;", {}, {{"name", "O'Brien"}, {"n", "5"}}}),
              R"({"sql":"S;","sessionVariables":{"n":"5","name":"O'Brien"}})");
    EXPECT_EQ(queryStreamBody({"S;", {{"p", 1}}, {{"v", ""}}}),
              R"({"sql":"S;","properties":{"p":1},"sessionVariables":{"v":""}})");
}

TEST(RequestBody, HasPropertiesOfTheRequestItself) {
    EXPECT_EQ(queryStreamBody({"S;", {}, {}, {{"request.ksql.debug.request", true}}}),
              R"({"sql":"S;","requestProperties":{"request.ksql.debug.request":true}})");
}

TEST(RequestBody, EscapesWhatJsonWants) {
    const std::string sql = "a\"b\\c\nd\te" + std::string(1, '\0') + "f\x1F é 😀";
    EXPECT_EQ(
        queryStreamBody({sql, {{"k\"", "v\\"}}, {{"\n", "\r"}}}),
        "{\"sql\":\"a\\\"b\\\\c\\nd\\te\\u0000f\\u001F é 😀\",\"properties\":{\"k\\\"\":\"v\\\\\"},"
        "\"sessionVariables\":{\"\\n\":\"\\r\"}}");
    EXPECT_EQ(ksqlBody("TERMINATE \"x\";"), R"({"ksql":"TERMINATE \"x\";"})");
    EXPECT_EQ(closeQueryBody("a\\b"), R"({"queryId":"a\\b"})");
}

// RapidJSON 1.1's quick writer, for texts of 16 bytes and more, leaves some as they are.
TEST(RequestBody, EscapesEveryControlCharacterAnywhereInAText) {
    for (char c = 1; c < 0x20; ++c) {
        const std::string body = closeQueryBody(std::string(64, c));
        EXPECT_EQ(body.find(c), std::string::npos) << int{c};
    }
}

// ksqlDB answers null with an error 500, and numbers that JSON has no form for would break it.
TEST(RequestBody, NumbersWithoutJsonFormAreTexts) {
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(
        queryStreamBody(
            {"S;",
             {{"a", std::numeric_limits<double>::quiet_NaN()}, {"b", infinity}, {"c", -infinity}},
             {}}),
        R"({"sql":"S;","properties":{"a":"NaN","b":"Infinity","c":"-Infinity"}})");
}

TEST(NamedValues, ALaterValueReplacesAnEarlierOneInItsPlace) {
    Variables values;
    setNamed<std::string>(values, "a", "1");
    setNamed<std::string>(values, "b", "2");
    setNamed<std::string>(values, "a", "3");
    EXPECT_EQ(values, (Variables{{"a", "3"}, {"b", "2"}}));
}

TEST(PropertyValue, KeepsWhatItWasMadeFrom) {
    EXPECT_EQ(PropertyValue(true).get(), PropertyValue::Variant(true));
    EXPECT_EQ(PropertyValue(std::uint8_t{7}).get(), PropertyValue::Variant(std::int64_t{7}));
    EXPECT_EQ(PropertyValue(1.5F).get(), PropertyValue::Variant(1.5));
    // Not a pointer that is true.
    EXPECT_EQ(PropertyValue("text").get(), PropertyValue::Variant(std::string("text")));
}

}  // namespace
}  // namespace ksqldb::test
