#include "client/close_query.h"

#include "client/client_core.h"
#include "client/options/option_checks.h"
#include "protocol/request_body.h"
#include "protocol/server_replies.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <memory>
#include <utility>

namespace ksqldb::client {

namespace {

using detail::CommandStep;

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

/// TERMINATE where it can be asked; /close-query else, and where TERMINATE ended nothing.
class CloseQueryRun : public detail::CommandRun {
public:
    explicit CloseQueryRun(std::string id) : id_(std::move(id)) {}

    CommandStep start(TimePoint) override {
        if (!isTransientId(id_)) return askCloseQuery();
        isTerminate_ = true;
        detail::CommandRequest request;
        request.sql = "TERMINATE " + id_ + ";";
        request.isReadOnly = true;  // to end a query twice does no harm
        return CommandStep::send(std::move(request));
    }

    CommandStep onAnswer(RawResponse answer, TimePoint) override {
        if (isTerminate_ && !protocol::parseTerminated(answer.body).value_or(false))
            return askCloseQuery();
        return CommandStep::done();
    }

    CommandStep onError(const Error& error, TimePoint) override {
        const bool isRefused =
            error.category() == ErrorCategory::Server && error.httpStatus() == 400;
        if (isTerminate_) return isRefused ? askCloseQuery() : CommandStep::failed(error);
        // Releases up to 7.6 answer 500 to a request on another connection than the query's, and
        // do end the query.
        const bool isDone =
            error.httpStatus() == 500 && error.serverMessage() == "On wrong context or worker";
        return isDone ? CommandStep::done() : CommandStep::failed(error);
    }

private:
    CommandStep askCloseQuery() {
        isTerminate_ = false;
        detail::CommandRequest request;
        request.http.method = "POST";
        request.http.path = "/close-query";
        request.http.body = protocol::closeQueryBody(id_);
        request.isReadOnly = true;
        return CommandStep::send(std::move(request));
    }

    const std::string id_;
    bool isTerminate_ = false;
};

}  // namespace

std::future<void> closeQuery(detail::ClientCore& core, std::string id) {
    checkUtf8(id, "the query's id");
    core.noteClosed(id);
    const auto promise = std::make_shared<std::promise<void>>();
    std::future<void> future = promise->get_future();
    detail::CommandSettings settings;
    settings.queryId = id;
    core.startCommand(std::make_shared<CloseQueryRun>(std::move(id)), settings,
                      [promise](const Error* error) {
                          if (error != nullptr)
                              promise->set_exception(std::make_exception_ptr(*error));
                          else
                              promise->set_value();
                      });
    return future;
}

}  // namespace ksqldb::client
