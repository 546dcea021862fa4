#pragma once
#include "base/clock.h"
#include "transport/http_request.h"

#include <ksqldb/error.h>
#include <ksqldb/servers.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ksqldb::client {

using Connection = std::shared_ptr<const transport::ConnectionSettings>;

/// What the end of an attempt says of its server.
enum class Verdict : std::uint8_t {
    Well,     ///< it answered, if only to refuse what was asked
    Failed,   ///< nobody is there, or it is not ready, or it left us without an answer
    Unknown,  ///< the attempt ended for a reason of our own
};
/// Null: a whole answer.
Verdict verdictOf(const Error* error) noexcept;

/// A server, and how it is. Only ServerList changes it.
struct Server {
    Connection connection;
    bool isGiven = true;    // by the application, not found
    unsigned failures = 0;  // in a row
    bool isOpen = false;    // its circuit: calls avoid it
    unsigned openings = 0;  // since a call succeeded
    bool isOnTrial = false;
    base::Clock::time_point trialAt{};     // while it is open: from then on half-open
    base::Clock::time_point restsUntil{};  // it has asked for that
};
using ServerPtr = std::shared_ptr<Server>;

/// Which of several servers a call goes to. It knows neither socket nor thread; the clock is a
/// parameter. *reentrant*
class ServerList {
public:
    using Clock = base::Clock;

    /// More than a cluster has.
    static constexpr std::size_t most = 64;

    ServerList(const std::vector<Connection>& given, ServerOrder order,
               const CircuitBreaker& breaker);

    struct Pick {
        ServerPtr server;
        bool isTrial = false;  ///< the only one while the circuit is half-open
    };
    /// The best server that is not among `tried`; `preferred` if that is well. Where none is well,
    /// the one whose time comes next. Null: all were tried.
    Pick pick(Clock::time_point now, const std::vector<ServerPtr>& tried,
              const ServerPtr& preferred = nullptr);
    /// Whether there is one that is not among `tried` and has not asked to be left alone.
    bool hasOther(Clock::time_point now, const std::vector<ServerPtr>& tried) const;
    /// How long it is until the first server may be asked that has asked to be left alone.
    Clock::duration leastRest(Clock::time_point now) const;

    enum class Change : std::uint8_t { None, Opened, Closed };
    /// A call failed there. `random`: in [0, 1).
    Change failed(Server& server, const Error& error, Clock::time_point now, double random);
    Change succeeded(Server& server);
    /// It says that it is well. The next call that fails opens its circuit again.
    Change recovered(Server& server);
    /// A trial told nothing: the next one comes after as long a wait as the last one did.
    void putOff(Server& server, Clock::time_point now, double random) const;
    /// The trial has ended, however.
    static void endTrial(Server& server) { server.isOnTrial = false; }
    static void beginTrial(Server& server) { server.isOnTrial = true; }
    /// It has asked to be left alone so long.
    static void rest(Server& server, Clock::time_point until);

    /// Takes these in, and drops those that were found before and are not among them.
    void replaceFound(const std::vector<Connection>& found);
    const std::vector<ServerPtr>& all() const noexcept { return servers_; }

private:
    enum class Rank : std::uint8_t { Well, HalfOpen, Open, Resting };

    static Rank rankOf(const Server& server, Clock::time_point now);
    static Change close(Server& server);

    const ServerOrder order_;
    const CircuitBreaker breaker_;
    std::vector<ServerPtr> servers_;
    std::size_t next_ = 0;  // for RoundRobin
};

}  // namespace ksqldb::client
