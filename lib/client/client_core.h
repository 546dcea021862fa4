#pragma once
#include "base/log.h"
#include "base/thread.h"
#include "client/attempts/call_watch.h"
#include "client/calls/closed_queries.h"
#include "client/calls/command_call.h"
#include "client/calls/exchange_call.h"
#include "client/calls/insert_attempt.h"
#include "client/calls/query_call.h"
#include "client/calls/running_calls.h"
#include "client/options/insert_settings.h"
#include "client/options/settings.h"
#include "client/servers/route.h"
#include "client/servers/servers.h"
#include "delivery/delivery_thread.h"
#include "delivery/row_channel.h"
#include "transport/authorizer.h"
#include "transport/event_loop.h"
#include "transport/http_request.h"

#include <ksqldb/client.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::detail {

/// Which form of answer is asked for, or first.
enum class QueryAnswer : std::uint8_t {
    StreamedRow,  // brings tombstones, final messages and tokens
    Delimited,    // servers 0.25 to 7.5 corrupt large pull answers in the other form
    Lines,        // what PRINT has, and nothing else
};

/// What the parts of a call share.
struct CallPart {
    client::RunningCalls::Entry running;       // null: the Client is closed
    std::shared_ptr<client::CallWatch> watch;  // null: nobody observes it
};

/// What is behind a Client: the settings, checked, and the threads.
class ClientCore : public std::enable_shared_from_this<ClientCore> {
public:
    explicit ClientCore(const ClientSettings& settings);
    ~ClientCore();
    ClientCore(const ClientCore&) = delete;
    ClientCore& operator=(const ClientCore&) = delete;

    void startQuery(const std::shared_ptr<delivery::RowChannel>& channel, const std::string& sql,
                    const client::CallSettings& call, QueryAnswer answer,
                    client::QueryLimits limits);
    /// `done` is called on the thread that satisfies futures, or here where the command itself
    /// fails at once.
    /// `part`: of the call of which the command is a part; none: it is one by itself.
    void startCommand(std::shared_ptr<CommandRun> run, const CommandSettings& settings,
                      client::CommandCall::Done done, std::optional<CallPart> part = {});

    /// Ends at once, without a request, where it is cancelled already.
    void startInserts(const std::shared_ptr<InsertChannel>& channel,
                      client::InsertAttempt::Setup setup, const InsertSettings& settings);

    /// The next delivery thread, in turn.
    std::shared_ptr<delivery::DeliveryThread> deliveryThread();
    const std::shared_ptr<delivery::DeliveryThread>& futuresThread() const { return futures_; }
    const base::Logger& logger() const { return logger_; }
    const ClientSettings& settings() const { return settings_; }

    /// Whether the application has this query closed.
    bool wasClosed(std::string_view queryId) const { return closed_->has(queryId); }

    bool isForked() const { return process_.isForked(); }
    static Error usedAfterFork();
    client::RunningCalls::Entry enterCall() { return running_->enter(); }
    /// Null where nobody observes.
    std::shared_ptr<client::CallWatch> watch(client::CallWatch::Kind kind) const {
        return hooks_ ? client::CallWatch::begin(hooks_, kind, loop_->newId()) : nullptr;
    }
    ClientStatistics statistics() const;
    void close();
    /// False: calls were cut off.
    bool close(milliseconds limit);
    /// Threads that may not be waited for end by themselves.
    void letGo();

private:
    std::shared_ptr<client::ExchangeCall> exchangeFor(const CommandRequest& request,
                                                      const CommandSettings& settings,
                                                      std::shared_ptr<client::Route> route,
                                                      const client::Deadline& deadline,
                                                      std::shared_ptr<client::CallWatch> watch,
                                                      client::ExchangeCall::Done done);
    bool isOneServer() const { return connections_.size() == 1 && !settings_.discoverServers; }
    /// Null where there is one server.
    std::shared_ptr<client::Route> newRoute(const std::string& queryId = {}) const;
    /// With what all requests have in common.
    void complete(transport::HttpRequest& request, const char* accept,
                  const transport::Headers& callsOwn) const;
    transport::HttpRequest httpRequest(std::string method, std::string path, std::string body,
                                       const HttpHeaders& headers,
                                       const transport::Headers& callsOwn = {}) const;
    std::shared_ptr<transport::Authorizer> makeAuthorizer();
    bool mayCarrySecrets() const;
    void noteSequenceNumber(std::int64_t number) noexcept;

    const base::ProcessMark process_;
    const ClientSettings settings_;
    const base::Logger logger_;
    const std::shared_ptr<client::Hooks> hooks_;  // null: nobody observes
    const std::vector<client::Connection> connections_;
    const std::shared_ptr<protocol::RowDecoder> loopDecoder_ =
        std::make_shared<protocol::RowDecoder>();
    const std::shared_ptr<delivery::DeliveryThread> futures_ =
        std::make_shared<delivery::DeliveryThread>("ksqldb-futures");
    const std::shared_ptr<client::RunningCalls> running_ = std::make_shared<client::RunningCalls>();
    const std::shared_ptr<client::ClosedQueries> closed_ =
        std::make_shared<client::ClosedQueries>();
    std::vector<std::shared_ptr<delivery::DeliveryThread>> delivery_;
    std::atomic<unsigned> nextDelivery_{0};
    std::atomic<std::int64_t> lastSequenceNumber_{-1};  // of the statements executed
    const std::shared_ptr<delivery::DeliveryThread> provider_ =
        std::make_shared<delivery::DeliveryThread>("ksqldb-creds");
    std::shared_ptr<transport::EventLoop> loop_;
    std::shared_ptr<transport::Authorizer> authorizer_;  // null: nobody in particular asks
    std::shared_ptr<client::Servers> servers_;           // null: there is one
    std::mutex closing_;
};

}  // namespace ksqldb::detail
