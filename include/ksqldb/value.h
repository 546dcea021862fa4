#pragma once
#include <ksqldb/export.h>
#include <ksqldb/type.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ksqldb {

namespace detail {
class RowBlock;
struct Cell;
struct ValueAccess;

/// What may stand in brackets besides names: without a template for them all, `row[i]` would be
/// ambiguous for most.
template <class T>
inline constexpr bool isIndex =
    std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char>;
}  // namespace detail

/// DATE: whole days since 1970-01-01. The resolution is fixed on purpose, here and in Timestamp:
/// std::chrono::system_clock::time_point ends in 2262. These are C++20's sys_days and
/// sys_time<milliseconds>.
using Days = std::chrono::duration<std::int32_t, std::ratio<86400>>;
using Date = std::chrono::time_point<std::chrono::system_clock, Days>;
/// TIMESTAMP: milliseconds since 1970-01-01T00:00Z.
using Timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// TIME: a time of day, no date and no zone.
struct TimeOfDay {
    std::chrono::milliseconds sinceMidnight{};

    friend bool operator==(TimeOfDay a, TimeOfDay b) { return a.sinceMidnight == b.sinceMidnight; }
    friend bool operator!=(TimeOfDay a, TimeOfDay b) { return !(a == b); }
    friend bool operator<(TimeOfDay a, TimeOfDay b) { return a.sinceMidnight < b.sinceMidnight; }
};

/// BYTES.
using Bytes = std::vector<std::byte>;

/// DECIMAL: the digits as they were sent. It has no arithmetic: that belongs to the decimal
/// library that the application already has. *reentrant*
class KSQLDB_API Decimal {
public:
    Decimal();  ///< "0"
    /// Throws Error(InvalidArgument) unless the text is [-+]digits[.digits][E[-+]digits] with an
    /// exponent of at most 1000. The exponent is written out; a plus sign, leading zeros and the
    /// sign of a zero are dropped.
    explicit Decimal(std::string_view digits);

    /// Plain notation, trailing zeros kept: "1.10".
    const std::string& text() const noexcept { return text_; }
    int scale() const noexcept;      ///< digits after the point: 2 for "1.10"
    int precision() const noexcept;  ///< digits in all, leading zeros not counted: 3 for "1.10"
    /// 110 for "1.10"; none if it needs more than 63 bits.
    std::optional<std::int64_t> unscaled() const noexcept;
    /// The nearest double: the only member that can lose digits.
    double toDouble() const noexcept;
    /// True for a value inside a STRUCT: there the server itself sends a double's digits.
    bool mayBeRounded() const noexcept { return mayBeRounded_; }

    /// Equal digits and scale: 1.1 and 1.10 differ.
    friend bool operator==(const Decimal& a, const Decimal& b) { return a.text_ == b.text_; }
    friend bool operator!=(const Decimal& a, const Decimal& b) { return !(a == b); }
    /// By value, exactly; those of equal value by their scale. So it may be a key of a std::map.
    friend KSQLDB_API bool operator<(const Decimal& a, const Decimal& b) noexcept;
    friend bool operator>(const Decimal& a, const Decimal& b) noexcept { return b < a; }
    friend bool operator<=(const Decimal& a, const Decimal& b) noexcept { return !(b < a); }
    friend bool operator>=(const Decimal& a, const Decimal& b) noexcept { return !(a < b); }

private:
    friend class ValueView;
    std::string text_;
    bool mayBeRounded_ = false;
};

/// ISO 8601, as ksqlDB writes them: "2020-05-26", "10:30:05.250", "2020-05-26T23:59:58.123".
KSQLDB_API std::string toString(Date value);
KSQLDB_API std::string toString(TimeOfDay value);
KSQLDB_API std::string toString(Timestamp value);

/// How T is read from a value: the types below, and what the application specialises it for.
template <class T, class = void>
struct FromValue;

/// One value of a row, or a part of one: a view, as long-lived as the RowView it came from, and as
/// cheap to copy. The getters throw Error(UnexpectedNull), Error(WrongType) or Error(OutOfRange),
/// each naming the column, its SQL type and what was asked, or Error(MalformedResponse) where the
/// server sent a value that is none of its type. *reentrant*
class KSQLDB_API ValueView {
public:
    const Type& type() const noexcept { return *type_; }
    bool isNull() const noexcept;

    bool asBool() const;                ///< BOOLEAN
    std::int32_t asInt() const;         ///< INTEGER; BIGINT where it fits
    std::int64_t asBigint() const;      ///< BIGINT, INTEGER
    double asDouble() const;            ///< DOUBLE, with NaN and the infinities
    std::string_view asString() const;  ///< STRING; the text lives as long as the row
    Decimal asDecimal() const;          ///< DECIMAL
    Bytes asBytes() const;              ///< BYTES
    Date asDate() const;                ///< DATE
    TimeOfDay asTime() const;           ///< TIME
    Timestamp asTimestamp() const;      ///< TIMESTAMP

    /// ARRAY: elements, MAP: entries, STRUCT: fields.
    std::size_t size() const;
    /// The i-th element, the i-th entry's value, or the i-th field in the type's order. Any integer
    /// type will do; a negative one is an Error(OutOfRange).
    ValueView operator[](std::size_t i) const;
    /// STRUCT: the field of exactly this name. MAP: the value under this key's text.
    ValueView operator[](std::string_view name) const;
    ValueView operator[](const char* name) const { return (*this)[std::string_view(name)]; }
    template <class I>
    std::enable_if_t<detail::isIndex<I>, ValueView> operator[](I i) const {
        return (*this)[static_cast<std::size_t>(i)];
    }
    /// MAP: the i-th entry's key.
    ValueView key(std::size_t i) const;
    /// STRUCT, MAP: whether operator[](name) would find it.
    bool contains(std::string_view name) const;

