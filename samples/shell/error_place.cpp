#include "error_place.h"

#include "text_width.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace shell {

namespace {

constexpr std::string_view indent = "  ";
constexpr std::string_view ellipsis = "…";

/// Takes a number from the front.
std::optional<std::size_t> takeNumber(std::string_view& text) {
    std::size_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    return number;
}

bool take(std::string_view& text, std::string_view what) {
    if (text.substr(0, what.size()) != what) return false;
    text.remove_prefix(what.size());
    return true;
}

std::optional<SqlPlace> placeAt(std::string_view text, std::string_view before,
                                std::string_view between) {
    if (!take(text, before)) return std::nullopt;
    const auto line = takeNumber(text);
    if (!line || !take(text, between)) return std::nullopt;
    const auto column = takeNumber(text);
    if (!column || *line == 0 || *column == 0) return std::nullopt;
    return SqlPlace{*line, *column};
}

std::string_view lineOf(std::string_view text, std::size_t number) {
    for (; number > 1; --number) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    std::string_view line = text.substr(0, text.find('\n'));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

/// Bytes of the first `count` characters; none where there are not as many.
std::optional<std::size_t> bytesOf(std::string_view line, std::size_t count) {
    std::size_t bytes = 0;
    for (; count > 0; --count) {
        if (bytes == line.size()) return std::nullopt;
        bytes += firstCharacter(line.substr(bytes)).bytes;
    }
    return bytes;
}

std::string withBlanks(std::string_view text) {
    std::string out(text);
    std::replace(out.begin(), out.end(), '\t', ' ');
    return inOneLine(out);
}

/// Takes characters from the front until it is at most `width` wide.
std::string endOf(std::string_view text, std::size_t width) {
    while (widthOf(text) > width) text.remove_prefix(firstCharacter(text).bytes);
    return std::string(text);
}

}  // namespace

std::optional<SqlPlace> placeIn(std::string_view message) {
    constexpr std::array<std::array<std::string_view, 2>, 3> forms{
        {{"line ", ":"}, {"Line: ", ", Col: "}, {"line: ", ", col: "}}};
    for (std::size_t at = 0; at < message.size(); ++at) {
        if (message[at] != 'l' && message[at] != 'L') continue;
        for (const auto& form : forms)
            if (const auto place = placeAt(message.substr(at), form[0], form[1])) return place;
    }
    return std::nullopt;
}

std::optional<MarkedLine> marked(std::string_view sql, SqlPlace place, std::size_t limit) {
    const std::string_view line = lineOf(sql, place.line);
    const auto offset = bytesOf(line, place.column - 1);
    if (line.empty() || !offset) return std::nullopt;
    std::string before = withBlanks(line.substr(0, *offset));
    std::string after = withBlanks(line.substr(*offset));
    if (limit != 0) {
        const std::size_t room = limit > indent.size() + 10 ? limit - indent.size() : 10;
        if (widthOf(before) + widthOf(after) > room && widthOf(before) > room / 2)
            before = std::string(ellipsis) + endOf(before, room / 2 - 1);
        after = cut(after, room - widthOf(before));
    }
    MarkedLine out;
    out.mark = std::string(indent) + std::string(widthOf(before), ' ') + '^';
    out.line = std::string(indent) + before + after;
    return out;
}

}  // namespace shell
