#include "protocol/answer_check.h"
#include "values/json_tree.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace ksqldb::protocol {
namespace {

std::string list(std::size_t count) {
    std::string text = "[";
    for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "{\"a\":[1,2,3]}" : ",{}";
    return text + "]";
}

std::string levels(std::size_t count) { return std::string(count, '[') + std::string(count, ']'); }

void expectBeyond(std::string body, const AnswerLimits& limits, ErrorCode code, const char* name) {
    const auto error = checkAnswer(body, limits);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), code) << error->what();
    EXPECT_EQ(error->limitName(), name);
    EXPECT_NE(std::string(error->what()).find(name), std::string::npos) << error->what();
}

TEST(CheckAnswer, CountsTheElementsOfTheList) {
    AnswerLimits limits;
    limits.entities = 3;
    for (std::string body : {list(0), list(3), std::string("{\"a\":[1,2,3,4]}"), std::string("[[")})
        EXPECT_FALSE(checkAnswer(body, limits)) << body;
    expectBeyond(list(4), limits, ErrorCode::TooManyEntities, "maxEntities");
    expectBeyond("[1,2,null,true", limits, ErrorCode::TooManyEntities, "maxEntities");
}

TEST(CheckAnswer, BoundsTheLevels) {
    for (const std::size_t nesting : {1U, 64U, 256U}) {
        AnswerLimits limits;
        limits.nesting = nesting;
        std::string most = levels(3 * nesting + 8);
        EXPECT_FALSE(checkAnswer(most, limits)) << nesting;
        EXPECT_TRUE(values::JsonTree::parse(most)) << nesting;
        expectBeyond(levels(3 * nesting + 9), limits, ErrorCode::NestingTooDeep, "maxNesting");
    }
    expectBeyond(std::string(5'000'000, '['), {}, ErrorCode::NestingTooDeep, "maxNesting");
}

TEST(CheckAnswer, RefusesOrReplacesWhatIsNoText) {
    std::string body = "[{\"\xFF\":\"\\uDC00\"}]";
    const auto error = checkAnswer(body, {});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::MalformedResponse);
    EXPECT_STREQ(error->what(), "the answer is not UTF-8");
    AnswerLimits replaces;
    replaces.replacesInvalidUtf8 = true;
    EXPECT_FALSE(checkAnswer(body, replaces));
    EXPECT_EQ(body, "[{\"\xEF\xBF\xBD\":\"\\uFFFD\"}]");
}

}  // namespace
}  // namespace ksqldb::protocol
