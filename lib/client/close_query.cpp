#include "client/close_query.h"

#include "client/client_core.h"
#include "client/commands/command_text.h"
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

/// What TERMINATE takes for the id; empty where TERMINATE cannot be asked. Not for a persistent
/// query's id: it would end what this call is not meant for.
std::string asIdentifier(const std::string& id) {
    constexpr std::string_view prefix = "transient_";
    const bool isTransient =
        id.size() > prefix.size() &&
        std::equal(prefix.begin(), prefix.end(), id.begin(),
                   [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
    if (!isTransient) return {};
    const auto isPlain = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
    if (std::all_of(id.begin(), id.end(), isPlain)) return id;
    // transient_<source>_<number>, where the source's name has other signs.
    const std::size_t beforeNumber = id.find_last_not_of("0123456789");
    const bool isWhole =
        beforeNumber > prefix.size() && beforeNumber + 1 < id.size() && id[beforeNumber] == '_';
    const auto isOdd = [](unsigned char c) { return c < ' ' || c == '`' || c == '$'; };
    if (!isWhole || std::any_of(id.begin(), id.end(), isOdd)) return {};
    return quotedName(id);
}

/// TERMINATE where it can be asked; /close-query else, and where TERMINATE ended nothing.
class CloseQueryRun : public detail::CommandRun {
public:
    explicit CloseQueryRun(std::string id) : id_(std::move(id)) {}

    CommandStep start(TimePoint) override {
        const std::string identifier = asIdentifier(id_);
        if (identifier.empty()) return askCloseQuery();
        isTerminate_ = true;
        detail::CommandRequest request;
        request.sql = "TERMINATE " + identifier + ";";
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
    const auto promise = std::make_shared<std::promise<void>>();
    std::future<void> future = promise->get_future();
    detail::CommandSettings settings;
    settings.queryId = id;
    core.startCommand(std::make_shared<CloseQueryRun>(id), settings, [promise](const Error* error) {
        if (error == nullptr) return promise->set_value();
        promise->set_exception(std::make_exception_ptr(*error));
    });
    return future;
}

}  // namespace ksqldb::client
