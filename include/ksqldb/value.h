#pragma once
#include <ksqldb/export.h>
#include <ksqldb/index_iterator.h>
#include <ksqldb/type.h>
#include <ksqldb/value_types.h>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <type_traits>

namespace ksqldb {

/// @addtogroup values
/// @{

namespace detail {
class RowBlock;
struct Cell;
struct ValueAccess;
}  // namespace detail

class MapEntries;

/// How a T is read from a value, see from_value.h.
template <class T, class = void>
struct FromValue;

/// One value of a row, or a part of one.
///
/// Lifetime: it is a view, cheap to copy. It lives as long as the RowView that it came from.
///
/// Errors: all getters throw
/// - Error(UnexpectedNull) for a null,
/// - Error(WrongType) where the SQL type is another one than the getter reads,
/// - Error(OutOfRange) for a value that does not fit,
/// - Error(MalformedResponse) where the server sent what is no value of the SQL type.
///
/// Each names the column, its SQL type, what was expected and what came. A value whose SQL type is
/// Unknown, because the server is newer than this library, is read by the form in which it came.
///
/// Threads: *reentrant*
class KSQLDB_API ValueView {
public:
    /// The SQL type.
    const Type& type() const noexcept { return *type_; }
    bool isNull() const noexcept;

    bool asBool() const;                ///< reads BOOLEAN
    std::int32_t asInt() const;         ///< reads INTEGER, and a BIGINT that fits
    std::int64_t asBigint() const;      ///< reads BIGINT and INTEGER
    double asDouble() const;            ///< reads DOUBLE (NaN and the infinities too) and INTEGER
    std::string_view asString() const;  ///< reads STRING; the text lives as long as the row
    Decimal asDecimal() const;          ///< reads DECIMAL
    Bytes asBytes() const;              ///< reads BYTES
    Date asDate() const;                ///< reads DATE
    TimeOfDay asTime() const;           ///< reads TIME
    Timestamp asTimestamp() const;      ///< reads TIMESTAMP

    /// Reads a T: one of the types that FromValue knows, see from_value.h.
    template <class T>
    T get() const {
        return FromValue<T>::read(*this);
    }

    /// How many parts there are: an ARRAY's elements, a MAP's entries, a STRUCT's fields.
    std::size_t size() const;
    /// One part by its place: an ARRAY's element, the value of a MAP's entry, or a STRUCT's field
    /// in the order of the type. Throws Error(OutOfRange) for an index that is negative or not
    /// below size().
    template <class I>
    std::enable_if_t<detail::isIndex<I>, ValueView> operator[](const I& index) const {
        return part(static_cast<std::size_t>(index));
    }
    template <class I>
    std::enable_if_t<detail::isNoIndex<I>, ValueView> operator[](const I&) const = delete;
    /// One part by its name: a STRUCT's field of exactly this name, or the value of the MAP's entry
    /// whose key has this text. Throws Error(UnknownColumn) where there is none.
    ValueView operator[](std::string_view name) const;
    /// Whether operator[](name) would find a part. For a STRUCT or a MAP.
    bool contains(std::string_view name) const;
    /// The key of a MAP's entry, by its place.
    ValueView key(std::size_t i) const;

    /// Iterates over the parts, in the order of operator[](i):
    ///
    ///     for (ksqldb::ValueView tag : row["TAGS"]) …
    using iterator = detail::IndexIterator<ValueView, ValueView>;
    iterator begin() const;
    iterator end() const;
    /// The entries of a MAP, to iterate over:
    ///
    ///     for (auto [key, value] : row["ATTRIBUTES"].entries()) …
    MapEntries entries() const;

    /// The value as JSON that /inserts-stream takes back: times as text, DECIMAL as a string.
    /// - JSON has no NaN and no infinities. They are written as the strings "NaN", "Infinity" and
    ///   "-Infinity", which ksqlDB refuses.
    /// - Throws Error(UnexpectedNull) for a MAP's key that is null: JSON has no form for it.
    std::string toJson() const;
    /// The value as text for people. It is not meant to be parsed.
    std::string toString() const;

private:
    friend class detail::RowBlock;
    friend struct detail::ValueAccess;
    friend class MapEntries;
    template <class Source, class Value>
    friend class detail::IndexIterator;
    ValueView() noexcept = default;
    ValueView(const detail::RowBlock* block, const detail::Cell* cell, const Type* type,
              std::uint32_t column, bool inStruct, bool isKeyText) noexcept
        : block_(block),
          cell_(cell),
          type_(type),
          column_(column),
          inStruct_(inStruct),
          isKeyText_(isKeyText) {}
    ValueView part(std::size_t i) const;

    const detail::RowBlock* block_ = nullptr;
    const detail::Cell* cell_ = nullptr;
    const Type* type_ = nullptr;
    std::uint32_t column_ = 0;
    bool inStruct_ = false;   // decimals and times have another form there
    bool isKeyText_ = false;  // a MAP key that is no string comes as the text of its value
};

/// One entry of a MAP.
struct MapEntry {
    ValueView key;    ///< a STRING, or another simple type
    ValueView value;  ///< of the type that Type::element() tells
};

/// The entries of a MAP, from ValueView::entries(). A view, as long-lived as the RowView that it
/// came from. *reentrant*
class KSQLDB_API MapEntries {
public:
    std::size_t size() const { return map_.size(); }
    /// Throws Error(OutOfRange).
    MapEntry operator[](std::size_t i) const { return {map_.key(i), map_[i]}; }

    using iterator = detail::IndexIterator<MapEntries, MapEntry>;
    iterator begin() const { return {*this, 0}; }
    iterator end() const { return {*this, size()}; }

private:
    friend class ValueView;
    template <class Source, class Value>
    friend class detail::IndexIterator;
    MapEntries() noexcept = default;
    explicit MapEntries(const ValueView& map) : map_(map) {}

    ValueView map_;
};

/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, const ValueView& value);

/// @}

}  // namespace ksqldb

#include <ksqldb/from_value.h>
