#pragma once
#include <ksqldb/export.h>
#include <ksqldb/typed.h>
#include <ksqldb/value.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

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
    void write(const char* value) { write(std::string_view(value)); }
    /// Other pointers would become bool: u8"text" and L"text", for example.
    template <class T>
    void write(const T*) = delete;
    void write(const std::string& value) { write(std::string_view(value)); }
    void write(const Decimal& value);
    void write(const Bytes& value);
    void write(Date value);
    void write(TimeOfDay value);
    void write(Timestamp value);
    template <class T>
    std::enable_if_t<std::is_integral_v<T>> write(T value) {
        static_assert(!std::is_same_v<T, char>, "a char is neither text nor a number here");
        if constexpr (std::is_signed_v<T>)
            write(static_cast<std::int64_t>(value));
        else
            write(static_cast<std::uint64_t>(value));
    }
    template <class T>
    void write(const std::optional<T>& value) {
        if (value)
            write(*value);
        else
            write(nullptr);
    }
    template <class T>
    void write(const std::vector<T>& values) {
        beginArray();
        for (const T& value : values) write(value);
        endArray();
    }
    /// A MAP's keys are strings there: ksqlDB takes no others.
    template <class V>
    void write(const std::map<std::string, V>& values) {
        beginObject();
        for (const auto& [name, value] : values) {
            key(name);
            write(value);
        }
        endObject();
    }
    template <class T>
    std::enable_if_t<IsMapped<T>::value> write(const T& object) {
        beginObject();
        members(object);
        endObject();
    }
    template <class T>
    void members(const T& object) {
        std::apply(
            [&](const auto&... field) {
                ((name(field.column, true), write(object.*(field.member))), ...);
            },
            RowMapping<T>::get());
    }

private:
    void beginArray();
    void endArray();
    void beginObject();
    void endObject();
    void key(std::string_view text);

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
        writer_.write(value);
        return *this;
    }
    /// All fields of a mapped struct. Their names are exact.
    template <class T>
    std::enable_if_t<detail::IsMapped<T>::value, InsertRow&> set(const T& object) {
        writer_.members(object);
        return *this;
    }

    /// The finished object: {"SENSOR":"s1","VALUE":0.5}. Lives until the next call.
    std::string_view json() { return writer_.finish(); }

private:
    detail::InsertWriter writer_;
    bool exact_;
};

}  // namespace ksqldb
