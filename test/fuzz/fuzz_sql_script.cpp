// Any script is cut into statements that stand in it, each of which is the same by itself; what is
// left out between them is blank, comment or semicolon.
#include "input.h"
#include "protocol/sql_script.h"
#include "protocol/sql_tokenizer.h"

#include <vector>

using namespace ksqldb;
using fuzz::require;
using protocol::SqlProblem;
using protocol::SqlStatement;
using protocol::SqlToken;
using protocol::SqlTokenizer;
using protocol::SqlTokenKind;

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// The tokens that mean something, one after another.
std::vector<std::string> meantTokens(std::string_view sql) {
    std::vector<std::string> out;
    SqlTokenizer tokenizer(sql);
    for (SqlToken token = tokenizer.nextMeant(); token.kind != SqlTokenKind::End;
         token = tokenizer.nextMeant())
        out.emplace_back(token.text);
    return out;
}

void checkStatement(const SqlStatement& statement) {
    // At the beginning of a text, a byte order mark would be skipped.
    if (statement.problem == SqlProblem::Unclosed || statement.text.starts_with(byteOrderMark))
        return;
    const std::vector<SqlStatement> again = protocol::splitScript(statement.text);
    require(again.size() == 1 && again[0].text == statement.text);
    require(again[0].kind == statement.kind && again[0].problem == statement.problem);
    require(again[0].place.offset == 0);
}

std::size_t markSize(std::string_view script) {
    return script.starts_with(byteOrderMark) ? byteOrderMark.size() : 0;
}

/// Counted from the beginning each time.
void checkPlace(const protocol::SqlPlace& place, std::string_view script) {
    const std::size_t begin = markSize(script);
    require(place.offset >= begin && place.offset <= script.size());
    std::size_t line = 1;
    std::size_t column = 1;
    for (std::size_t i = begin; i < place.offset; ++i) {
        const bool isCrLf = script[i] == '\n' && i > 0 && script[i - 1] == '\r';
        if (script[i] == '\r' || (script[i] == '\n' && !isCrLf)) {
            ++line;
            column = 1;
        } else if (!isCrLf && (script[i] & 0xC0) != 0x80) {
            ++column;
        }
    }
    require(place.line == line && place.column == column);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view script = fuzz::textOf(data, size);
    const std::vector<SqlStatement> statements = protocol::splitScript(script);

    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const SqlStatement& statement = statements[i];
        require(statement.problem == SqlProblem::None || i + 1 == statements.size());
        checkPlace(statement.place, script);
        if (statement.problem == SqlProblem::Unclosed) checkPlace(statement.problemPlace, script);
        checkStatement(statement);
        for (std::string& token : meantTokens(statement.text)) tokens.push_back(std::move(token));
    }
    std::vector<std::string> expected = meantTokens(script.substr(markSize(script)));
    // Semicolons alone are left out.
    std::erase(tokens, ";");
    std::erase(expected, ";");
    require(tokens == expected);
    return 0;
}
