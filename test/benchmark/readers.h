#pragma once
#include <ksqldb/ksqldb.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::benchmark {

// Consumers that read every column of every row of a data set, as an application would. Each has
// the same work: the sum of what it read keeps the compiler from leaving anything out.

/// Through typed getters, by index.
using ReadRow = std::uint64_t (*)(const RowView&);
ReadRow readerOf(std::string_view set);
/// Looks at every column's cell without converting it, as the prototype's consumers did.
std::uint64_t lookAt(const RowView& row);
/// By name, each time: what dynamic values cost.
ReadRow nameReaderOf(std::string_view set);

struct NarrowRow {
    std::int64_t id;
    std::string userId;
    double price;

    static constexpr auto ksqldbFields() {
        return fields(field("ID", &NarrowRow::id), field("USER_ID", &NarrowRow::userId),
                      field("PRICE", &NarrowRow::price));
    }
};

struct Address {
    std::string city;
    std::int32_t zip;

    static constexpr auto ksqldbFields() {
        return fields(field("CITY", &Address::city), field("ZIP", &Address::zip));
    }
};

struct TypicalRow {
    std::int64_t id;
    std::string userId;
    std::int32_t stars;
    double score;
    Decimal price;
    std::optional<std::string> message;
    Address address;
    std::vector<std::string> tags;

    static constexpr auto ksqldbFields() {
        return fields(field("ID", &TypicalRow::id), field("USER_ID", &TypicalRow::userId),
                      field("STARS", &TypicalRow::stars), field("SCORE", &TypicalRow::score),
                      field("PRICE", &TypicalRow::price), field("MESSAGE", &TypicalRow::message),
                      field("ADDRESS", &TypicalRow::address), field("TAGS", &TypicalRow::tags));
    }
};

std::uint64_t sumOf(const NarrowRow& row);
std::uint64_t sumOf(const TypicalRow& row);

/// What the typed rows do, written by hand: the same structs, filled through getters.
NarrowRow handWrittenNarrow(const RowView& row);
TypicalRow handWrittenTypical(const RowView& row);

}  // namespace ksqldb::benchmark
