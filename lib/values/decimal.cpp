#include <ksqldb/error.h>
#include <ksqldb/value_types.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <ostream>
#include <system_error>

namespace ksqldb {

namespace {

constexpr int maxExponent = 1000;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view takeDigits(std::string_view& text) {
    std::size_t count = 0;
    while (count < text.size() && isDigit(text[count])) ++count;
    const std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    return digits;
}

bool takeExponent(std::string_view& text, int& exponent) {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '+') {
        text.remove_prefix(1);
        if (!text.empty() && text.front() == '-') return false;
    }
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (fault != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return exponent >= -maxExponent && exponent <= maxExponent;
}

// Whether the text is as plainText() would write it, which is how ksqlDB sends nearly all.
bool isPlain(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const std::string_view whole = takeDigits(text);
    if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return false;
    if (negative && whole.front() == '0') return false;  // may be a zero, which has no sign
    if (text.empty()) return true;
    if (text.front() != '.') return false;
    text.remove_prefix(1);
    return !takeDigits(text).empty() && text.empty();
}

// The digits with the point moved by the exponent, or nothing if the text is no decimal.
std::string plainText(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
    std::string digits(takeDigits(text));
    if (digits.empty()) return {};
    std::size_t scale = 0;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        const std::string_view fraction = takeDigits(text);
        if (fraction.empty()) return {};
        digits += fraction;
        scale = fraction.size();
    }
    if (!text.empty() && (text.front() == 'E' || text.front() == 'e')) {
        int exponent = 0;
        if (!takeExponent(text, exponent)) return {};
        if (exponent < 0) {
            scale += static_cast<std::size_t>(-exponent);
        } else {
            const auto shift = static_cast<std::size_t>(exponent);
            if (shift > scale) digits.append(shift - scale, '0');
            scale = shift > scale ? 0 : scale - shift;
        }
    }
    if (!text.empty()) return {};

    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    const std::size_t whole = digits.size() - scale;
    std::size_t zeros = 0;
    while (zeros + 1 < whole && digits[zeros] == '0') ++zeros;
    const bool isZero = digits.find_first_not_of('0') == std::string::npos;
    if (scale != 0) digits.insert(whole, 1, '.');
    digits.erase(0, zeros);
    if (negative && !isZero) digits.insert(0, 1, '-');
    return digits;
}

}  // namespace

Decimal::Decimal() : text_("0") {}

Decimal::Decimal(std::string_view digits)
    : text_(isPlain(digits) ? std::string(digits) : plainText(digits)) {
    if (text_.empty())
        throw Error(ErrorCode::InvalidArgument,
                    "a DECIMAL must be written [-+]digits[.digits][E[-+]digits], its exponent at "
                    "most " +
                        std::to_string(maxExponent));
}

int Decimal::scale() const noexcept {
    const std::size_t point = text_.find('.');
    return point == std::string::npos ? 0 : static_cast<int>(text_.size() - point - 1);
}

int Decimal::precision() const noexcept {
    int count = 0;
    for (const char c : text_)
        if (isDigit(c) && (c != '0' || count != 0)) ++count;
    return count == 0 ? 1 : count;
}

std::optional<std::int64_t> Decimal::unscaled() const noexcept {
    constexpr std::size_t maxDigits = std::numeric_limits<std::int64_t>::digits10 + 1;
    if (precision() > static_cast<int>(maxDigits)) return std::nullopt;
    char digits[maxDigits + 2];
    std::size_t count = 0;
    bool leading = true;
    for (const char c : text_) {
        if (c == '-') digits[count++] = c;
        if (!isDigit(c) || (leading && c == '0')) continue;
        leading = false;
        digits[count++] = c;
    }
    if (leading) return 0;
    std::int64_t value = 0;
    const auto result = std::from_chars(digits, digits + count, value);
    if (result.ec != std::errc()) return std::nullopt;
    return value;
}

double Decimal::toDouble() const noexcept {
    double value = 0;
    const auto result = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (result.ec != std::errc::result_out_of_range) return value;
    const bool negative = text_.front() == '-';
    const bool isSmall = text_[negative ? 1 : 0] == '0';
    const double magnitude = isSmall ? 0.0 : std::numeric_limits<double>::infinity();
    return negative ? -magnitude : magnitude;
}

bool operator<(const Decimal& a, const Decimal& b) noexcept {
    const bool negative = a.text_.front() == '-';
    if (negative != (b.text_.front() == '-')) return negative;
    const std::string& less = negative ? b.text_ : a.text_;
    const std::string& more = negative ? a.text_ : b.text_;
    // There are no leading zeros, so more whole digits are more; with as many of them, the texts
    // are in the values' order: "1.1" < "1.10" < "1.101" < "1.2".
    const std::size_t lessWhole = std::min(less.find('.'), less.size());
    const std::size_t moreWhole = std::min(more.find('.'), more.size());
    return lessWhole != moreWhole ? lessWhole < moreWhole : less < more;
}

std::ostream& operator<<(std::ostream& out, const Decimal& value) {
    return out << value.toString();
}

}  // namespace ksqldb
