#include "base/require.h"
#include "client/commands/command_factory.h"
#include "client/commands/command_text.h"
#include "protocol/descriptions.h"
#include "protocol/sql_script.h"

#include <ksqldb/describe.h>

namespace ksqldb {

using client::describingCommand;
using client::elementCommand;
using client::quotedName;

Command<SourceDescription> describe(std::string_view source) {
    return describingCommand("DESCRIBE " + quotedName(source) + ";", "sourceDescription",
                             "sourceDescription", protocol::readSource);
}

Command<SourceDescription> describeExtended(std::string_view source) {
    return describingCommand("DESCRIBE " + quotedName(source) + " EXTENDED;", "sourceDescription",
                             "sourceDescription", protocol::readSource);
}

Command<FunctionDescription> describeFunction(std::string_view function) {
    return elementCommand("DESCRIBE FUNCTION " + quotedName(function) + ";", {"describe_function"},
                          protocol::readFunctionDescription);
}

Command<QueryDescription> explainQuery(std::string_view queryId) {
    return describingCommand("EXPLAIN " + quotedName(queryId) + ";", "queryDescription",
                             "queryDescription", protocol::readQueryDescription);
}

Command<QueryDescription> explain(const Statement& statement) {
    const auto statements = protocol::splitScript(statement.sql());
    base::require(statements.size() == 1 && statements[0].problem == protocol::SqlProblem::None,
                  "EXPLAIN takes one whole statement with its semicolon");
    return describingCommand("EXPLAIN " + statements[0].text, "queryDescription",
                             "queryDescription", protocol::readQueryDescription);
}

}  // namespace ksqldb
