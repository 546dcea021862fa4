#pragma once
#include "base/log.h"
#include "client/attempts/call_watch.h"
#include "client/attempts/single_request.h"
#include "client/servers/server_list.h"
#include "transport/event_loop.h"
#include "transport/http_request.h"

#include <ksqldb/outcome.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ksqldb::client {

/// The servers of a Client that has several: which one an attempt goes to, what became of it, and
/// the client's own questions: for the health of those whose circuit is open, and for the cluster's
/// servers. Which query runs where. All members are the event loop's.
class Servers : public std::enable_shared_from_this<Servers> {
public:
    struct Setup {
        std::vector<Connection> given;
        ServerOrder order = ServerOrder::InOrder;
        CircuitBreaker breaker;
        bool discovers = false;
        transport::HttpRequest get;  ///< what its own requests have in common
        base::Logger logger;
        SizeLimits sizes{};              ///< of what its own requests bring
        std::shared_ptr<Hooks> hooks{};  ///< none: nobody observes them
    };
    Servers(std::shared_ptr<transport::EventLoop> loop, Setup setup);

    /// See ServerList.
    ServerList::Pick pick(const std::vector<ServerPtr>& tried, const ServerPtr& preferred);
    bool hasOther(const std::vector<ServerPtr>& tried) const;
    /// In whole seconds; none: a server may be asked at once.
    std::optional<std::chrono::seconds> leastRest() const;
    /// The attempt has an answer, whatever follows.
    void answered(const ServerPtr& server);
    /// The attempt has ended. Null: with a whole answer.
    void ended(const ServerList::Pick& pick, const Error* error,
               std::optional<std::chrono::seconds> retryAfter);

    /// A push query runs there. The newest ones are remembered.
    void noteQuery(const std::string& id, ServerPtr server);
    /// Null: not known.
    ServerPtr serverOf(const std::string& queryId) const;

private:
    using Clock = base::Clock;

    static constexpr std::size_t mostQueries = std::size_t{16} * 1024;
    static constexpr std::chrono::seconds ownLimit{5};  // of an own request
    static constexpr std::chrono::seconds lookAgain{60};
    static constexpr std::chrono::seconds lookAgainSoon{1};

    void probeLater(const ServerPtr& server);
    void probed(const ServerPtr& server, std::uint64_t ticket, const Outcome<std::string>& answer);
    void endProbe(const Server& server);
    void discover(const ServerPtr& from);
    void discovered(const Server& from, const Outcome<std::string>& answer);
    void tell(ServerList::Change change, const ServerPtr& server, const Error* error);
    void log(LogLevel level, const std::string& text) const { setup_.logger.log(level, text); }

    const std::shared_ptr<transport::EventLoop> loop_;
    const Setup setup_;
    ServerList list_;
    struct Probe {
        transport::EventLoop::TransferId id;
        std::uint64_t ticket;  // its end may come after it was given up
    };
    std::unordered_map<const Server*, Probe> probes_;
    std::uint64_t tickets_ = 0;
    Clock::time_point discoverAt_{};
    std::unordered_map<std::string, ServerPtr> queries_;
    std::deque<std::string> queryIds_;  // oldest first
};

}  // namespace ksqldb::client
