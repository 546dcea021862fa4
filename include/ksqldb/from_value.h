#pragma once
#include <ksqldb/export.h>
#include <ksqldb/index_iterator.h>
#include <ksqldb/type.h>
#include <ksqldb/value.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

/// @file
/// Which C++ types values are read as, by ValueView::get(), RowView::get() and typed rows:
///
///     bool                                 BOOLEAN
///     every integer type, every enum       INTEGER, BIGINT
///     double, float                        DOUBLE, INTEGER; a float is the nearest one
///     std::string                          STRING
///     std::string_view                     STRING; it lives as long as the row
///     Decimal, Bytes                       DECIMAL, BYTES
///     Date, TimeOfDay, Timestamp           DATE, TIME, TIMESTAMP
///     other time_points of system_clock    of days: DATE; of milliseconds or finer: TIMESTAMP
///     std::optional<T>                     NULL, or a T
///     std::vector<T>                       ARRAY
///     std::map<K, V>, std::unordered_map   MAP
///     a struct with ksqldbFields()         STRUCT, see typed.h
///
/// A number or time that does not fit is Error(OutOfRange).
///
/// A type of one's own is read and written through a pair of specialisations:
///
///     enum class Color { Red, Green };
///     template <>
///     struct ksqldb::FromValue<Color> {
///         static Color read(const ksqldb::ValueView& value) {
///             return value.asString() == "red" ? Color::Red : Color::Green;
///         }
///     };
///     template <>
///     struct ksqldb::ToValue<Color> {
///         static std::string write(Color color) { return color == Color::Red ? "red" : "green"; }
///     };

namespace ksqldb {

/// @addtogroup values
/// @{

namespace detail {

template <class T>
inline constexpr bool neverTrue = false;

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
/// The nearest float. Throws Error(OutOfRange) for a finite double beyond it.
KSQLDB_API float readFloat(const ValueView& value);

/// The integer type behind an enum, void for all others; std::byte is none.
template <class T, bool = std::is_enum_v<T> && !std::is_same_v<T, std::byte>>
struct EnumInteger {
    using type = void;
};
template <class T>
struct EnumInteger<T, true> {
    using type = std::underlying_type_t<T>;
};
template <class T>
inline constexpr bool isIntegerEnum = isInteger<typename EnumInteger<T>::type>;

template <class T>
inline constexpr bool isSystemTime = false;
template <class D>
inline constexpr bool isSystemTime<std::chrono::time_point<std::chrono::system_clock, D>> = true;

template <class T>
inline constexpr bool isSystemDays = false;
template <class Rep>
inline constexpr bool isSystemDays<std::chrono::time_point<
    std::chrono::system_clock, std::chrono::duration<Rep, std::ratio<86400>>>> =
    std::is_integral_v<Rep> && sizeof(Rep) >= sizeof(std::int32_t);

/// A time_point of milliseconds or finer.
template <class T>
inline constexpr bool isSystemMoment = false;
template <class Rep, class Period>
inline constexpr bool isSystemMoment<
    std::chrono::time_point<std::chrono::system_clock, std::chrono::duration<Rep, Period>>> =
    std::is_same_v<Rep, std::int64_t>&& std::ratio_divide<std::milli, Period>::den == 1;

}  // namespace detail

/// Reads a T from a value. Specialise it for a type of your own:
/// - `static T read(const ValueView& value)`: the T; may throw.
/// - `static constexpr TypeKind kind`: if it is there, a typed row checks its column against it
///   when the header comes.
template <class T, class>
struct FromValue {
    static T read(const ValueView&) {
        static_assert(detail::neverTrue<T>,
                      "a value cannot be read as this type. These can be read: bool, integers, "
                      "enums, float, double, std::string, std::string_view, ksqldb::Decimal, "
                      "Bytes, Date, TimeOfDay, Timestamp, time_points of system_clock in days or "
                      "in milliseconds or finer, std::optional, std::vector, std::map and "
                      "std::unordered_map of these, structs with ksqldbFields() (ksqldb/typed.h), "
                      "and types that ksqldb::FromValue is specialised for");
    }
};

/// Writes a T as a value: in Statement::bind(), InsertRow::set() and typed rows to insert.
/// Specialise it for a type of your own:
/// - `static auto write(const T& value)`: another type that can be written, for example a
///   std::string; may throw.
template <class T, class = void>
struct ToValue {};

template <>
struct FromValue<bool> {
    static constexpr TypeKind kind = TypeKind::Boolean;
    static bool read(const ValueView& v) { return v.asBool(); }
};
template <class T>
struct FromValue<T, std::enable_if_t<detail::isInteger<T>>> {
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
/// The integer behind it. Whether it is one of the enumerators is not looked at.
template <class T>
struct FromValue<T, std::enable_if_t<detail::isIntegerEnum<T>>> {
    using Integer = typename detail::EnumInteger<T>::type;
    static constexpr TypeKind kind = FromValue<Integer>::kind;
    static T read(const ValueView& v) { return static_cast<T>(FromValue<Integer>::read(v)); }
};
template <>
struct FromValue<double> {
    static constexpr TypeKind kind = TypeKind::Double;
    static double read(const ValueView& v) { return v.asDouble(); }
};
template <>
struct FromValue<float> {
    static constexpr TypeKind kind = TypeKind::Double;
    static float read(const ValueView& v) { return detail::readFloat(v); }
};
template <>
struct FromValue<std::string> {
    static constexpr TypeKind kind = TypeKind::String;
    static std::string read(const ValueView& v) { return std::string(v.asString()); }
};
/// A view into the row. It is refused as a field of a typed row.
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
struct FromValue<TimeOfDay> {
    static constexpr TypeKind kind = TypeKind::Time;
    static TimeOfDay read(const ValueView& v) { return v.asTime(); }
};
/// Date, and std::chrono::sys_days of C++20.
template <class T>
struct FromValue<T, std::enable_if_t<detail::isSystemDays<T>>> {
    static constexpr TypeKind kind = TypeKind::Date;
    static T read(const ValueView& v) { return T(v.asDate()); }
};
/// Timestamp, std::chrono::system_clock::time_point and others.
template <class T>
struct FromValue<T, std::enable_if_t<detail::isSystemMoment<T>>> {
    static constexpr TypeKind kind = TypeKind::Timestamp;
    static T read(const ValueView& v) {
        constexpr auto latest = std::chrono::floor<std::chrono::milliseconds>(T::duration::max());
        const Timestamp time = v.asTimestamp();
        if (time.time_since_epoch() > latest || time.time_since_epoch() < -latest)
            detail::throwOutOfRange(v, "this type of time_point");
        return T(time);
    }
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

namespace detail {
template <class Map>
struct MapFromValue {
    static Map read(const ValueView& v) {
        Map out;
        const std::size_t n = v.size();
        for (std::size_t i = 0; i < n; ++i)
            out.emplace(FromValue<typename Map::key_type>::read(v.key(i)),
                        FromValue<typename Map::mapped_type>::read(v[i]));
        return out;
    }
};
}  // namespace detail

template <class K, class V>
struct FromValue<std::map<K, V>> : detail::MapFromValue<std::map<K, V>> {};
template <class K, class V>
struct FromValue<std::unordered_map<K, V>> : detail::MapFromValue<std::unordered_map<K, V>> {};

/// @}

}  // namespace ksqldb
