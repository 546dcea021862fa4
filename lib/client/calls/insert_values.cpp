#include "client/calls/insert_values.h"

#include "client/attempts/next_step.h"
#include "protocol/admin_replies.h"

#include <utility>

namespace ksqldb::client {

using detail::CommandStep;

namespace {

/// The server looked at the row, gave it to Kafka, and something went wrong: 40000 stands for all
/// that its producer throws. Before that it is 40001, with the same beginning.
bool mayBeInKafka(const Error& error) {
    return error.serverCode() == 40000 &&
           error.serverMessage().rfind("Failed to insert values into", 0) == 0;
}

/// The server has looked at the statement, and not executed it. 408 is a proxy's, which gave up.
bool isRefusal(const Error& error) {
    return error.httpStatus() / 100 == 4 && error.httpStatus() != 408 && !mayBeInKafka(error);
}

}  // namespace

InsertValuesRun::InsertValuesRun(std::vector<std::string> statements)
    : statements_(std::move(statements)) {
    for (std::size_t i = 0; i < statements_.size(); ++i) ledger_.insert();
}

CommandStep InsertValuesRun::start(TimePoint) { return next(); }

CommandStep InsertValuesRun::next() {
    if (at_ == statements_.size()) return CommandStep::done();
    return CommandStep::send(detail::statementRequest(Statement(statements_[at_])));
}

CommandStep InsertValuesRun::onAnswer(RawResponse answer, TimePoint now) {
    if (!detail::isSuccess(answer.status))
        return onError(
            detail::commandError(detail::statementRequest(Statement(statements_[at_])), answer),
            now);
    try {
        protocol::readStatementResult(detail::readEntities(answer));
    } catch (...) {
        return onError(detail::readerError(), now);
    }
    ledger_.send(1);
    ledger_.acknowledge({at_, at_});
    ++at_;
    return next();
}

CommandStep InsertValuesRun::onError(const Error& error, TimePoint) {
    if (!mayBeRepeated(CallKind::Execute, {error})) {
        ledger_.send(1);
        if (isRefusal(error)) ledger_.refuse(at_, error);
    }
    ledger_.fail(error);
    return CommandStep::done();
}

InsertReport InsertValuesRun::report(const Error* error) {
    if (error != nullptr) ledger_.fail(*error);
    return ledger_.report();
}

}  // namespace ksqldb::client
