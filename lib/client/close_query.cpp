#include "client/close_query.h"

#include "client/client_core.h"
#include "client/option_checks.h"
#include "protocol/request_body.h"
#include "protocol/server_replies.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace ksqldb::client {

namespace {

using Promise = std::shared_ptr<std::promise<void>>;

/// Whether TERMINATE can be asked. Not for a persistent query's id: it would end what this call is
/// not meant for; and what is no identifier would be a syntax error, or another statement.
bool isTransientId(const std::string& id) {
    constexpr std::string_view prefix = "transient_";
    return id.size() > prefix.size() &&
           std::equal(
               prefix.begin(), prefix.end(), id.begin(),
               [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); }) &&
           std::all_of(id.begin(), id.end(),
                       [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

void askCloseQuery(detail::ClientCore& core, const std::string& id, const Promise& promise) {
    core.startRequest(CallKind::Read, "POST", "/close-query", protocol::closeQueryBody(id), {},
                      [promise](const Outcome<Answer>& answer) {
                          // Releases up to 7.6 answer 500 to a request on another connection than
                          // the query's, and do end the query.
                          const bool isDone = answer.ok() || (answer.error().httpStatus() == 500 &&
                                                              answer.error().serverMessage() ==
                                                                  "On wrong context or worker");
                          if (isDone)
                              promise->set_value();
                          else
                              promise->set_exception(std::make_exception_ptr(answer.error()));
                      });
}

}  // namespace

std::future<void> closeQuery(const std::shared_ptr<detail::ClientCore>& core, std::string id) {
    checkUtf8(id, "the query's id");
    core->noteClosed(id);
    const auto promise = std::make_shared<std::promise<void>>();
    std::future<void> future = promise->get_future();
    if (!isTransientId(id)) {
        askCloseQuery(*core, id, promise);
        return future;
    }
    const std::string sql = "TERMINATE " + id + ";";
    core->startRequest(
        CallKind::Read, "POST", "/ksql", protocol::ksqlBody(sql), sql,
        [weak = std::weak_ptr<detail::ClientCore>(core), id, promise](Outcome<Answer> answer) {
            const bool refused = !answer.ok() &&
                                 answer.error().category() == ErrorCategory::Server &&
                                 answer.error().httpStatus() == 400;
            if (answer.ok() && protocol::parseTerminated(answer.value().body).value_or(false)) {
                promise->set_value();
            } else if (!answer.ok() && !refused) {
                promise->set_exception(std::make_exception_ptr(answer.error()));
            } else if (const auto alive = weak.lock()) {
                askCloseQuery(*alive, id, promise);
            } else {
                promise->set_exception(std::make_exception_ptr(
                    Error(ErrorCode::ClientClosed, "the Client is closed")));
            }
        });
    return future;
}

}  // namespace ksqldb::client
