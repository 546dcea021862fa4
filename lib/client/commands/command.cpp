#include "base/error_builder.h"
#include "client/attempts/next_step.h"
#include "client/commands/command_text.h"
#include "client/options/option_checks.h"
#include "protocol/entity.h"
#include "protocol/error_body.h"

#include <ksqldb/command.h>

namespace ksqldb::detail {

CommandRun::~CommandRun() = default;

CommandStep CommandRun::onNotSent(const Error& error, TimePoint) {
    return CommandStep::failed(error);
}

bool operator==(const CommandRequest& a, const CommandRequest& b) {
    return a.sql == b.sql && a.properties == b.properties &&
           a.sessionVariables == b.sessionVariables && a.sequenceNumber == b.sequenceNumber &&
           a.http.method == b.http.method && a.http.path == b.http.path &&
           a.http.headers == b.http.headers && a.http.body == b.http.body &&
           a.isReadOnly == b.isReadOnly && a.takesAnyStatus == b.takesAnyStatus &&
           a.isExact == b.isExact;
}

Error commandError(const CommandRequest& request, const RawResponse& answer) {
    const Error error = protocol::errorFromBody(answer.status, answer.body);
    return ErrorBuilder(error)
        .statement(client::withoutSecrets(request.sql))
        .retryable(client::mayBeRepeated(client::kindOf(request), {error}))
        .build();
}

Error readerError() {
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::exception& other) {
        return Error(ErrorCode::CallbackThrew,
                     std::string("the reader of a command threw: ") + other.what());
    } catch (...) {
        return Error(ErrorCode::CallbackThrew, "the reader of a command threw");
    }
}

std::vector<Entity> readEntities(const RawResponse& answer) {
    return protocol::readEntities(answer.body);
}

CommandRequest statementRequest(const Statement& statement) {
    CommandRequest request;
    request.sql = statement.sql();
    client::checkUtf8(request.sql, "the statement");
    request.http.method = "POST";
    request.http.path = "/ksql";
    request.isReadOnly = client::isReadOnly(request.sql);
    return request;
}

std::string commandText(const CommandRequest& request) {
    if (!request.sql.empty()) return client::withoutSecrets(request.sql);
    return request.http.method + ' ' + request.http.path;
}

}  // namespace ksqldb::detail
