#include "protocol/sql_tokenizer.h"

#include <algorithm>

namespace ksqldb::protocol {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isNameStart(char c) { return isLetter(c) || c == '_'; }
bool isNamePart(char c) { return isNameStart(c) || isDigit(c); }
bool isWordPart(char c) { return isNamePart(c) || c == '@'; }
bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool isInLine(char c) { return c != '\r' && c != '\n'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

bool SqlToken::isWord(std::string_view upperCase) const noexcept {
    return kind == SqlTokenKind::Word && text.size() == upperCase.size() &&
           std::equal(text.begin(), text.end(), upperCase.begin(),
                      [](char a, char b) { return upper(a) == b; });
}

SqlToken SqlTokenizer::take(SqlTokenKind kind, std::size_t length) noexcept {
    const SqlToken token{kind, position_, sql_.substr(position_, length)};
    position_ += length;
    return token;
}

std::size_t SqlTokenizer::endOfRun(std::size_t at, bool (*isMember)(char)) const noexcept {
    while (at < sql_.size() && isMember(sql_[at])) ++at;
    return at;
}

SqlToken SqlTokenizer::next() noexcept {
    if (position_ == sql_.size()) return take(SqlTokenKind::End, 0);
    const char c = sql_[position_];
    const char following = at(position_ + 1);
    if (isSpace(c)) return take(SqlTokenKind::Space, endOfRun(position_, isSpace) - position_);
    if (isNameStart(c))
        return take(SqlTokenKind::Word, endOfRun(position_, isWordPart) - position_);
    if (isDigit(c) || (c == '.' && isDigit(following))) return number();
    switch (c) {
        case '\'':
            return quoted(SqlTokenKind::String);
        case '"':
        case '`':
            return quoted(SqlTokenKind::QuotedName);
        case ';':
            return take(SqlTokenKind::Semicolon, 1);
        case '?':
            return take(SqlTokenKind::Question, 1);
        case ':':
            return colon();
        case '-':
            if (following != '-') break;
            return take(SqlTokenKind::Comment, endOfRun(position_, isInLine) - position_);
        case '/':
            if (following != '*') break;
            return blockComment();
        case '$': {
            if (following != '{' || !isNameStart(at(position_ + 2))) break;
            const std::size_t end = endOfRun(position_ + 2, isWordPart);
            if (at(end) != '}') break;
            return take(SqlTokenKind::Variable, end + 1 - position_);
        }
        default:
            break;
    }
    return symbol();
}

SqlToken SqlTokenizer::nextMeant() noexcept {
    SqlToken token = next();
    while (token.isSkipped()) token = next();
    return token;
}

SqlToken SqlTokenizer::quoted(SqlTokenKind kind) noexcept {
    const char quote = sql_[position_];
    std::size_t end = position_;
    // A doubled quote stands for one in the text.
    do {
        end = sql_.find(quote, end + 1);
        if (end == std::string_view::npos)
            return take(SqlTokenKind::Unclosed, sql_.size() - position_);
        ++end;
    } while (at(end) == quote);
    return take(kind, end - position_);
}

/// The longest of what may begin here, as a lexer takes it: digits that letters follow are a name,
/// 1E5 is a number, and so is 1E5 in 1E5.2, and 1 in 1.5E.
SqlToken SqlTokenizer::number() noexcept {
    std::size_t end = endOfRun(position_, isDigit);
    const bool isFraction = at(end) == '.';
    if (isFraction) end = endOfRun(end + 1, isDigit);
    if (upper(at(end)) == 'E') {
        const bool isSigned = at(end + 1) == '+' || at(end + 1) == '-';
        const std::size_t digits = end + (isSigned ? 2 : 1);
        if (isDigit(at(digits))) end = endOfRun(digits, isDigit);
    }
    const std::size_t word = endOfRun(position_, isWordPart);
    if (word > end) return take(SqlTokenKind::Word, word - position_);
    return take(SqlTokenKind::Number, end - position_);
}

SqlToken SqlTokenizer::colon() noexcept {
    if (at(position_ + 1) == '=') return take(SqlTokenKind::Symbol, 2);
    if (at(position_ + 1) == ':') return take(SqlTokenKind::Symbol, 2);
    if (!isNameStart(at(position_ + 1))) return take(SqlTokenKind::Symbol, 1);
    return take(SqlTokenKind::NamedQuestion, endOfRun(position_ + 1, isNamePart) - position_);
}

SqlToken SqlTokenizer::symbol() noexcept {
    for (const std::string_view sign : {"->", "=>", "||", "<>", "!=", "<=", ">="})
        if (sql_.substr(position_, 2) == sign) return take(SqlTokenKind::Symbol, 2);
    return take(SqlTokenKind::Symbol, 1);
}

SqlToken SqlTokenizer::blockComment() noexcept {
    const std::size_t end = sql_.find("*/", position_ + 2);
    if (end == std::string_view::npos) return take(SqlTokenKind::Unclosed, sql_.size() - position_);
    return take(SqlTokenKind::Comment, end + 2 - position_);
}

bool isBareComment(const SqlToken& token) noexcept {
    return token.kind == SqlTokenKind::Comment && token.text == "--";
}

}  // namespace ksqldb::protocol
