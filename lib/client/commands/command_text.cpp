#include "client/commands/command_text.h"

#include "base/require.h"
#include "client/options/option_checks.h"
#include "protocol/sql_script.h"
#include "protocol/sql_tokenizer.h"
#include "values/sql_literal.h"

#include <ksqldb/error.h>
#include <ksqldb/identifier.h>

#include <algorithm>
#include <array>

namespace ksqldb::client {

using protocol::SqlToken;
using protocol::SqlTokenizer;
using protocol::SqlTokenKind;

namespace {

constexpr std::array<std::string_view, 5> readingWords{"LIST", "SHOW", "DESCRIBE", "EXPLAIN",
                                                       "ASSERT"};

bool onlyLooks(const protocol::SqlStatement& statement) {
    SqlTokenizer tokenizer(statement.text);
    const SqlToken first = tokenizer.nextMeant();
    return std::any_of(readingWords.begin(), readingWords.end(),
                       [&](std::string_view word) { return first.isWord(word); });
}

}  // namespace

bool isReadOnly(std::string_view sql) {
    const auto statements = protocol::splitScript(sql);
    return !statements.empty() && std::all_of(statements.begin(), statements.end(), onlyLooks);
}

std::string withoutSecrets(std::string_view sql) {
    std::string out;
    bool isConnector = false;
    bool isValue = false;
    std::string_view property;
    SqlTokenizer tokenizer(sql);
    for (SqlToken token = tokenizer.next(); token.kind != SqlTokenKind::End;
         token = tokenizer.next()) {
        const bool isSecret =
            isConnector &&
            // What is not closed may go on with anything.
            (token.kind == SqlTokenKind::Unclosed ||
             (token.kind == SqlTokenKind::String && isValue && property != "'connector.class'"));
        out += isSecret ? "'[string]'" : token.text;
        if (token.isSkipped()) continue;
        if (token.isWord("CONNECTOR")) isConnector = true;
        if (token.kind == SqlTokenKind::Semicolon) isConnector = false;
        isValue = token.isSymbol("=");
        if (!isValue) property = token.text;
    }
    return out;
}

std::string quotedText(std::string_view text, const char* what) {
    try {
        return values::quotedText(text);
    } catch (const Error& error) {
        throw Error(error.code(), std::string(what) + ": " + error.what());
    }
}

std::string quotedName(std::string_view name) { return Identifier(name).quoted(); }

std::chrono::seconds roundedUp(std::chrono::nanoseconds limit) {
    base::require(limit.count() >= 0, "a negative time limit");
    return std::chrono::ceil<std::chrono::seconds>(limit);
}

std::string timeoutClause(std::chrono::nanoseconds limit) {
    const auto seconds = roundedUp(limit).count();
    return seconds == 0 ? std::string() : " TIMEOUT " + std::to_string(seconds) + " SECONDS";
}

std::string percentEncoded(std::string_view text) {
    checkUtf8(text, "a name that becomes part of a path");
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || plain.find(c) != std::string_view::npos;
        if (isPlain)
            out += c;
        else
            (((out += '%') += digits[byte >> 4U]) += digits[byte & 0xFU]);
    }
    return out;
}

std::string statusPath(std::string_view commandId) {
    const std::size_t first = commandId.find('/');
    const std::size_t last = commandId.rfind('/');
    base::require(first != std::string_view::npos && first != 0 && last > first + 1 &&
                      last + 1 != commandId.size(),
                  "this is no command's id, which looks like stream/`S`/create");
    return "/status/" + percentEncoded(commandId.substr(0, first)) + '/' +
           percentEncoded(commandId.substr(first + 1, last - first - 1)) + '/' +
           percentEncoded(commandId.substr(last + 1));
}

}  // namespace ksqldb::client
