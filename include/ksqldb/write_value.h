#pragma once
#include <ksqldb/error.h>
#include <ksqldb/from_value.h>
#include <ksqldb/index_iterator.h>
#include <ksqldb/type.h>
#include <ksqldb/typed.h>
#include <ksqldb/value_types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

// Which C++ values can be sent, and as what: shared by statements and rows to insert. They are
// those that can be read, see from_value.h, and texts of every kind. An application needs nothing
// of this file.

namespace ksqldb::detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class K, class V>
struct IsMap<std::map<K, V>> : std::true_type {};
template <class K, class V>
struct IsMap<std::unordered_map<K, V>> : std::true_type {};
template <class T, class = void>
struct HasToValue : std::false_type {};
template <class T>
struct HasToValue<T, std::void_t<decltype(ToValue<T>::write(std::declval<const T&>()))>>
    : std::true_type {};

template <class T, class... Others>
inline constexpr bool isOneOf = (std::is_same_v<T, Others> || ...);
template <class T>
inline constexpr bool isText = std::is_convertible_v<const T&, std::string_view>;

template <class T>
std::string_view textOf(const T& value) {
    if constexpr (std::is_pointer_v<T>) {
        if (value == nullptr)
            throw Error(ErrorCode::InvalidArgument, "a null pointer where a text is expected");
    }
    return std::string_view(value);
}

template <class T>
Date dateOf(const T& days) {
    const auto count = days.time_since_epoch().count();
    if (count != static_cast<std::int32_t>(count))
        throw Error(ErrorCode::OutOfRange, "a day that does not fit into a DATE");
    return Date(Days(static_cast<std::int32_t>(count)));
}

/// The type that a NULL in the place of a T has, where there is one word for it. INTEGER for all
/// integers: beside others ksqlDB widens it, and narrows none.
template <class T>
constexpr TypeKind nullKind() {
    if constexpr (HasToValue<T>::value)
        return nullKind<std::decay_t<decltype(ToValue<T>::write(std::declval<const T&>()))>>();
    else if constexpr (IsOptional<T>::value)
        return nullKind<typename T::value_type>();
    else if constexpr (std::is_same_v<T, bool>)
        return TypeKind::Boolean;
    else if constexpr (std::is_integral_v<T> || isIntegerEnum<T>)
        return TypeKind::Integer;
    else if constexpr (std::is_floating_point_v<T>)
        return TypeKind::Double;
    else if constexpr (std::is_same_v<T, Decimal>)
        return TypeKind::Decimal;
    else if constexpr (std::is_same_v<T, Bytes>)
        return TypeKind::Bytes;
    else if constexpr (isText<T>)
        return TypeKind::String;
    else if constexpr (std::is_same_v<T, Date> || isSystemDays<T>)
        return TypeKind::Date;
    else if constexpr (std::is_same_v<T, TimeOfDay>)
        return TypeKind::Time;
    else if constexpr (std::is_convertible_v<const T&, Timestamp>)
        return TypeKind::Timestamp;
    else
        return TypeKind::Unknown;
}

template <class Writer, class T>
void writeValue(Writer& out, const T& value);

/// The fields of a mapped struct, without what is around them.
template <class Writer, class T>
void writeMembers(Writer& out, const T& object) {
    std::apply(
        [&](const auto&... field) {
            ((out.field(field.column), writeValue(out, object.*(field.member))), ...);
        },
        RowMapping<T>::get());
}

/// Calls the Writer with one of the types that it knows, or, for a value that has parts, with its
/// parts in order.
template <class Writer, class T>
void writeValue(Writer& out, const T& value) {
    if constexpr (HasToValue<T>::value) {
        writeValue(out, ToValue<T>::write(value));
    } else if constexpr (isOneOf<T, std::nullptr_t, std::nullopt_t>) {
        out.write(nullptr);
    } else if constexpr (isOneOf<T, bool, double, Decimal, Bytes, Date, TimeOfDay, Timestamp>) {
        out.write(value);
    } else if constexpr (std::is_same_v<T, float>) {
        out.write(static_cast<double>(value));
    } else if constexpr (std::is_integral_v<T>) {
        static_assert(!isCharacter<T>, "a char is neither text nor a number here");
        if constexpr (std::is_signed_v<T>)
            out.write(static_cast<std::int64_t>(value));
        else
            out.write(static_cast<std::uint64_t>(value));
    } else if constexpr (isText<T>) {
        out.write(textOf(value));
    } else if constexpr (isIntegerEnum<T>) {
        writeValue(out, static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (isSystemDays<T>) {
        out.write(dateOf(value));
    } else if constexpr (std::is_convertible_v<const T&, Timestamp>) {
        out.write(Timestamp(value));
    } else if constexpr (isSystemTime<T>) {
        static_assert(neverTrue<T>,
                      "a TIMESTAMP has milliseconds: use "
                      "std::chrono::floor<std::chrono::milliseconds>(time)");
    } else if constexpr (IsOptional<T>::value) {
        if (value)
            writeValue(out, *value);
        else
            out.writeNull(nullKind<T>());
    } else if constexpr (IsVector<T>::value) {
        out.beginArray(value.size());
        for (const typename T::value_type& element : value) {
            out.element();
            writeValue(out, element);
        }
        out.endArray();
    } else if constexpr (IsMap<T>::value) {
        out.beginMap(value.size());
        for (const auto& [key, element] : value) {
            out.key(key);
            writeValue(out, element);
        }
        out.endMap();
    } else if constexpr (IsMapped<T>::value) {
        out.beginStruct();
        writeMembers(out, value);
        out.endStruct();
    } else {
        static_assert(neverTrue<T>, "ksqlDB has no value of this type");
    }
}

}  // namespace ksqldb::detail
