#include "client/servers/servers.h"

#include "client/attempts/next_step.h"
#include "protocol/admin_replies.h"
#include "protocol/server_replies.h"
#include "transport/url.h"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

namespace ksqldb::client {

namespace {

/// What a server says of its health: an Error where that is not good. One that has no such page, or
/// does not show it to us, is there.
std::optional<Error> healthError(const Outcome<std::string>& answer) {
    if (!answer.ok()) {
        if (verdictOf(&answer.error()) == Verdict::Well) return std::nullopt;
        return answer.error();
    }
    const auto health = protocol::parseHealth(answer.value());
    if (health && health->isHealthy) return std::nullopt;
    return Error(ErrorCode::ServerError, "it says that it is not healthy");
}

/// A longer one is as good as this one.
constexpr std::chrono::seconds longestRest = std::chrono::hours(24 * 365);

bool isOurEnd(const Outcome<std::string>& answer) {
    return !answer.ok() && (answer.error().code() == ErrorCode::ClientClosed ||
                            answer.error().code() == ErrorCode::Cancelled);
}

/// The servers that are alive, as the one that was asked names them.
std::vector<Connection> connectionsIn(const std::string& body,
                                      const transport::ConnectionSettings& asked) {
    std::vector<Connection> found;
    for (const auto& [host, status] : protocol::readClusterStatus(body).hosts) {
        if (!status.isAlive) continue;
        try {
            auto connection = std::make_shared<transport::ConnectionSettings>(asked);
            connection->baseUrl =
                transport::parseServerUrl((asked.isTls ? "https://" : "http://") + host).base;
            connection->unixSocket.clear();
            found.push_back(std::move(connection));
        } catch (const Error&) {  // no host and port
        }
    }
    return found;
}

}  // namespace

Servers::Servers(std::shared_ptr<transport::EventLoop> loop, Setup setup)
    : loop_(std::move(loop)),
      setup_(std::move(setup)),
      list_(setup_.given, setup_.order, setup_.breaker) {}

ServerList::Pick Servers::pick(const std::vector<ServerPtr>& tried, const ServerPtr& preferred) {
    const Clock::time_point now = Clock::now();
    ServerList::Pick pick = list_.pick(now, tried, preferred);
    if (pick.server && setup_.discovers && now >= discoverAt_) discover(pick.server);
    return pick;
}

bool Servers::hasOther(const std::vector<ServerPtr>& tried) const {
    return list_.hasOther(Clock::now(), tried);
}

std::optional<std::chrono::seconds> Servers::leastRest() const {
    const auto rest = std::chrono::ceil<std::chrono::seconds>(list_.leastRest(Clock::now()));
    return rest.count() > 0 ? std::optional(rest) : std::nullopt;
}

void Servers::answered(const ServerPtr& server) { tell(list_.succeeded(*server), server, nullptr); }

void Servers::ended(const ServerList::Pick& pick, const Error* error,
                    std::optional<std::chrono::seconds> retryAfter) {
    const ServerPtr& server = pick.server;
    const Clock::time_point now = Clock::now();
    if (pick.isTrial) ServerList::endTrial(*server);
    if (retryAfter && retryAfter->count() > 0)
        ServerList::rest(*server, base::after(now, std::min(*retryAfter, longestRest)));
    switch (verdictOf(error)) {
        case Verdict::Well:
            return tell(list_.succeeded(*server), server, nullptr);
        case Verdict::Failed:
            return tell(list_.failed(*server, *error, now, randomFraction()), server, error);
        case Verdict::Unknown:
            return;
    }
}

void Servers::tell(ServerList::Change change, const ServerPtr& server, const Error* error) {
    const std::string url = server->connection->name();
    if (change == ServerList::Change::Opened) {
        if (setup_.logger.wants(LogLevel::Warn))
            log(LogLevel::Warn, url + ": calls avoid this server, after " +
                                    std::to_string(server->failures) +
                                    " failures in a row: " + error->what());
        discoverAt_ = std::min(discoverAt_, Clock::now() + lookAgainSoon);
        probeLater(server);
    } else if (change == ServerList::Change::Closed) {
        if (setup_.logger.wants(LogLevel::Info))
            log(LogLevel::Info, url + ": calls go to this server again");
        endProbe(*server);
    }
}

void Servers::probeLater(const ServerPtr& server) {
    const auto isListed = std::find(list_.all().begin(), list_.all().end(), server);
    if (isListed == list_.all().end()) return;  // not among those found any more
    transport::HttpRequest request = setup_.get;
    request.path = "/healthcheck";
    request.watch = CallWatch::ownRequest(setup_.hooks);
    request.connection = server->connection;
    request.choose = [server] {
        ServerList::beginTrial(*server);
        return server->connection;
    };
    const std::uint64_t ticket = ++tickets_;
    const auto id = SingleRequest::start(
        *loop_, std::move(request), ownLimit, setup_.sizes,
        [self = shared_from_this(), server, ticket](const Outcome<std::string>& answer) {
            self->probed(server, ticket, answer);
        },
        server->trialAt);
    probes_[server.get()] = {id, ticket};
}

void Servers::probed(const ServerPtr& server, std::uint64_t ticket,
                     const Outcome<std::string>& answer) {
    ServerList::endTrial(*server);
    const auto probe = probes_.find(server.get());
    if (probe == probes_.end() || probe->second.ticket != ticket) return;
    probes_.erase(probe);
    if (isOurEnd(answer)) return;
    const auto error = healthError(answer);
    if (!error) return tell(list_.recovered(*server), server, nullptr);
    if (setup_.logger.wants(LogLevel::Debug))
        log(LogLevel::Debug, server->connection->name() + "/healthcheck: " + error->what());
    const Clock::time_point now = Clock::now();
    if (!answer.ok() && verdictOf(&*error) == Verdict::Unknown)
        list_.putOff(*server, now, randomFraction());
    else
        list_.failed(*server, *error, now, randomFraction());
    probeLater(server);
}

void Servers::endProbe(const Server& server) {
    const auto probe = probes_.find(&server);
    if (probe == probes_.end()) return;
    loop_->cancel(probe->second.id);
    probes_.erase(probe);
}

void Servers::discover(const ServerPtr& from) {
    discoverAt_ = Clock::now() + lookAgain;
    transport::HttpRequest request = setup_.get;
    request.path = "/clusterStatus";
    request.watch = CallWatch::ownRequest(setup_.hooks);
    request.connection = from->connection;
    SingleRequest::start(*loop_, std::move(request), ownLimit, setup_.sizes,
                         [self = shared_from_this(), from](const Outcome<std::string>& answer) {
                             self->discovered(*from, answer);
                         },
                         {});
}

void Servers::discovered(const Server& from, const Outcome<std::string>& answer) {
    const auto complain = [&](const std::string& what) {
        if (setup_.logger.wants(LogLevel::Warn))
            log(LogLevel::Warn,
                from.connection->name() + "/clusterStatus names no servers: " + what);
    };
    if (isOurEnd(answer)) return;
    if (!answer.ok()) {
        if (verdictOf(&answer.error()) == Verdict::Failed)
            discoverAt_ = Clock::now() + lookAgainSoon;
        return complain(answer.error().what());
    }
    try {
        list_.replaceFound(connectionsIn(answer.value(), *from.connection));
    } catch (const std::exception& error) {
        return complain(error.what());
    }
    if (!setup_.logger.wants(LogLevel::Debug)) return;
    std::string text = "servers:";
    for (const ServerPtr& server : list_.all()) text += ' ' + server->connection->name();
    log(LogLevel::Debug, text);
}

void Servers::noteQuery(const std::string& id, ServerPtr server) {
    if (!queries_.insert_or_assign(id, std::move(server)).second) return;
    queryIds_.push_back(id);
    if (queryIds_.size() <= mostQueries) return;
    queries_.erase(queryIds_.front());
    queryIds_.pop_front();
}

ServerPtr Servers::serverOf(const std::string& queryId) const {
    const auto found = queries_.find(queryId);
    return found != queries_.end() ? found->second : nullptr;
}

}  // namespace ksqldb::client
