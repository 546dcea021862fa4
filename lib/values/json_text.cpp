#include "values/json_text.h"

#include "values/utf8.h"

#include <charconv>
#include <cstring>

namespace ksqldb::values {

namespace {

constexpr std::size_t escapeSize = 6;  // of \uDC00
constexpr unsigned none = 0;

/// The UTF-16 unit that is escaped there.
unsigned unitAt(std::string_view json, std::size_t at) noexcept {
    const std::string_view escape = json.substr(at, escapeSize);
    if (escape.size() < escapeSize || escape.substr(0, 2) != "\\u") return none;
    unsigned unit = none;
    const char* const end = escape.data() + escape.size();
    const auto [stop, error] = std::from_chars(escape.data() + 2, end, unit, 16);
    return stop == end ? unit : none;
}

bool isHigh(unsigned unit) noexcept { return unit >= 0xD800 && unit <= 0xDBFF; }
bool isLow(unsigned unit) noexcept { return unit >= 0xDC00 && unit <= 0xDFFF; }

std::size_t findHalfPair(std::string_view json, std::size_t from) noexcept {
    for (std::size_t at = from; (at = json.find('\\', at)) != std::string_view::npos;) {
        const unsigned unit = unitAt(json, at);
        if (isHigh(unit) && isLow(unitAt(json, at + escapeSize)))
            at += 2 * escapeSize;
        else if (isHigh(unit) || isLow(unit))
            return at;
        else
            at += 2;  // which may be an escaped backslash
    }
    return std::string_view::npos;
}

}  // namespace

const char* textFault(std::string_view json) noexcept {
    if (!isUtf8(json)) return "is not UTF-8";
    if (findHalfPair(json, 0) != std::string_view::npos) return "holds half a surrogate pair";
    return nullptr;
}

std::string asText(std::string_view json) {
    std::string text = asUtf8(json);
    replaceHalfPairs(text.data(), text.size());
    return text;
}

void replaceHalfPairs(char* json, std::size_t size) noexcept {
    const std::string_view text(json, size);
    for (std::size_t at = 0; (at = findHalfPair(text, at)) != std::string_view::npos;) {
        std::memcpy(json + at, "\\uFFFD", escapeSize);
        at += escapeSize;
    }
}

}  // namespace ksqldb::values
