#pragma once
#include <ksqldb/export.h>
#include <ksqldb/typed.h>
#include <ksqldb/value.h>
#include <ksqldb/write_value.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace ksqldb {

class InsertRow;

namespace detail {

/// Writes values as the JSON that /inserts-stream takes.
class KSQLDB_API InsertWriter {
public:
    InsertWriter();
    InsertWriter(InsertWriter&&) noexcept;
    InsertWriter& operator=(InsertWriter&&) noexcept;
    ~InsertWriter();

    void clear();
    void name(std::string_view name, bool exact);
    std::string_view finish();

    void write(std::nullptr_t);
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
    void endArray();
    void beginMap(std::size_t size);
    template <class K>
    void key(const K& text) {
        static_assert(isText<K>, "a MAP's keys are strings: ksqlDB takes no others in an insert");
        writeKey(textOf(text));
    }
    void endMap();
    void beginStruct();
    void field(std::string_view column) { name(column, true); }
    void endStruct();

private:
    void writeKey(std::string_view text);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace detail

/// One row to insert, written as JSON text into a buffer of its own; use one object again and
/// again, with clear(). Values are bool, any integer, double, std::string, std::string_view, const
/// char*, Decimal, Bytes, Date, TimeOfDay, Timestamp, nullptr for NULL, std::optional, std::vector
/// (ARRAY), std::map with string keys (MAP) and mapped structs (STRUCT, see typed.h), nested at
/// will.
///
///     row.clear().set("SENSOR", "s1").set("VALUE", 0.5);
///
/// Throws Error(InvalidArgument) for a double that is not finite, for text that is not UTF-8, and
/// Error(OutOfRange) for an integer beyond BIGINT: ksqlDB takes neither. After such an error only
/// clear() is allowed; the others throw Error(InvalidArgument). *thread-bound*
class KSQLDB_API InsertRow {
public:
    /// What ksqlDB makes of a column's name.
    enum class Names : std::uint8_t {
        Sql,    ///< as SQL does: upper case, unless the name is written in back-quotes
        Exact,  ///< the name as it is
    };
    explicit InsertRow(Names names = Names::Sql) : exact_(names == Names::Exact) {}

    InsertRow& clear() {
        writer_.clear();
        return *this;
    }
    /// A column is to be set once. Throws Error(InvalidArgument) after json(): clear() first.
    template <class T>
    InsertRow& set(std::string_view column, const T& value) {
        writer_.name(column, exact_);
        detail::writeValue(writer_, value);
        return *this;
    }
    /// All fields of a mapped struct. Their names are exact.
    template <class T>
    std::enable_if_t<detail::IsMapped<T>::value, InsertRow&> set(const T& object) {
        detail::writeMembers(writer_, object);
        return *this;
    }

    /// The finished object: {"SENSOR":"s1","VALUE":0.5}. Lives until the next call.
    std::string_view json() { return writer_.finish(); }

private:
    detail::InsertWriter writer_;
    bool exact_;
};

}  // namespace ksqldb
