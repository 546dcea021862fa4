// What a row of a live table costs: no memory but the map's own.
#include "own_memory.h"
#include "unit/values/row_builder.h"

#include <ksqldb/live_rows.h>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <new>

#ifndef KSQLDB_TEST_MEMORY_IS_THE_SANITIZERS
namespace {
thread_local std::size_t allocations = 0;
}
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}
// Inlined, g++ would suspect a mismatch.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace ksqldb::test {
namespace {

struct Level {
    std::int64_t id = 0;
    double value = 0;
    static constexpr auto ksqldbFields() {
        return fields(key("ID", &Level::id), field("VALUE", &Level::value));
    }
};

TEST(LiveRowsAllocations, AnUpdateTakesNoneAnInsertTheMapsOne) {
    constexpr const char* columns = "`ID` BIGINT, `VALUE` DOUBLE";
    const BuiltRows first(columns, {"[1,1.5]", "[2,1.5]", "[3,1.5]", "[4,1.5]"});
    const BuiltRows same(columns, {"[1,2.5]", "[2,2.5]", "[3,2.5]", "[4,2.5]"});
    const BuiltRows others(columns, {"[5,1.5]", "[6,1.5]", "[7,1.5]", "[8,1.5]"});
    detail::LiveRows<std::int64_t, Level, std::map<std::int64_t, Level>> rows({});
    rows.beginAnew(first[0].schema());
    rows.apply(first.batch());
    const RowBatch updates = same.batch();
    const RowBatch inserts = others.batch();

    allocations = 0;
    rows.apply(updates);
    EXPECT_EQ(allocations, 0U);
    rows.apply(inserts);
    EXPECT_EQ(allocations, inserts.size());
}

}  // namespace
}  // namespace ksqldb::test
#endif
