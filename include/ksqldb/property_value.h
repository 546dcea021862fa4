#pragma once
#include <ksqldb/error.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace ksqldb {

/// @addtogroup client
/// @{

/// The value of a property: a bool, an integer, a double or a text. There is no null, because
/// ksqlDB answers it with an error 500. The constructors throw Error(InvalidArgument) for an
/// integer beyond 2^63 - 1. *reentrant*
class PropertyValue {
public:
    using Variant = std::variant<bool, std::int64_t, double, std::string>;

    template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
    PropertyValue(T value) : value_(number(value)) {}
    PropertyValue(std::string value) : value_(std::move(value)) {}
    PropertyValue(std::string_view value) : value_(std::string(value)) {}
    PropertyValue(const char* value) : value_(std::string(value)) {}
    PropertyValue(std::nullptr_t) = delete;

    /// The value.
    const Variant& get() const noexcept { return value_; }

private:
    template <class T>
    static Variant number(T value) {
        static_assert(!std::is_same_v<T, char>, "a char is neither text nor a number here");
        if constexpr (std::is_same_v<T, bool>) {
            return value;
        } else if constexpr (std::is_integral_v<T>) {
            const auto number = static_cast<std::int64_t>(value);
            if (std::is_unsigned_v<T> && number < 0)
                throw Error(ErrorCode::InvalidArgument, "a property's value is beyond 2^63 - 1");
            return number;
        } else {
            return static_cast<double>(value);
        }
    }

    Variant value_;
};

/// @}

}  // namespace ksqldb
