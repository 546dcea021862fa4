#include "json_text.h"

#include <ksqldb/error.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace ksqldb::testing::detail {

namespace {

/// The digits of a double and the power of ten of the first: 1234.5 is "12345" and 3.
std::pair<std::string, int> digitsOf(double magnitude) {
    std::array<char, 32> text{};
    auto end = std::to_chars(text.begin(), text.end(), magnitude, std::chars_format::scientific);
    // Java has two digits where one would do, and these are nearer then.
    if (std::string_view(text.data(), end.ptr).find('.') == std::string_view::npos)
        end = std::to_chars(text.begin(), text.end(), magnitude, std::chars_format::scientific, 1);
    const std::string_view all(text.data(), end.ptr);
    const std::size_t e = all.find('e');
    std::string digits(1, all.front());
    digits += all.substr(2, e - 2);
    while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
    return {digits, std::atoi(all.data() + e + 1)};
}

/// "1.5" of "15" and one digit before the point; there is always one behind it.
std::string withPoint(std::string digits, std::size_t before) {
    if (digits.size() <= before) digits.append(before + 1 - digits.size(), '0');
    return digits.insert(before, 1, '.');
}

}  // namespace

std::string javaDouble(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    const std::string sign = std::signbit(value) ? "-" : "";
    if (value == 0) return sign + "0.0";
    const double magnitude = std::abs(value);
    const auto [digits, exponent] = digitsOf(magnitude);
    if (magnitude < 1e-3 || magnitude >= 1e7)
        return sign + withPoint(digits, 1) + 'E' + std::to_string(exponent);
    if (exponent < 0)
        return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    return sign + withPoint(digits, static_cast<std::size_t>(exponent) + 1);
}

void JavaUtf8::Encode(rapidjson::StringBuffer& out, unsigned character) {
    if (character <= 0xFFFFU) return UTF8::Encode(out, character);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "\\u%04X\\u%04X",
                  0xD800U + ((character - 0x10000U) >> 10U), 0xDC00U + (character & 0x3FFU));
    for (const char* c = text.data(); *c != '\0'; ++c) out.Put(*c);
}

bool JsonWriter::String(std::string_view text) {
    if (!BasicJsonWriter::String(text))
        throw Error(ErrorCode::InvalidArgument, "text that is not UTF-8");
    return true;
}

bool JsonWriter::Double(double value) {
    const std::string text = javaDouble(value);
    return std::isfinite(value) ? Raw(text) : String(text);
}

}  // namespace ksqldb::testing::detail
