#pragma once
#include <ksqldb/error.h>
#include <ksqldb/typed.h>
#include <ksqldb/value.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

// Which C++ values can be sent, and as what: shared by statements and rows to insert. An
// application needs none of it.

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

template <class T, class... Others>
inline constexpr bool isOneOf = (std::is_same_v<T, Others> || ...);
#ifdef __cpp_char8_t
template <class T>
inline constexpr bool isCharacter = isOneOf<T, char, wchar_t, char8_t, char16_t, char32_t>;
#else
template <class T>
inline constexpr bool isCharacter = isOneOf<T, char, wchar_t, char16_t, char32_t>;
#endif
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
    if constexpr (isOneOf<T, std::nullptr_t, std::nullopt_t>) {
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
    } else if constexpr (std::is_convertible_v<const T&, Timestamp>) {
        out.write(Timestamp(value));
    } else if constexpr (IsOptional<T>::value) {
        if (value)
            writeValue(out, *value);
        else
            out.write(nullptr);
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
        static_assert(!std::is_same_v<T, T>, "ksqlDB has no value of this type");
    }
}

}  // namespace ksqldb::detail
