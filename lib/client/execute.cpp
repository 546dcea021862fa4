// Commands: what is sent for one, and how a Client executes it.
#include "client/attempts/attempt_end.h"
#include "client/attempts/next_step.h"
#include "client/calls/command_call.h"
#include "client/client_core.h"
#include "client/commands/command_text.h"
#include "client/commands/uses_variables.h"
#include "client/options/option_checks.h"
#include "client/options/property_name.h"
#include "delivery/completion.h"
#include "protocol/entity.h"
#include "protocol/media_types.h"
#include "protocol/request_body.h"
#include "protocol/server_replies.h"
#include "protocol/session_variables.h"
#include "protocol/sql_tokenizer.h"

#include <ksqldb/client.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb {

namespace detail {

namespace {

/// The ids that TERMINATE statements name.
std::vector<std::string> terminatedIds(std::string_view sql) {
    std::vector<std::string> ids;
    protocol::SqlTokenizer tokens(sql);
    protocol::SqlToken last = tokens.nextMeant();
    for (auto token = tokens.nextMeant(); token.kind != protocol::SqlTokenKind::End;
         token = tokens.nextMeant()) {
        if (last.isWord("TERMINATE")) {
            const bool isQuoted = token.kind == protocol::SqlTokenKind::QuotedName;
            ids.emplace_back(isQuoted ? token.text.substr(1, token.text.size() - 2) : token.text);
        }
        last = token;
    }
    return ids;
}

/// The ids of push queries that a request ends.
std::vector<std::string> idsClosedBy(const CommandRequest& request, const CommandSettings& settings,
                                     const protocol::SessionVariables& variables) {
    if (!request.sql.empty()) return terminatedIds(protocol::withVariables(request.sql, variables));
    const bool isCloseQuery = request.http.path == "/close-query" && !settings.queryId.empty();
    return isCloseQuery ? std::vector{settings.queryId} : std::vector<std::string>();
}

/// False: it is certain that the request ended no query.
bool mayHaveClosed(const Outcome<RawResponse>& answer, client::CallKind kind) {
    // The statements before the one that was refused were executed.
    const bool maybeInPart = kind == client::CallKind::ExecuteSeveral;
    if (answer.ok()) {
        if (!isSuccess(answer.value().status)) return maybeInPart;
        return protocol::parseTerminated(answer.value().body).value_or(true);
    }
    const Error& error = answer.error();
    if (error.category() == ErrorCategory::Server && error.httpStatus() < 500) return maybeInPart;
    return !client::isNotExecuted(kind, error);
}

}  // namespace

void ClientCore::startCommand(std::shared_ptr<CommandRun> run, const CommandSettings& settings,
                              client::CommandCall::Done done, std::optional<CallPart> part) {
    client::checkProperties(settings.call.properties);
    client::checkSessionVariables(settings.call.sessionVariables);
    if (settings.call.retry) client::checkRetry(*settings.call.retry);
    const bool isWhole = !part;
    if (!part) part = CallPart{running_->enter(), watch(client::CallWatch::Kind::Command)};
    const std::shared_ptr<client::CallWatch> watch = part->watch;
    // What runs goes when the command has ended, and the function with it.
    done = [running = part->running, watch = isWhole ? watch : nullptr,
            done = std::move(done)](const Error* error) {
        if (watch) watch->end(error);
        done(error);
    };
    if (!part->running) {
        const Error error = client::clientClosed();
        return done(&error);
    }
    futures_->start();
    if (auto* const uses = dynamic_cast<client::UsesVariables*>(run.get()))
        uses->useVariables(
            protocol::merged(settings_.sessionVariables, settings.call.sessionVariables));
    const client::Deadline deadline{base::Clock::now(),
                                    settings.call.time.over(settings_.time).total};
    auto send = [core = shared_from_this(), settings, route = newRoute(settings.queryId), watch](
                    const CommandRequest& request, const client::Deadline& limit,
                    client::ExchangeCall::Done taken) {
        return core->exchangeFor(request, settings, route, limit, watch, std::move(taken));
    };
    const auto call = std::make_shared<client::CommandCall>(std::move(run), std::move(send),
                                                            std::move(done), deadline);
    call->listen(settings.call.cancelToken);
    call->start();
}

std::shared_ptr<client::ExchangeCall> ClientCore::exchangeFor(
    const CommandRequest& request, const CommandSettings& settings,
    std::shared_ptr<client::Route> route, const client::Deadline& deadline,
    std::shared_ptr<client::CallWatch> watch, client::ExchangeCall::Done done) {
    client::ExchangeCall::Setup setup;
    setup.kind = client::kindOf(request);
    setup.retry = settings.call.retry.value_or(settings_.retry);
    setup.logger = logger_;
    setup.route = std::move(route);
    setup.takesAnyStatus = request.takesAnyStatus;
    setup.sizes = settings_.sizes.with(request.sql.size());
    const client::TimeSettings time = settings.call.time.over(settings_.time);
    setup.requestTimeout = time.request;
    if (setup.requestTimeout.count() > 0)
        setup.requestTimeout = base::sum(setup.requestTimeout, request.serverMayTake);
    setup.deadline = deadline;
    protocol::SessionVariables variables;
    if (request.sql.empty()) {
        setup.request = httpRequest(request.http.method, request.http.path, request.http.body,
                                    request.http.headers, settings.call.headers);
        // A new cluster counts its commands anew.
        if (request.http.path == "/ksql/terminate")
            done = [core = shared_from_this(),
                    done = std::move(done)](Outcome<RawResponse> answer) {
                if (answer.ok() && answer.value().status == 200) core->lastSequenceNumber_ = -1;
                done(std::move(answer));
            };
    } else {
        auto properties = protocol::merged(settings_.properties, settings.call.properties);
        for (const auto& [name, value] : request.properties)
            protocol::setNamed(properties, client::propertyName(name), PropertyValue(value));
        variables = protocol::merged(
            protocol::merged(settings_.sessionVariables, settings.call.sessionVariables),
            {request.sessionVariables.begin(), request.sessionVariables.end()});
        if (request.isExact && request.sql.find("${") != std::string::npos) variables.clear();
        std::optional<std::int64_t> number =
            request.sequenceNumber ? request.sequenceNumber : settings.commandSequenceNumber;
        if (const std::int64_t last = lastSequenceNumber_; settings_.readOwnWrites && last >= 0)
            number = std::max(number.value_or(last), last);
        setup.request = httpRequest("POST", "/ksql",
                                    protocol::ksqlBody(request.sql, properties, variables, number),
                                    {}, settings.call.headers);
        done = [core = shared_from_this(), done = std::move(done)](Outcome<RawResponse> answer) {
            if (answer.ok())
                if (const auto last = protocol::lastSequenceNumber(answer.value().body))
                    core->noteSequenceNumber(*last);
            done(std::move(answer));
        };
    }
    if (auto ids = idsClosedBy(request, settings, variables); !ids.empty()) {
        const auto closing = std::make_shared<client::ClosingRequest>(closed_, std::move(ids));
        done = [closing, kind = setup.kind, done = std::move(done)](Outcome<RawResponse> answer) {
            if (mayHaveClosed(answer, kind))
                closing->keep();
            else
                closing->forget();
            done(std::move(answer));
        };
    }
    setup.request.watch = client::CallWatch::request(watch);
    setup.request.connectTimeout = time.connect;
    setup.request.wantsHeaders = request.takesAnyStatus;
    setup.request.mayBeSentTwice = request.isReadOnly;
    if (setup.route) setup.route->lead(setup.request);
    // Neither errors nor the log show the secrets of a connector.
    const std::string shown = client::withoutSecrets(request.sql);
    setup.context = {shown, setup.request.endpoint()};
    if (logger_.wants(LogLevel::Debug))
        logger_.log(LogLevel::Debug,
                    setup.request.endpoint() + (shown.empty() ? shown : ": " + shown));
    return std::make_shared<client::ExchangeCall>(loop_, futures_, std::move(setup),
                                                  std::move(done));
}

transport::HttpRequest ClientCore::httpRequest(std::string method, std::string path,
                                               std::string body, const HttpHeaders& headers,
                                               const transport::Headers& callsOwn) const {
    transport::HttpRequest request;
    request.method = std::move(method);
    request.path = std::move(path);
    transport::Headers own = callsOwn;
    for (const auto& [name, value] : headers) transport::setHeader(own, name, value);
    complete(request, protocol::media::ksql, own);
    request.body = std::move(body);
    return request;
}

void ClientCore::noteSequenceNumber(std::int64_t number) noexcept {
    std::int64_t last = lastSequenceNumber_;
    while (last < number && !lastSequenceNumber_.compare_exchange_weak(last, number)) {
    }
}

}  // namespace detail

