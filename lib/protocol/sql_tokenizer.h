#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ksqldb::protocol {

enum class SqlTokenKind : std::uint8_t {
    End,
    Space,
    Comment,        // -- to the end of the line, or /* … */
    String,         // 'it''s'
    QuotedName,     // "…" or `…`
    Variable,       // ${name}
    Word,           // a keyword or a name, also one that begins with a digit
    Number,         // 7, 7.5, .5, 1E5; a minus is a symbol
    Question,       // ? for the next value
    NamedQuestion,  // :name for the value of this name
    Semicolon,
    Symbol,    // every other sign, := -> => || <> != <= >= as one
    Unclosed,  // a quote or a /* without its end; goes to the end of the text
};

struct SqlToken {
    SqlTokenKind kind;
    std::size_t offset;
    std::string_view text;

    bool isSkipped() const { return kind == SqlTokenKind::Space || kind == SqlTokenKind::Comment; }
    /// In capitals or not, as ksqlDB reads keywords. A quoted name is none.
    bool isWord(std::string_view upperCase) const noexcept;
    bool isSymbol(std::string_view sign) const noexcept {
        return kind == SqlTokenKind::Symbol && text == sign;
    }
};

/// Cuts SQL into the tokens of ksqlDB's grammar, in one pass. Every byte is in exactly one token.
/// Placeholders, which ksqlDB does not have, are tokens where its grammar has no such sign.
class SqlTokenizer {
public:
    explicit SqlTokenizer(std::string_view sql) : sql_(sql) {}

    SqlToken next() noexcept;
    /// The next one that is neither space nor comment.
    SqlToken nextMeant() noexcept;

private:
    SqlToken take(SqlTokenKind kind, std::size_t length) noexcept;
    SqlToken quoted(SqlTokenKind kind) noexcept;
    SqlToken number() noexcept;
    SqlToken colon() noexcept;
    SqlToken symbol() noexcept;
    SqlToken blockComment() noexcept;
    std::size_t endOfRun(std::size_t at, bool (*isMember)(char)) const noexcept;
    char at(std::size_t i) const noexcept { return i < sql_.size() ? sql_[i] : '\0'; }

    std::string_view sql_;
    std::size_t position_ = 0;
};

/// `--` with nothing behind it in its line. ksqlDB takes the next line for the comment's text, some
/// versions do not; with a blank behind it all agree that it is empty.
bool isBareComment(const SqlToken& token) noexcept;

}  // namespace ksqldb::protocol
