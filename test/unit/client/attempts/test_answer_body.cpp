#include "client/attempts/answer_body.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace ksqldb::test {
namespace {

TEST(AnswerBody, AnErrorsIsCutAtItsLimit) {
    std::string body;
    EXPECT_TRUE(client::appendUpTo(body, "abc", 4));
    EXPECT_FALSE(client::appendUpTo(body, "de", 4));
    EXPECT_EQ(body, "abcd");
    EXPECT_FALSE(client::appendUpTo(body, "f", 4));
    EXPECT_EQ(body, "abcd");
    EXPECT_FALSE(client::appendUpTo(body, "f", 2)) << "of a limit that is smaller now";
    EXPECT_EQ(body, "abcd");
}

TEST(AnswerBody, AnotherIsWholeOrAnError) {
    std::string body;
    EXPECT_FALSE(client::appendWhole(body, "abc", 4));
    EXPECT_FALSE(client::appendWhole(body, "d", 4));
    const auto error = client::appendWhole(body, "e", 4);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::TooManyBytes);
    EXPECT_EQ(error->limitName(), "maxAnswerBytes");
    EXPECT_EQ(body, "abcd");
    EXPECT_FALSE(client::appendWhole(body, "e", std::numeric_limits<std::size_t>::max()));
    EXPECT_TRUE(client::appendWhole(body, "fghijk", 3));
}

}  // namespace
}  // namespace ksqldb::test
