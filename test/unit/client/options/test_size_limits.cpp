#include "client/options/size_limits.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <string>

namespace ksqldb::test {
namespace {

using client::SizeLimits;

/// The name in the refusal; empty: none.
std::string refusal(const SizeLimits& limits) {
    try {
        limits.check();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        const std::string what = error.what();
        return what.substr(0, what.find(' '));
    }
    return "";
}

TEST(SizeLimits, DefaultsPass) { EXPECT_EQ(refusal({}), ""); }

TEST(SizeLimits, AreNeitherZeroNorBeyondWhatCanBeKept) {
    struct Case {
        std::size_t SizeLimits::*limit;
        const char* name;
        std::size_t most;
    };
    for (const Case& one :
         {Case{&SizeLimits::lineBytes, "maxLineBytes", client::mostLineBytes},
          Case{&SizeLimits::headBytes, "maxHeadBytes", 256 << 10},
          Case{&SizeLimits::headLines, "maxHeadLines", 256 << 10},
          Case{&SizeLimits::columns, "maxColumns", client::mostBytes},
          Case{&SizeLimits::nesting, "maxNesting", 256},
          Case{&SizeLimits::errorBodyBytes, "maxErrorBodyBytes", client::mostBytes},
          Case{&SizeLimits::answerBytes, "maxAnswerBytes", client::mostBytes},
          Case{&SizeLimits::entities, "maxEntities", client::mostBytes}}) {
        SizeLimits limits;
        limits.*one.limit = one.most;
        EXPECT_EQ(refusal(limits), "") << one.name;
        for (const std::size_t wrong : {std::size_t{0}, one.most + 1}) {
            limits.*one.limit = wrong;
            EXPECT_EQ(refusal(limits), one.name);
        }
    }
}

}  // namespace
}  // namespace ksqldb::test
