#include "text_width.h"

#include <langinfo.h>
#include <wchar.h>

#include <clocale>
#include <cstring>

namespace shell {

namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::string_view ellipsis = "…";

bool isControl(char32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

void appendEscaped(std::string& out, char32_t code) {
    static constexpr char digits[] = "0123456789ABCDEF";
    if (code == '\n')
        out += "\\n";
    else if (code == '\t')
        out += "\\t";
    else if (code == '\r')
        out += "\\r";
    else
        ((out += "\\x") += digits[(code >> 4U) & 15U]) += digits[code & 15U];
}

template <class IsKept>
std::string escaped(std::string_view text, IsKept isKept) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Character c = firstCharacter(text);
        if (isControl(c.code) && !isKept(c.code))
            appendEscaped(out, c.code);
        else if (c.code == replacement)
            out += "\uFFFD";
        else
            out += text.substr(0, c.bytes);
        text.remove_prefix(c.bytes);
    }
    return out;
}

}  // namespace

void useUtf8Locale() {
    std::setlocale(LC_CTYPE, "");
    if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
}

Character firstCharacter(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (length == 0 || first > 0xF4 || text.size() < length) return {replacement, 1};
    char32_t code = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return {replacement, 1};
        code = (code << 6U) | (byte(i) & 0x3FU);
    }
    const char32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
    const bool isSurrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least || code > 0x10FFFF || isSurrogate) return {replacement, 1};
    return {code, length};
}

std::size_t widthOf(char32_t code) noexcept {
    if (code >= 0x20 && code < 0x7F) return 1;
    const int width = ::wcwidth(static_cast<wchar_t>(code));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

std::size_t widthOf(std::string_view text) noexcept {
    std::size_t width = 0;
    while (!text.empty()) {
        const Character c = firstCharacter(text);
        width += widthOf(c.code);
        text.remove_prefix(c.bytes);
    }
    return width;
}

std::string inOneLine(std::string_view text) {
    return escaped(text, [](char32_t) { return false; });
}

std::string withoutControls(std::string_view text) {
    return escaped(text, [](char32_t code) { return code == '\n' || code == '\t'; });
}

std::string cut(std::string_view text, std::size_t width) {
    if (widthOf(text) <= width) return std::string(text);
    if (width == 0) return {};
    std::size_t used = 0;
    std::size_t end = 0;
    while (true) {
        const Character c = firstCharacter(text.substr(end));
        if (used + widthOf(c.code) > width - 1) break;
        used += widthOf(c.code);
        end += c.bytes;
    }
    return std::string(text.substr(0, end)).append(ellipsis);
}

std::string padLeft(std::string_view text, std::size_t width) {
    const std::size_t taken = widthOf(text);
    return std::string(taken < width ? width - taken : 0, ' ').append(text);
}

std::string padRight(std::string_view text, std::size_t width) {
    const std::size_t taken = widthOf(text);
    return std::string(text).append(taken < width ? width - taken : 0, ' ');
}

}  // namespace shell
