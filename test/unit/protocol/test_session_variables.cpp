#include "protocol/session_variables.h"

#include <gtest/gtest.h>

namespace ksqldb::protocol {
namespace {

TEST(SessionVariables, StandForTheirTexts) {
    const SessionVariables variables{{"Env", "dev"}, {"empty", ""}, {"money", "$"}};
    const auto filled = [&](std::string_view text) { return withVariables(text, variables); };
    EXPECT_EQ(filled("${Env}"), "dev");
    EXPECT_EQ(filled("a ${ENV}-${env} b"), "a dev-dev b") << "the same in capitals or not";
    EXPECT_EQ(filled("<${empty}>"), "<>");
    EXPECT_EQ(filled("${never} ${Env}"), "${never} dev") << "what is not known stays";
    EXPECT_EQ(filled("$${Env} ${Env}"), "${Env} dev") << "two signs stand for one";
    EXPECT_EQ(filled("${money}${Env}"), "$dev");
    for (const std::string_view text : {"", "$", "${", "${Env", "$Env}", "{Env}", "${}"})
        EXPECT_EQ(filled(text), text);
}

}  // namespace
}  // namespace ksqldb::protocol
