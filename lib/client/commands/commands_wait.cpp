#include "base/clock.h"
#include "base/error_builder.h"
#include "base/require.h"
#include "client/commands/command_text.h"
#include "protocol/admin_replies.h"

#include <ksqldb/listings.h>
#include <ksqldb/queries.h>
#include <ksqldb/server_commands.h>
#include <ksqldb/statements.h>

#include <algorithm>
#include <memory>

namespace ksqldb {

using detail::CommandRequest;
using detail::CommandStep;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds shortestWait{10};
constexpr milliseconds firstWait{50};
constexpr milliseconds longestWait{1000};

/// Asks the same again and again until it is as it should be, or the time is over.
template <class T>
class WaitRun : public detail::CommandRunOf<T> {
public:
    using TimePoint = detail::CommandRun::TimePoint;

    WaitRun(CommandRequest request, std::string text, milliseconds limit)
        : request_(std::move(request)), text_(std::move(text)), limit_(limit) {}

    CommandStep start(TimePoint now) override {
        deadline_ = base::after(now, limit_);
        return ask(milliseconds(0));
    }

    CommandStep onAnswer(RawResponse answer, TimePoint now) override {
        if (!detail::isSuccess(answer.status))
            return onError(detail::commandError(request_, answer), now);
        try {
            if (std::optional<T> result = look(answer)) return this->finish(std::move(*result));
        } catch (...) {
            return CommandStep::failed(detail::readerError());
        }
        return again(now);
    }

    CommandStep onError(const Error& error, TimePoint now) override {
        if (error.category() == ErrorCategory::Cancelled ||
            error.category() == ErrorCategory::Usage)
            return CommandStep::failed(error);
        // Whoever cut the exchange off at the deadline has said so with a time limit's Error.
        if (now < deadline_ && !error.isRetryable() && !mayChange(error) &&
            error.category() != ErrorCategory::Timeout)
            return CommandStep::failed(error);
        if (now < deadline_) seen_ = error.what();
        return again(now);
    }

protected:
    /// None: not yet. Throws the Error that ends the waiting.
    virtual std::optional<T> look(const RawResponse& answer) = 0;
    /// Whether what is refused now may be granted later.
    virtual bool mayChange(const Error&) const { return false; }

    std::string seen_ = "no answer";  ///< what was seen last, for people

private:
    CommandStep ask(milliseconds wait) const {
        CommandStep step = CommandStep::send(request_);
        step.wait = wait;
        step.deadline = deadline_;
        return step;
    }

    CommandStep again(TimePoint now) {
        if (now >= deadline_)
            return CommandStep::failed(
                detail::ErrorBuilder(ErrorCode::TotalTimeout,
                                     text_ + ": not done by then; seen last: " + seen_)
                    .limit("limit")
                    .retryable()
                    .build());
        const milliseconds wait = std::exchange(wait_, std::min(wait_ * 3 / 2, longestWait));
        // The last look is a little before the end.
        const auto left = std::chrono::duration_cast<milliseconds>(deadline_ - now);
        return ask(std::min(wait, std::max(left * 3 / 4, shortestWait)));
    }

    const CommandRequest request_;
    const std::string text_;
    const milliseconds limit_;
    TimePoint deadline_;
    milliseconds wait_ = firstWait;
};

class CommandWait : public WaitRun<StatementResult> {
public:
    CommandWait(CommandRequest request, std::string text, milliseconds limit, std::string id)
        : WaitRun(std::move(request), std::move(text), limit), id_(std::move(id)) {}

private:
    std::optional<StatementResult> look(const RawResponse& answer) override {
        const CommandStatus status = protocol::readCommandStatus(answer.body);
        if (status.status == "ERROR") throw protocol::commandFailed(status.message);
        if (status.status == "SUCCESS" || status.status == "RUNNING" ||
            status.status == "TERMINATED") {
            StatementResult result;
            result.commandId = id_;
            result.status = status.status;
            result.message = status.message;
            result.queryId = status.queryId;
            result.json = status.json;
            return result;
        }
        seen_ = status.status;
        return std::nullopt;
    }
    /// A server that is behind does not know the command yet.
    bool mayChange(const Error& error) const override { return error.serverCode() == 40400; }

    const std::string id_;
};

class QueryWait : public WaitRun<QueryInfo> {
public:
    QueryWait(CommandRequest request, std::string text, milliseconds limit, std::string id)
        : WaitRun(std::move(request), std::move(text), limit), id_(std::move(id)) {}

private:
    std::optional<QueryInfo> look(const RawResponse& answer) override {
        std::vector<QueryInfo> all = listQueries().read(answer);
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&](const QueryInfo& query) { return query.id == id_; });
        if (found == all.end()) {
            seen_ = "no such query";
            return std::nullopt;
        }
        if (found->state == "ERROR") throw protocol::commandFailed("the query is in state ERROR");
        // Before 0.28 or so a server may give the state alone.
        const bool isRunning =
            found->statusCount.empty()
                ? found->state == "RUNNING"
                : std::all_of(found->statusCount.begin(), found->statusCount.end(),
                              [](const auto& count) {
                                  return count.first == "RUNNING" || count.second == 0;
                              });
        if (isRunning) return std::move(*found);
        seen_ = found->state;
        for (const auto& [state, count] : found->statusCount)
            seen_ += ", " + state + " on " + std::to_string(count);
        return std::nullopt;
    }

    const std::string id_;
};

template <class Wait, class T>
Command<T> waitCommand(CommandRequest request, const char* what, std::string_view id,
                       milliseconds limit) {
    base::require(limit.count() > 0, "waiting needs a limit above 0");
    detail::CommandPlan plan;
    plan.request = request;
    plan.text = std::string("wait up to ") + std::to_string(limit.count()) + " ms for " + what +
                ' ' + std::string(id);
    plan.isReadOnly = true;
    return Command<T>::fromRuns(
        plan, [request = std::move(request), text = plan.text, limit, id = std::string(id)] {
            return std::make_unique<Wait>(request, text, limit, id);
        });
}

}  // namespace

Command<StatementResult> waitForCommand(std::string_view commandId, milliseconds limit) {
    CommandRequest request;
    request.http.path = client::statusPath(commandId);
    request.isReadOnly = true;
    return waitCommand<CommandWait, StatementResult>(std::move(request), "the command", commandId,
                                                     limit);
}

Command<QueryInfo> waitUntilRunning(std::string_view queryId, milliseconds limit) {
    base::require(!queryId.empty(), "an empty query's id");
    return waitCommand<QueryWait, QueryInfo>(detail::statementRequest("LIST QUERIES;"), "the query",
                                             queryId, limit);
}

}  // namespace ksqldb
