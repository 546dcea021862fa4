#include "client/servers/server_list.h"

#include "client/attempts/next_step.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ksqldb::client {

namespace {

bool contains(const std::vector<ServerPtr>& servers, const ServerPtr& server) {
    return std::find(servers.begin(), servers.end(), server) != servers.end();
}

bool isAtUrl(const std::vector<Connection>& connections, const std::string& url) {
    return std::any_of(connections.begin(), connections.end(),
                       [&](const Connection& other) { return other->baseUrl == url; });
}

/// 503 says that the server is not ready, or that its proxy finds none, as 502 and 504 do. But
/// 50301 is about the statements before this one.
bool isUnavailable(const Error& error) noexcept {
    return error.httpStatus() >= 502 && error.httpStatus() <= 504 && error.serverCode() != 50301;
}

void count(unsigned& number) noexcept {
    if (number < std::numeric_limits<unsigned>::max()) ++number;
}

}  // namespace

Verdict verdictOf(const Error* error) noexcept {
    if (error == nullptr) return Verdict::Well;
    switch (error->code()) {
        case ErrorCode::ConnectFailed:
        case ErrorCode::ConnectTimeout:
        case ErrorCode::ConnectionLost:
        case ErrorCode::HeaderTimeout:
        case ErrorCode::TruncatedResponse:
            return Verdict::Failed;
        case ErrorCode::TotalTimeout:  // the call's own says nothing of the server
            if (error->limitName() == "requestTimeout") return Verdict::Failed;
            break;
        case ErrorCode::CredentialsFailed:  // the status is that of whoever gives tokens
            return Verdict::Unknown;
        case ErrorCode::ProxyRefused:
            return isUnavailable(*error) ? Verdict::Failed : Verdict::Unknown;
        case ErrorCode::HttpStatus:
        case ErrorCode::ServerError:
            if (isUnavailable(*error)) return Verdict::Failed;
            break;
        default:
            break;
    }
    return error->httpStatus() != 0 ? Verdict::Well : Verdict::Unknown;
}

ServerList::ServerList(const std::vector<Connection>& given, ServerOrder order,
                       const CircuitBreaker& breaker)
    : order_(order), breaker_(breaker) {
    for (const Connection& connection : given)
        servers_.push_back(std::make_shared<Server>(Server{connection}));
}

ServerList::Rank ServerList::rankOf(const Server& server, Clock::time_point now) {
    if (server.restsUntil > now) return Rank::Resting;
    if (!server.isOpen) return Rank::Well;
    return now >= server.trialAt && !server.isOnTrial ? Rank::HalfOpen : Rank::Open;
}

ServerList::Pick ServerList::pick(Clock::time_point now, const std::vector<ServerPtr>& tried,
                                  const ServerPtr& preferred) {
    const bool mayPrefer = preferred && !contains(tried, preferred);
    if (mayPrefer && rankOf(*preferred, now) == Rank::Well) return {preferred};

    const std::size_t count = servers_.size();
    const std::size_t from = order_ == ServerOrder::RoundRobin ? next_ : 0;
    // What is good enough goes in order; of the others the one whose time comes next.
    const auto key = [now](const Server& server) {
        const Rank rank = rankOf(server, now);
        Clock::time_point when{};
        if (rank == Rank::Open) when = server.trialAt;
        if (rank == Rank::Resting) when = server.restsUntil;
        return std::pair(rank, when);
    };
    std::optional<std::size_t> best;
    for (std::size_t i = from; i < from + count; ++i) {
        const std::size_t at = i % count;
        if (contains(tried, servers_[at])) continue;
        if (!best || key(*servers_[at]) < key(*servers_[*best])) best = at;
    }
    if (!best) return {};
    if (tried.empty()) next_ = (*best + 1) % count;
    const ServerPtr& server = servers_[*best];
    const bool isTrial = rankOf(*server, now) == Rank::HalfOpen;
    if (isTrial) beginTrial(*server);
    return {server, isTrial};
}

bool ServerList::hasOther(Clock::time_point now, const std::vector<ServerPtr>& tried) const {
    return std::any_of(servers_.begin(), servers_.end(), [&](const ServerPtr& server) {
        return server->restsUntil <= now && !contains(tried, server);
    });
}

base::Clock::duration ServerList::leastRest(Clock::time_point now) const {
    Clock::time_point least = Clock::time_point::max();
    for (const ServerPtr& server : servers_) least = std::min(least, server->restsUntil);
    return std::max(least - now, Clock::duration::zero());
}

ServerList::Change ServerList::failed(Server& server, const Error& error, Clock::time_point now,
                                      double random) {
    count(server.failures);
    // While it is open, only what is tried when its time has come tells something new.
    const bool isToOpen = server.isOpen ? now >= server.trialAt
                                        : server.failures >= breaker_.failures() ||
                                              error.code() == ErrorCode::ConnectTimeout;
    if (!isToOpen) return Change::None;
    count(server.openings);
    putOff(server, now, random);
    return std::exchange(server.isOpen, true) ? Change::None : Change::Opened;
}

void ServerList::putOff(Server& server, Clock::time_point now, double random) const {
    server.trialAt = now + delayAfter(server.openings, breaker_.firstDelay(),
                                      breaker_.longestDelay(), (1 + random) / 2);
}

ServerList::Change ServerList::succeeded(Server& server) {
    server.failures = 0;
    server.openings = 0;
    return close(server);
}

ServerList::Change ServerList::recovered(Server& server) {
    server.failures = breaker_.failures() - 1;
    return close(server);
}

ServerList::Change ServerList::close(Server& server) {
    return std::exchange(server.isOpen, false) ? Change::Closed : Change::None;
}

void ServerList::rest(Server& server, Clock::time_point until) {
    server.restsUntil = std::max(server.restsUntil, until);
}

void ServerList::replaceFound(const std::vector<Connection>& found) {
    std::erase_if(servers_, [&](const ServerPtr& server) {
        return !server->isGiven && !isAtUrl(found, server->connection->baseUrl);
    });
    for (const Connection& connection : found) {
        const bool isKnown =
            std::any_of(servers_.begin(), servers_.end(), [&](const ServerPtr& server) {
                return server->connection->baseUrl == connection->baseUrl;
            });
        if (isKnown || servers_.size() >= most) continue;
        servers_.push_back(std::make_shared<Server>(Server{connection, false}));
    }
    if (next_ >= servers_.size()) next_ = 0;
}

}  // namespace ksqldb::client
