#include <ksqldb/outcome.h>

#include <gtest/gtest.h>

#include <memory>
#include <type_traits>
#include <utility>

namespace ksqldb::test {
namespace {

using Pointer = std::unique_ptr<int>;

TEST(Outcome, HoldsAValueOrAnError) {
    Outcome<int> good(1);
    EXPECT_TRUE(good.ok());
    EXPECT_TRUE(good);
    good.value() = 2;
    const Outcome<int>& same = good;
    EXPECT_EQ(same.value(), 2);
    const Outcome<int> bad(Error(ErrorCode::Cancelled, "why"));
    EXPECT_FALSE(bad);
    EXPECT_EQ(bad.error().code(), ErrorCode::Cancelled);
    EXPECT_THROW(static_cast<void>(bad.value()), Error);
}

TEST(Outcome, OfATemporaryEverythingIsMovedOut) {
    Outcome<Pointer> outcome(std::make_unique<int>(3));
    const Pointer taken = std::move(outcome).value();
    EXPECT_EQ(*taken, 3);
    EXPECT_THROW(static_cast<void>(Outcome<Pointer>(Error(ErrorCode::Cancelled, "")).value()),
                 Error);
    static_assert(std::is_same_v<decltype(std::declval<Outcome<int>>().value()), int>);
    static_assert(std::is_same_v<decltype(std::declval<Outcome<int>>().error()), Error>);
    static_assert(
        std::is_same_v<decltype(std::declval<const Outcome<int>&>().value()), const int&>);
}

}  // namespace
}  // namespace ksqldb::test
