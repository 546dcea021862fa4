#pragma once
#include "client/servers/servers.h"
#include "transport/http_request.h"

#include <ksqldb/error.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::client {

/// The way of a call through several servers: an attempt here, the next one there. The event
/// loop's, save where it says otherwise: what a closed Client ends does not ask it for another
/// server.
class Route : public std::enable_shared_from_this<Route> {
public:
    /// `queryId`: goes first to the server that runs this query; empty: to any.
    explicit Route(std::shared_ptr<Servers> servers, std::string queryId = {})
        : servers_(std::move(servers)), queryId_(std::move(queryId)) {}

    /// Has a request ask for its server when its attempt begins. *any thread*
    void lead(transport::HttpRequest& request);

    // Of an attempt.
    void answered();
    /// It waits for other credentials, and then begins again at the same server, which was well.
    void refused();
    /// Null: with a whole answer. Does nothing for an attempt that had not begun.
    void ended(const Error* error, std::optional<std::chrono::seconds> retryAfter);
    void noteQuery(const std::string& id);
    /// To its server.
    Connection connection() const { return current_.server->connection; }

    // Of the call.
    /// Whether there is a server that it has not tried in this round, and may go to: after an
    /// attempt that had no server, for it waited for credentials, no other would be better.
    bool hasOther() const { return wasAtServer_ && servers_->hasOther(tried_); }
    /// Where all servers have asked to be left alone: until the first one may be asked.
    std::optional<std::chrono::seconds> leastRest() const { return servers_->leastRest(); }
    /// All servers may be tried again.
    void beginRound() { tried_.clear(); }
    /// The same, save the one that the last attempt went to: it ended there after it went well.
    void beginRoundElsewhere();
    /// A further request of the same command goes to the same server, if that is well.
    void goOnHere();

    /// For errors: where the last attempt went. "POST /ksql" where there was none.
    std::string endpoint(const transport::HttpRequest& request) const;

private:
    Connection begin();
    void choose();

    const std::shared_ptr<Servers> servers_;
    const std::string queryId_;
    std::vector<ServerPtr> tried_;  // in this round
    ServerPtr preferred_;
    ServerList::Pick current_;
    bool runs_ = false;
    bool staysHere_ = false;   // the attempt begins again
    bool wasAtServer_ = true;  // the last attempt, when it ended
};

}  // namespace ksqldb::client
