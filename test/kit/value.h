#pragma once
#include <ksqldb/testing/row_values.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ksqldb::testing::detail {

/// A value as the test gave it, whatever column it is for.
struct Value {
    struct Array {
        std::vector<Value> elements;
    };
    struct Map {
        std::vector<Value> parts;  // key, value, key, value…
    };
    struct Struct {
        std::vector<std::string> names;
        std::vector<Value> fields;
    };

    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Decimal, Bytes, Date,
                 TimeOfDay, Timestamp, Array, Map, Struct>
        is;
};

}  // namespace ksqldb::testing::detail
