#include "protocol/sql_script.h"

#include "protocol/sql_tokenizer.h"

#include <utility>

namespace ksqldb::protocol {

namespace {

/// Counts lines and columns, going forward only.
class Places {
public:
    /// `skipped` bytes stand before the text.
    Places(std::string_view text, std::size_t skipped) : text_(text), skipped_(skipped) {}

    SqlPlace at(std::size_t offset) {
        for (; place_.offset < offset; ++place_.offset) step(text_[place_.offset]);
        SqlPlace place = place_;
        place.offset += skipped_;
        return place;
    }

private:
    void step(char c) {
        const bool isContinuation = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        const bool isSecondOfCrLf = c == '\n' && previous_ == '\r';
        previous_ = c;
        if (isContinuation || isSecondOfCrLf) return;
        if (c == '\n' || c == '\r') {
            ++place_.line;
            place_.column = 1;
        } else {
            ++place_.column;
        }
    }

    std::string_view text_;
    std::size_t skipped_;
    SqlPlace place_;
    char previous_ = '\0';
};

class Splitter {
public:
    Splitter(std::string_view script, std::size_t skipped)
        : places_(script, skipped), tokenizer_(script) {}

    std::vector<SqlStatement> run() {
        while (true) {
            const SqlToken token = tokenizer_.next();
            switch (token.kind) {
                case SqlTokenKind::End:
                    if (isOpen_) finish(SqlProblem::NoSemicolon);
                    return std::move(statements_);
                case SqlTokenKind::Semicolon:
                    if (!isOpen_) break;
                    current_.text += token.text;
                    finish(SqlProblem::None);
                    break;
                case SqlTokenKind::Unclosed:
                    add(token);
                    current_.problemPlace = places_.at(token.offset);
                    finish(SqlProblem::Unclosed);
                    break;
                default:
                    add(token);
            }
        }
    }

private:
    void add(const SqlToken& token) {
        if (!isOpen_) {
            if (token.isSkipped()) return;
            isOpen_ = true;
            current_.place = places_.at(token.offset);
        }
        current_.text += token.text;
        if (isBareComment(token)) current_.text += ' ';
    }

    void finish(SqlProblem problem) {
        current_.kind = kindOf(current_.text);
        current_.problem = problem;
        statements_.push_back(std::exchange(current_, {}));
        isOpen_ = false;
    }

    Places places_;
    SqlTokenizer tokenizer_;
    SqlStatement current_;
    bool isOpen_ = false;
    std::vector<SqlStatement> statements_;
};

}  // namespace

std::vector<SqlStatement> splitScript(std::string_view script) {
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    const std::size_t skipped = script.starts_with(byteOrderMark) ? byteOrderMark.size() : 0;
    return Splitter(script.substr(skipped), skipped).run();
}

}  // namespace ksqldb::protocol