void Client::executeRun(std::shared_ptr<detail::CommandRun> run, const CommandOptions& options,
                        std::function<void(const Error*)> done) {
    const auto& settings = detail::CommandSettings::of(options);
    settings.check();
    if (core_->isForked()) {
        const Error error = core_->usedAfterFork();
        done(&error);
        return;
    }
    core_->startCommand(std::move(run), settings, std::move(done));
}

std::function<void(const Error*)> Client::completion(const char* call,
                                                     std::function<void(const Error*)> function,
                                                     Executor executor) {
    if (core_->isForked()) throw core_->usedAfterFork();
    const std::shared_ptr<delivery::DeliveryThread> thread = core_->deliveryThread();
    thread->start();
    // What it captured dies where it is called, so nothing of it is copied.
    return [call, function = std::move(function), executor = std::move(executor), thread,
            logger = core_->logger()](const Error* error) mutable {
        // The value itself waits in the command's run, or the query's reader.
        Outcome<bool> outcome = error != nullptr ? Outcome<bool>(*error) : true;
        auto done = [function = std::move(function)](const Outcome<bool>& result) {
            function(result.ok() ? nullptr : &result.error());
        };
        thread->post(std::make_shared<delivery::Completion<bool>>(
            call, std::move(done), std::move(executor), std::move(outcome), std::move(logger)));
    };
}

std::future<StatementResult> Client::execute(Statement statement, CommandOptions options) {
    return execute(ksqldb::statement(statement), std::move(options));
}

void Client::execute(Statement statement, Command<StatementResult>::Done done, Executor executor,
                     CommandOptions options) {
    execute(ksqldb::statement(statement), std::move(done), std::move(executor), std::move(options));
}

}  // namespace ksqldb
