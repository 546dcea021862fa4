// Any text is cut into tokens that are the whole of it, and into statements that stand in it; any
// two texts can be bound, and come out of the statement as they went in.
#include "protocol/sql_kind.h"
#include "protocol/sql_script.h"
#include "protocol/sql_tokenizer.h"
#include "values/utf8.h"

#include <ksqldb/error.h>
#include <ksqldb/statement.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace ksqldb;
using protocol::SqlProblem;
using protocol::SqlToken;
using protocol::SqlTokenizer;
using protocol::SqlTokenKind;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void checkTokens(std::string_view sql) {
    SqlTokenizer tokenizer(sql);
    std::size_t end = 0;
    for (SqlToken token = tokenizer.next(); token.kind != SqlTokenKind::End;
         token = tokenizer.next()) {
        require(token.offset == end && !token.text.empty());
        end += token.text.size();
        // A token by itself is the same token.
        if (token.kind == SqlTokenKind::Unclosed) continue;
        const SqlToken again = SqlTokenizer(token.text).next();
        require(again.kind == token.kind && again.text == token.text);
    }
    require(end == sql.size());
}

void checkScript(std::string_view script) {
    const std::vector<protocol::SqlStatement> statements = protocol::splitScript(script);
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const protocol::SqlStatement& statement = statements[i];
        require(statement.problem == SqlProblem::None || i + 1 == statements.size());
        require(statement.place.line >= 1 && statement.place.column >= 1);
        require(statement.place.offset <= script.size());
        // At the beginning of a text, a byte order mark would be skipped.
        const bool hasMark = statement.text.substr(0, 3) == "\xEF\xBB\xBF";
        if (statement.problem == SqlProblem::Unclosed || hasMark) continue;
        const auto again = protocol::splitScript(statement.text);
        require(again.size() == 1 && again[0].text == statement.text);
        require(again[0].kind == statement.kind && again[0].problem == statement.problem);
    }
}

/// What a literal of a text stands for.
std::string read(SqlTokenizer& tokenizer) {
    std::string text;
    SqlToken token = tokenizer.nextMeant();
    const bool isConcat = token.isWord("CONCAT");
    if (isConcat) {
        require(tokenizer.nextMeant().isSymbol("("));
        token = tokenizer.nextMeant();
    }
    while (true) {
        require(token.kind == SqlTokenKind::String);
        for (std::size_t i = 1; i + 1 < token.text.size(); ++i) {
            text += token.text[i];
            if (token.text[i] == '\'') require(token.text[++i] == '\'');
        }
        if (!isConcat) return text;
        token = tokenizer.nextMeant();
        if (token.isSymbol(")")) return text;
        require(token.isSymbol(","));
        token = tokenizer.nextMeant();
    }
}

void checkValues(const std::string& first, const std::string& second) {
    Statement statement("SELECT ?,:b FROM R;");
    try {
        statement.bind(first).bindNamed("b", second);
    } catch (const Error&) {
        const auto isGood = [](const std::string& text) {
            return values::isUtf8(text) && text.find('\0') == std::string::npos;
        };
        require(!isGood(first) || !isGood(second));
        return;
    }
    const std::string sql = statement.sql();
    require(sql.find("${") == std::string::npos);
    SqlTokenizer tokenizer(sql);
    require(tokenizer.nextMeant().isWord("SELECT"));
    require(read(tokenizer) == first);
    require(tokenizer.nextMeant().isSymbol(","));
    require(read(tokenizer) == second);
    require(tokenizer.nextMeant().isWord("FROM"));
}

/// Whatever the text: what is bound is one token in it, or there is an Error.
void checkTemplate(const std::string& sql) {
    Statement statement(sql);
    require(statement.sql() == sql);
    try {
        const std::string bound = statement.bind("mark").sql();
        std::size_t marks = 0;
        SqlTokenizer tokenizer(bound);
        for (SqlToken token = tokenizer.next(); token.kind != SqlTokenKind::End;
             token = tokenizer.next()) {
            require(token.kind != SqlTokenKind::Question);
            if (token.kind == SqlTokenKind::String && token.text == "'mark'") ++marks;
        }
        require(marks >= 1);
    } catch (const Error& error) {
        require(error.code() == ErrorCode::InvalidArgument);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    checkTokens(text);
    checkScript(text);
    (void)protocol::settingOf(text);
    (void)protocol::isPushQuery(text);
    checkTemplate(text);
    checkValues(text.substr(0, size / 2), text.substr(size / 2));
    return 0;
}
