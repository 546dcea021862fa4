#include "secret_text.h"

#include "../characters.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace ksqldb::server {

namespace {

constexpr std::string_view quotes = "'\"`";

bool isQuote(char c) { return quotes.find(c) != std::string_view::npos; }
bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// The place behind what is quoted here; a quote in it is two.
std::size_t quotedEnd(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (text[at] != quote) continue;
        if (at + 1 == text.size() || text[at + 1] != quote) return at + 1;
        ++at;
    }
    return text.size();
}

/// A word, a number, something quoted or a sign.
struct Token {
    std::size_t begin = 0, end = 0;
};

/// The next token, past white space and comments.
std::optional<Token> nextToken(std::string_view sql, std::size_t at) {
    while (at < sql.size()) {
        const std::string_view rest = sql.substr(at);
        if (isSpace(rest.front())) {
            ++at;
        } else if (rest.starts_with("--")) {
            at = std::min(sql.size(), sql.find_first_of("\r\n", at));
        } else if (rest.starts_with("/*")) {
            const auto end = sql.find("*/", at + 2);
            at = end == std::string_view::npos ? sql.size() : end + 2;
        } else {
            break;
        }
    }
    if (at >= sql.size()) return std::nullopt;
    if (isQuote(sql[at])) return Token{at, quotedEnd(sql, at)};
    std::size_t end = at + 1;
    if (isWordChar(sql[at])) {
        const bool isNumber = isDigit(sql[at]);
        while (end < sql.size() && (isWordChar(sql[end]) || (isNumber && sql[end] == '.'))) ++end;
    }
    return Token{at, end};
}

std::vector<Token> tokensOf(std::string_view sql) {
    std::vector<Token> tokens;
    while (const auto token = nextToken(sql, tokens.empty() ? 0 : tokens.back().end))
        tokens.push_back(*token);
    return tokens;
}

std::string_view unquoted(std::string_view text) {
    if (text.empty() || !isQuote(text.front())) return text;
    const bool isClosed = text.size() > 1 && text.back() == text.front();
    return text.substr(1, text.size() - (isClosed ? 2 : 1));
}

bool isHidden(std::string_view name, bool isOfConnector) {
    return isOfConnector ? lowerCase(name) != "connector.class" : soundsSecret(name);
}

/// Copies a text up to values, which are hidden.
class Copy {
public:
    explicit Copy(std::string_view text) : text_(text) {}
    void hide(std::size_t begin, std::size_t end) {
        result_.append(text_.substr(copied_, begin - copied_));
        result_.append("'").append(hidden).append("'");
        copied_ = end;
    }
    std::string finished() { return result_.append(text_.substr(copied_)); }

private:
    std::string_view text_;
    std::string result_;
    std::size_t copied_ = 0;
};

/// Hides by what stands on both sides of a `=`, whatever is before it: quotes need not be in pairs.
std::string hideAroundEquals(std::string_view text, bool isOfConnector) {
    Copy copy(text);
    for (std::size_t at = 0; (at = text.find('=', at)) != std::string_view::npos;) {
        std::size_t nameEnd = at++;
        while (nameEnd > 0 && isSpace(text[nameEnd - 1])) --nameEnd;
        std::size_t value = at;
        while (value < text.size() && isSpace(text[value])) ++value;
        if (nameEnd == 0 || value == text.size() || text[value] != '\'') continue;
        std::size_t begin = nameEnd;
        const char last = text[nameEnd - 1];
        if (isQuote(last)) {
            --nameEnd;
            const auto quote =
                nameEnd == 0 ? std::string_view::npos : text.rfind(last, nameEnd - 1);
            begin = quote == std::string_view::npos ? 0 : quote + 1;
        } else {
            while (begin > 0 && isWordChar(text[begin - 1])) --begin;
        }
        if (!isHidden(text.substr(begin, nameEnd - begin), isOfConnector && isQuote(last)))
            continue;
        at = quotedEnd(text, value);
        copy.hide(value, at);
    }
    return copy.finished();
}

}  // namespace

bool soundsSecret(std::string_view name) {
    constexpr std::array<std::string_view, 18> words{
        "authorization", "authentication", "cookie",     "password",    "passwd",   "passphrase",
        "pwd",           "secret",         "token",      "credential",  "apikey",   "accesskey",
        "accountkey",    "assertion",      "privatekey", "keystorekey", "userinfo", "jaas"};
    std::string plain;  // apiKey, api-key, api_key and api.key are one name
    for (const char c : lowerCase(name))
        if (isWordChar(c) && c != '_') plain += c;
    // Kinds of tokens are none, what asks for credentials is no credential, and where a push query
    // goes on is no secret.
    if (plain == "tokentype" || plain == "wwwauthenticate" || plain == "proxyauthenticate" ||
        plain.find("continuationtoken") != std::string::npos)
        return false;
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return plain.find(word) != std::string::npos;
    });
}

std::string withoutSecrets(std::string_view sql, std::vector<std::string>* found) {
    const std::vector<Token> tokens = tokensOf(sql);
    const auto text = [&](std::size_t i) {
        return sql.substr(tokens[i].begin, tokens[i].end - tokens[i].begin);
    };
    Copy copy(sql);
    for (std::size_t begin = 0; begin < tokens.size();) {
        std::size_t end = begin;
        bool isOfConnector = false;
        for (; end < tokens.size() && text(end) != ";"; ++end)
            isOfConnector = isOfConnector || lowerCase(text(end)).starts_with("connector");
        for (std::size_t i = begin + 1; i + 1 < end; ++i) {
            if (text(i) != "=" || !isHidden(unquoted(text(i - 1)), isOfConnector)) continue;
            const std::string_view value = text(i + 1);
            if (value.front() != '\'' && !isDigit(value.front())) continue;
            copy.hide(tokens[i + 1].begin, tokens[i + 1].end);
            if (found != nullptr) found->emplace_back(unquoted(value));
        }
        begin = end + 1;
    }
    // Comments may have secrets, too, and not all that is sent is SQL.
    return hideAroundEquals(copy.finished(), false);
}

std::string messageWithoutSecrets(std::string_view text) {
    const std::string lower = lowerCase(text);
    return hideAroundEquals(text, lower.find(" connector ") != std::string::npos);
}

}  // namespace ksqldb::server
