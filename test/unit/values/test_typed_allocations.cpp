// What reading a typed row costs: no memory but its fields' own.
#include "own_memory.h"
#include "row_builder.h"

#include <ksqldb/typed.h>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

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

struct Position {
    double lat = 0;
    std::optional<std::int32_t> height;
    Timestamp seen;
    static constexpr auto ksqldbFields() {
        return fields(field("LAT", &Position::lat), field("HEIGHT", &Position::height),
                      field("SEEN", &Position::seen));
    }
};
struct Vehicle {
    std::int64_t id = 0;
    bool moving = false;
    Date built;
    TimeOfDay leaves;
    std::optional<Position> position;
    std::string name;
    std::optional<std::string> driver;
    static constexpr auto ksqldbFields() {
        return fields(field("ID", &Vehicle::id), field("MOVING", &Vehicle::moving),
                      field("BUILT", &Vehicle::built), field("LEAVES", &Vehicle::leaves),
                      field("POSITION", &Vehicle::position), field("NAME", &Vehicle::name),
                      field("DRIVER", &Vehicle::driver));
    }
};
const char* const columns =
    "`DRIVER` STRING, `POSITION` STRUCT<`SEEN` TIMESTAMP, `LAT` DOUBLE, `HEIGHT` INTEGER>, "
    "`OTHER` MAP<STRING, STRING>, `NAME` STRING, `ID` BIGINT, `MOVING` BOOLEAN, `BUILT` DATE, "
    "`LEAVES` TIME";
const char* const position = R"({"LAT":1.5,"HEIGHT":null,"SEEN":1590537598123})";

/// How often reading the row as a T allocates. The T dies uncounted: only `new` is.
template <class T>
std::size_t allocationsOf(const BuiltRows& rows) {
    const RowReader<T> reader(rows[0].schema());
    const RowView row = rows[0];
    allocations = 0;
    const T read = reader(row);
    const std::size_t count = allocations;
    (void)read;
    return count;
}
std::size_t allocationsOfVehicle(const std::string& name, const std::string& driver) {
    return allocationsOf<Vehicle>(
        BuiltRows(columns, {"[" + driver + "," + position + R"(,{"a":"b"},)" + name +
                            R"(,1,true,"2020-05-26","10:30"])"}));
}

TEST(TypedAllocations, AreCounted) {
    allocations = 0;
    const std::string text(100, 'x');
    EXPECT_EQ(allocations, 1U);
}

TEST(TypedAllocations, NumbersTimesAndStructsNeedNone) {
    EXPECT_EQ(allocationsOfVehicle(R"("short")", "null"), 0U);
    EXPECT_EQ(allocationsOf<std::tuple<Position>>(
                  BuiltRows("`X` GEO", {"[" + std::string(position) + "]"})),
              0U);
    EXPECT_EQ(allocationsOf<std::tuple<Decimal>>(BuiltRows("`X` DECIMAL(4, 2)", {"[10.25]"})), 0U);
}

TEST(TypedAllocations, LongStringsNeedTheirOwn) {
    const std::string text = '"' + std::string(100, 'x') + '"';
    EXPECT_EQ(allocationsOfVehicle(text, "null"), 1U);
    EXPECT_EQ(allocationsOfVehicle(text, text), 2U);
}

TEST(TypedAllocations, VectorsNeedOne) {
    EXPECT_EQ(allocationsOf<std::tuple<std::vector<std::int64_t>>>(
                  BuiltRows("`X` ARRAY<BIGINT>", {"[[1,2,3,4,5,6,7,8,9]]"})),
              1U);
    const std::string place = position;
    EXPECT_EQ(allocationsOf<std::tuple<std::vector<Position>>>(
                  BuiltRows("`X` ARRAY<STRUCT<`LAT` DOUBLE, `HEIGHT` INTEGER, `SEEN` TIMESTAMP>>",
                            {"[[" + place + "," + place + "," + place + "]]"})),
              1U);
}

}  // namespace
}  // namespace ksqldb::test

#endif
