#include "base/require.h"
#include "client/commands/command_text.h"
#include "client/commands/commands_script.h"
#include "protocol/admin_replies.h"
#include "protocol/sql_tokenizer.h"

#include <ksqldb/queries.h>
#include <ksqldb/statements.h>

namespace ksqldb {

using client::quotedName;

namespace {

Command<StatementResult> statementOf(std::string sql) {
    return Command<StatementResult>(Statement(std::move(sql)), protocol::readStatementResult);
}

/// Words, names, numbers, brackets and commas, the brackets in pairs: what a type is written with,
/// and nothing that could end it and begin something else.
bool canBeType(std::string_view text) {
    std::string open;
    bool isEmpty = true;
    protocol::SqlTokenizer tokenizer(text);
    for (auto token = tokenizer.next(); token.kind != protocol::SqlTokenKind::End;
         token = tokenizer.next()) {
        switch (token.kind) {
            case protocol::SqlTokenKind::Word:
            case protocol::SqlTokenKind::QuotedName:
            case protocol::SqlTokenKind::Number:
                isEmpty = false;
                break;
            case protocol::SqlTokenKind::Space:
                break;
            case protocol::SqlTokenKind::Symbol:
                if (token.text == "<" || token.text == "(")
                    open += token.text;
                else if ((token.text == ">" || token.text == ")") && !open.empty() &&
                         open.back() == (token.text == ">" ? '<' : '('))
                    open.pop_back();
                else if (token.text != ",")
                    return false;
                break;
            default:
                return false;
        }
    }
    return !isEmpty && open.empty();
}

}  // namespace

Command<StatementResult> statement(const Statement& statement) {
    std::string sql = statement.sql();
    const auto parts = protocol::splitScript(sql);
    base::require(!parts.empty(), "there is no statement");
    base::require(parts.size() == 1,
                  "more than one statement: statements() and script() take several");
    client::requireRunnable(parts[0], "");
    return statementOf(std::move(sql));
}

Command<std::vector<Entity>> statements(const Statement& statements) {
    return Command<std::vector<Entity>>(statements,
                                        [](const std::vector<Entity>& all) { return all; });
}

Command<StatementResult> createType(std::string_view name, std::string_view type,
                                    bool ifNotExists) {
    base::require(canBeType(type), "createType: the type is no type as ksqlDB writes them");
    std::string sql = "CREATE TYPE ";
    if (ifNotExists) sql += "IF NOT EXISTS ";
    return statementOf(sql + quotedName(name) + " AS " + std::string(type) + ";");
}

Command<StatementResult> dropType(std::string_view name, bool ifExists) {
    std::string sql = "DROP TYPE ";
    if (ifExists) sql += "IF EXISTS ";
    return statementOf(sql + quotedName(name) + ";");
}

Command<StatementResult> terminateQuery(std::string_view queryId) {
    return statementOf("TERMINATE " + quotedName(queryId) + ";");
}
Command<StatementResult> terminateAllQueries() { return statementOf("TERMINATE ALL;"); }

Command<StatementResult> pauseQuery(std::string_view queryId) {
    return statementOf("PAUSE " + quotedName(queryId) + ";");
}
Command<StatementResult> pauseAllQueries() { return statementOf("PAUSE ALL;"); }

Command<StatementResult> resumeQuery(std::string_view queryId) {
    return statementOf("RESUME " + quotedName(queryId) + ";");
}
Command<StatementResult> resumeAllQueries() { return statementOf("RESUME ALL;"); }

}  // namespace ksqldb
