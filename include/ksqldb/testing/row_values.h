#pragma once
#include <ksqldb/export.h>
#include <ksqldb/typed.h>
#include <ksqldb/value_types.h>
#include <ksqldb/write_value.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <tuple>
#include <type_traits>

// How the values of a row that a test describes are taken: all C++ types that a Client can send,
// see write_value.h. A test needs nothing of this file.

namespace ksqldb::testing::detail {

struct Value;

/// The values of one row, as C++ has them. What they are on the wire depends on the columns, which
/// only whoever takes the row knows. *reentrant*
class KSQLDB_API RowValues {
public:
    RowValues();
    RowValues(RowValues&&) noexcept;
    RowValues& operator=(RowValues&&) noexcept;
    ~RowValues();

    /// row(1, "a"): by place.
    template <class... V>
    static RowValues of(const V&... values) {
        return byPlace(values...);
    }
    /// row(rating): a mapped struct alone is a whole row, by the names of its columns.
    template <class T>
    static std::enable_if_t<ksqldb::detail::IsMapped<T>::value, RowValues> of(const T& object) {
        RowValues row;
        row.byName();
        ksqldb::detail::writeMembers(row, object);
        return row;
    }
    /// row(std::tuple(1, "a")): by place.
    template <class... V>
    static RowValues of(const std::tuple<V...>& values) {
        return std::apply([](const V&... parts) { return byPlace(parts...); }, values);
    }

    bool isByName() const noexcept;
    /// An array of the values, or an object of them.
    const Value& values() const noexcept;

    // The writer of ksqldb::detail::writeValue().
    void write(std::nullptr_t) { writeNull(TypeKind::Unknown); }
    void writeNull(TypeKind);
    void write(bool value);
    void write(std::int64_t value);
    void write(std::uint64_t value);
    void write(double value);
    void write(std::string_view value);
    void write(const Decimal& value);
    void write(const Bytes& value);
    void write(Date value);
    void write(TimeOfDay value);
    void write(Timestamp value);
    void beginArray(std::size_t size);
    void element() {}
    void endArray() { end(); }
    void beginMap(std::size_t size);
    template <class K>
    void key(const K& value) {
        ksqldb::detail::writeValue(*this, value);
    }
    void endMap() { end(); }
    void beginStruct();
    void field(std::string_view name);
    void endStruct() { end(); }

private:
    template <class... V>
    static RowValues byPlace(const V&... values) {
        RowValues row;
        (ksqldb::detail::writeValue(row, values), ...);
        return row;
    }
    void byName();
    void end();

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ksqldb::testing::detail