    template <class T>
    T get() const {
        return FromValue<T>::read(*this);
    }

    /// As JSON that /inserts-stream takes back: times as text, DECIMAL as a string. It has no form
    /// for NaN and the infinities: they are the strings "NaN", "Infinity", "-Infinity", which it
    /// refuses. Nor has it one for a MAP's key that is null: that is an Error(UnexpectedNull).
    std::string toJson() const;
    /// For people to read; not meant to be parsed.
    std::string toString() const;

private:
    friend class detail::RowBlock;
    friend struct detail::ValueAccess;
    ValueView(const detail::RowBlock* block, const detail::Cell* cell, const Type* type,
              std::uint32_t column, bool inStruct, bool isKeyText) noexcept
        : block_(block),
          cell_(cell),
          type_(type),
          column_(column),
          inStruct_(inStruct),
          isKeyText_(isKeyText) {}

    const detail::RowBlock* block_;
    const detail::Cell* cell_;
    const Type* type_;
    std::uint32_t column_;
    bool inStruct_;   // decimals and times have another form there
    bool isKeyText_;  // a MAP key that is no string comes as the text of its value
};

KSQLDB_API std::ostream& operator<<(std::ostream& out, const ValueView& value);
KSQLDB_API std::ostream& operator<<(std::ostream& out, const Decimal& value);

namespace detail {
/// What the application asks for by an integer type, as errors name it.
template <class T>
constexpr const char* integerName() {
    constexpr bool isSigned = std::is_signed_v<T>;
    switch (sizeof(T)) {
        case 1:
            return isSigned ? "an integer of 8 bits" : "an unsigned integer of 8 bits";
        case 2:
            return isSigned ? "an integer of 16 bits" : "an unsigned integer of 16 bits";
        case 4:
            return isSigned ? "an integer of 32 bits" : "an unsigned integer of 32 bits";
        default:
            return isSigned ? "an integer of 64 bits" : "an unsigned integer of 64 bits";
    }
}
/// ValueView::asBigint() with another name in its errors.
KSQLDB_API std::int64_t readInteger(const ValueView& value, const char* wanted);
/// Throws Error(OutOfRange).
[[noreturn]] KSQLDB_API void throwOutOfRange(const ValueView& value, const char* wanted);
}  // namespace detail

template <>
struct FromValue<bool> {
    static constexpr TypeKind kind = TypeKind::Boolean;
    static bool read(const ValueView& v) { return v.asBool(); }
};
/// Every integer type; what does not fit is an Error(OutOfRange).
template <class T>
struct FromValue<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool> &&
                                     !std::is_same_v<T, char>>> {
    static constexpr TypeKind kind =
        sizeof(T) >= sizeof(std::int64_t) ? TypeKind::Bigint : TypeKind::Integer;
    static T read(const ValueView& v) {
        const std::int64_t wide = detail::readInteger(v, detail::integerName<T>());
        const T narrow = static_cast<T>(wide);
        if (static_cast<std::int64_t>(narrow) != wide || (narrow < T{}) != (wide < 0))
            detail::throwOutOfRange(v, detail::integerName<T>());
        return narrow;
    }
};
template <>
struct FromValue<double> {
    static constexpr TypeKind kind = TypeKind::Double;
    static double read(const ValueView& v) { return v.asDouble(); }
};
template <>
struct FromValue<std::string> {
    static constexpr TypeKind kind = TypeKind::String;
    static std::string read(const ValueView& v) { return std::string(v.asString()); }
};
/// A view into the row: for use on the spot. It is refused as a field of a typed row.
template <>
struct FromValue<std::string_view> {
    static constexpr TypeKind kind = TypeKind::String;
    static std::string_view read(const ValueView& v) { return v.asString(); }
};
template <>
struct FromValue<Decimal> {
    static constexpr TypeKind kind = TypeKind::Decimal;
    static Decimal read(const ValueView& v) { return v.asDecimal(); }
};
template <>
struct FromValue<Bytes> {
    static constexpr TypeKind kind = TypeKind::Bytes;
    static Bytes read(const ValueView& v) { return v.asBytes(); }
};
template <>
struct FromValue<Date> {
    static constexpr TypeKind kind = TypeKind::Date;
    static Date read(const ValueView& v) { return v.asDate(); }
};
template <>
struct FromValue<TimeOfDay> {
    static constexpr TypeKind kind = TypeKind::Time;
    static TimeOfDay read(const ValueView& v) { return v.asTime(); }
};
template <>
struct FromValue<Timestamp> {
    static constexpr TypeKind kind = TypeKind::Timestamp;
    static Timestamp read(const ValueView& v) { return v.asTimestamp(); }
};
template <class T>
struct FromValue<std::optional<T>> {
    static std::optional<T> read(const ValueView& v) {
        return v.isNull() ? std::nullopt : std::optional<T>(FromValue<T>::read(v));
    }
};
template <class T>
struct FromValue<std::vector<T>> {
    static std::vector<T> read(const ValueView& v) {
        std::vector<T> out;
        const std::size_t n = v.size();
        out.reserve(n);
        for (std::size_t i = 0; i < n; ++i) out.push_back(FromValue<T>::read(v[i]));
        return out;
    }
};
template <class K, class V>
struct FromValue<std::map<K, V>> {
    static std::map<K, V> read(const ValueView& v) {
        std::map<K, V> out;
        const std::size_t n = v.size();
        for (std::size_t i = 0; i < n; ++i)
            out.emplace(FromValue<K>::read(v.key(i)), FromValue<V>::read(v[i]));
        return out;
    }
};

}  // namespace ksqldb
