#include "client/options/size_limits.h"

#include "base/require.h"

#include <string>

namespace ksqldb::client {

namespace {

void checkOne(const char* name, std::size_t value, std::size_t most, const char* mostInWords) {
    base::require(value > 0, (std::string(name) + " is 0").c_str());
    base::require(value <= most, (std::string(name) + " is above " + mostInWords).c_str());
}

}  // namespace

SizeLimits SizeLimits::with(std::size_t statementBytes) const {
    SizeLimits limits = *this;
    limits.errorBodyBytes += 3 * statementBytes;
    return limits;
}

void SizeLimits::check() const {
    checkOne("maxLineBytes", lineBytes, mostLineBytes, "128 MiB");
    checkOne("maxHeadBytes", headBytes, std::size_t{256} << 10, "256 KiB");
    checkOne("maxHeadLines", headLines, std::size_t{256} << 10, "262 144");
    checkOne("maxColumns", columns, mostBytes, "2^30");
    checkOne("maxNesting", nesting, 256, "256");
    checkOne("maxErrorBodyBytes", errorBodyBytes, mostBytes, "1 GiB");
    checkOne("maxAnswerBytes", answerBytes, mostBytes, "1 GiB");
    checkOne("maxEntities", entities, mostBytes, "2^30");
}

}  // namespace ksqldb::client
