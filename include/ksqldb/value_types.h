#pragma once
#include <ksqldb/export.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// @file
/// The C++ types of those SQL types for which the language has none of its own.

namespace ksqldb {

/// @addtogroup values
/// @{

/// Whole days. std::chrono::days is the same from C++20 on, with a wider integer.
using Days = std::chrono::duration<std::int32_t, std::ratio<86400>>;
/// A DATE: whole days since 1970-01-01. It converts to C++20's std::chrono::sys_days.
using Date = std::chrono::time_point<std::chrono::system_clock, Days>;
/// A TIMESTAMP: milliseconds since 1970-01-01T00:00Z. It is C++20's sys_time<milliseconds>, not
/// std::chrono::system_clock::time_point: on many systems that one ends in the year 2262.
using Timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// A TIME: a time of day, without a date and without a zone.
struct TimeOfDay {
    std::chrono::milliseconds sinceMidnight{};

    friend bool operator==(TimeOfDay a, TimeOfDay b) { return a.sinceMidnight == b.sinceMidnight; }
    friend bool operator!=(TimeOfDay a, TimeOfDay b) { return !(a == b); }
    friend bool operator<(TimeOfDay a, TimeOfDay b) { return a.sinceMidnight < b.sinceMidnight; }
};

/// A value of type BYTES.
using Bytes = std::vector<std::byte>;

/// A DECIMAL: the digits as they were sent. It has no arithmetic: that belongs to the decimal
/// library that the application already has. *reentrant*
class KSQLDB_API Decimal {
public:
    /// The number "0".
    Decimal();
    /// Reads a number: [-+]digits[.digits][E[-+]digits]. An exponent is written out. A plus sign,
    /// leading zeros and the sign of a zero are dropped.
    /// Throws Error(InvalidArgument) for other text, and for an exponent beyond 1000.
    explicit Decimal(std::string_view digits);

    /// The digits without an exponent, trailing zeros kept: "1.10". The text lives as long as this
    /// object.
    const std::string& toString() const& noexcept { return text_; }
    std::string toString() && noexcept { return std::move(text_); }
    /// How many digits are after the point: 2 for "1.10".
    int scale() const noexcept;
    /// How many digits there are, leading zeros not counted: 3 for "1.10".
    int precision() const noexcept;
    /// The digits without the point: 110 for "1.10". None if they need more than 63 bits.
    std::optional<std::int64_t> unscaled() const noexcept;
    /// The nearest double. It is the only member that can lose digits.
    double toDouble() const noexcept;
    /// Whether the server may have rounded it. True for a value inside a STRUCT: there the server
    /// sends the digits of a double.
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

/// The value as ISO 8601 text: "2020-05-26", "10:30:05.250", "2020-05-26T23:59:58.123". Seconds are
/// always written: "10:30:00", where ksqlDB itself sends "10:30".
KSQLDB_API std::string toString(Date value);
KSQLDB_API std::string toString(TimeOfDay value);
KSQLDB_API std::string toString(Timestamp value);

/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, const Decimal& value);
KSQLDB_API std::ostream& operator<<(std::ostream& out, TimeOfDay value);

/// @}

}  // namespace ksqldb
