#include "protocol/sql_kind.h"

#include "protocol/sql_tokenizer.h"

#include <algorithm>
#include <array>

namespace ksqldb::protocol {

namespace {

constexpr std::array<std::string_view, 10> shellWords{
    "CLEAR", "EXIT", "HELP", "HISTORY", "OUTPUT", "QUIT", "RUN", "SERVER", "SPOOL", "VERSION"};

bool isEnd(const SqlToken& token) {
    return token.kind == SqlTokenKind::End || token.kind == SqlTokenKind::Semicolon ||
           token.kind == SqlTokenKind::Unclosed;
}

/// INSERT INTO … VALUES or INSERT INTO … SELECT: the first of the two outside brackets tells.
SqlKind kindOfInsert(SqlTokenizer& tokenizer) noexcept {
    int depth = 0;
    for (SqlToken token = tokenizer.nextMeant(); !isEnd(token); token = tokenizer.nextMeant()) {
        if (token.isSymbol("(")) ++depth;
        if (token.isSymbol(")")) --depth;
        if (depth != 0) continue;
        if (token.isWord("VALUES")) return SqlKind::InsertValues;
        if (token.isWord("SELECT")) return SqlKind::Other;
    }
    return SqlKind::Other;
}

/// How a statement ends, the semicolon left out.
struct Tail {
    bool hasLimit = false;
    bool hasEmit = false;
};

Tail tailOf(std::string_view sql) noexcept {
    constexpr SqlToken none{SqlTokenKind::End, 0, {}};
    std::array<SqlToken, 4> last{none, none, none, none};
    SqlTokenizer tokenizer(sql);
    for (SqlToken token = tokenizer.nextMeant(); !isEnd(token); token = tokenizer.nextMeant()) {
        std::rotate(last.begin(), last.begin() + 1, last.end());
        last.back() = token;
    }
    Tail tail;
    tail.hasLimit = last[2].isWord("LIMIT") && last[3].kind == SqlTokenKind::Number;
    const std::size_t emit = tail.hasLimit ? 0 : 2;
    tail.hasEmit = last[emit].isWord("EMIT") &&
                   (last[emit + 1].isWord("CHANGES") || last[emit + 1].isWord("FINAL"));
    return tail;
}

std::string unquoted(std::string_view text) {
    const char quote = text.front();
    std::string out;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        out += text[i];
        if (text[i] == quote) ++i;
    }
    return out;
}

}  // namespace

SqlKind kindOf(std::string_view sql) noexcept {
    SqlTokenizer tokenizer(sql);
    const SqlToken first = tokenizer.nextMeant();
    if (first.kind != SqlTokenKind::Word) return SqlKind::Other;
    if (first.isWord("SELECT")) return SqlKind::Query;
    if (first.isWord("PRINT")) return SqlKind::Print;
    if (first.isWord("INSERT")) return kindOfInsert(tokenizer);
    if (first.isWord("SET"))
        return tokenizer.nextMeant().isWord("CLI") ? SqlKind::Shell : SqlKind::Set;
    if (first.isWord("UNSET")) return SqlKind::Unset;
    if (first.isWord("DEFINE")) return SqlKind::Define;
    if (first.isWord("UNDEFINE")) return SqlKind::Undefine;
    if (first.isWord("REQUEST") && tokenizer.nextMeant().isWord("PIPELINING"))
        return SqlKind::Shell;
    const bool isShell = std::any_of(shellWords.begin(), shellWords.end(),
                                     [&](std::string_view word) { return first.isWord(word); });
    return isShell ? SqlKind::Shell : SqlKind::Other;
}

bool hasLimit(std::string_view sql) noexcept { return tailOf(sql).hasLimit; }

bool isPushQuery(std::string_view sql) noexcept {
    return kindOf(sql) == SqlKind::Query && tailOf(sql).hasEmit;
}

std::optional<SqlSetting> settingOf(std::string_view sql) {
    const SqlKind kind = kindOf(sql);
    const bool isProperty = kind == SqlKind::Set || kind == SqlKind::Unset;
    const bool hasValue = kind == SqlKind::Set || kind == SqlKind::Define;
    if (!isProperty && kind != SqlKind::Define && kind != SqlKind::Undefine) return std::nullopt;

    SqlTokenizer tokenizer(sql);
    tokenizer.nextMeant();
    SqlSetting setting;
    const SqlToken name = tokenizer.nextMeant();
    if (name.kind != (isProperty ? SqlTokenKind::String : SqlTokenKind::Word)) return std::nullopt;
    setting.name = isProperty ? unquoted(name.text) : std::string(name.text);
    if (hasValue) {
        if (!tokenizer.nextMeant().isSymbol("=")) return std::nullopt;
        const SqlToken value = tokenizer.nextMeant();
        if (value.kind != SqlTokenKind::String) return std::nullopt;
        setting.value = unquoted(value.text);
    }
    if (tokenizer.nextMeant().kind != SqlTokenKind::Semicolon) return std::nullopt;
    if (tokenizer.nextMeant().kind != SqlTokenKind::End) return std::nullopt;
    return setting;
}

}  // namespace ksqldb::protocol
