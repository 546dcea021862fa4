#include "statement.h"

#include "characters.h"
#include "request.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace ksqldb::server {

namespace {

/// The size of the comment that `text` begins with; 0 if it begins with none.
std::size_t commentSize(std::string_view text) {
    const auto sizeUpTo = [&](std::string_view end, std::size_t from) {
        const auto found = text.find(end, from);
        return found == std::string_view::npos ? text.size() : found + end.size();
    };
    if (text.substr(0, 2) == "--") return sizeUpTo("\n", 2);
    if (text.substr(0, 2) == "/*") return sizeUpTo("*/", 2);
    return 0;
}

/// The size of the quoted piece that `text` begins with; 0 if it begins with none. A doubled quote
/// inside looks like the next piece, which is as good here.
std::size_t quotedSize(std::string_view text) {
    if (text.empty() || std::string_view("'\"`").find(text.front()) == std::string_view::npos) {
        return 0;
    }
    const auto end = text.find(text.front(), 1);
    return end == std::string_view::npos ? text.size() : end + 1;
}

/// The name in back-quotes that `quoted` is, if without them it would be the same: `ORDERS`, but
/// not `orders`. Else empty.
std::string_view plainName(std::string_view quoted) {
    if (quoted.size() < 3 || quoted.front() != '`') return {};
    const std::string_view name = quoted.substr(1, quoted.size() - 2);
    const bool isPlain = std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
                         std::all_of(name.begin(), name.end(), [](unsigned char c) {
                             return std::isupper(c) != 0 || std::isdigit(c) != 0 || c == '_';
                         });
    return isPlain ? name : std::string_view();
}

/// How many characters have to be changed, added or left out to make one text of the other.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t changed = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string comparableStatement(std::string_view sql) {
    std::string result;
    bool space = false;
    while (!sql.empty()) {
        if (const std::size_t blank = isSpace(sql.front()) ? 1 : commentSize(sql)) {
            space = true;
            sql.remove_prefix(blank);
            continue;
        }
        const std::size_t size = quotedSize(sql);
        // A doubled quote is part of a name.
        const bool isPart = sql.substr(size, 1) == "`" || (!result.empty() && result.back() == '`');
        const std::string_view name = isPart ? std::string_view() : plainName(sql.substr(0, size));
        if (!name.empty()) sql.remove_prefix(1);
        // Between other characters than those of words, white space means nothing.
        if ((space || !name.empty()) && !result.empty() && isWordChar(result.back()) &&
            isWordChar(sql.front())) {
            result += ' ';
        }
        space = false;
        if (!name.empty()) {
            for (const char c : name)
                result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            sql.remove_prefix(name.size() + 1);
            space = true;
            continue;
        }
        if (size != 0) {
            result += sql.substr(0, size);
            sql.remove_prefix(size);
            continue;
        }
        result += static_cast<char>(std::tolower(static_cast<unsigned char>(sql.front())));
        sql.remove_prefix(1);
    }
    while (!result.empty() && result.back() == ';') result.pop_back();
    if (result.rfind("show ", 0) == 0) result.replace(0, 4, "list");
    return result;
}

bool isEnded(std::string_view sql) {
    while (!sql.empty() && isSpace(sql.back())) sql.remove_suffix(1);
    return !sql.empty() && sql.back() == ';';
}

bool startsWithWord(std::string_view sql, std::string_view word) {
    while (!sql.empty() && isSpace(sql.front())) sql.remove_prefix(1);
    return equalIgnoringCase(sql.substr(0, word.size()), word) &&
           (sql.size() == word.size() || !isWordChar(sql[word.size()]));
}

std::string shortened(std::string_view text, std::size_t size) {
    std::string line = normalizedSpace(text.substr(0, 4 * size));
    if (line.size() <= size && text.size() <= 4 * size) return line;
    std::size_t end = std::min(line.size(), size);
    // Not in the middle of a character.
    while (end > 0 && end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) {
        --end;
    }
    return line.substr(0, end) + "…";
}

std::vector<std::string> nearest(std::string_view sql, const std::vector<std::string>& statements,
                                 std::size_t count) {
    constexpr std::size_t compared = 300;  // bytes of each: the time grows with their square
    const std::string wanted = comparableStatement(sql).substr(0, compared);
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const auto& statement : statements) {
        const std::string known = comparableStatement(statement).substr(0, compared);
        const std::size_t apart = distance(wanted, known);
        if (2 * apart < std::max(wanted.size(), known.size())) found.emplace_back(apart, statement);
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> result;
    for (auto& [apart, statement] : found) {
        if (result.size() == count) break;
        result.push_back(std::move(statement));
    }
    return result;
}

}  // namespace ksqldb::server
