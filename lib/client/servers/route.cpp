#include "client/servers/route.h"

#include <algorithm>
#include <utility>

namespace ksqldb::client {

void Route::lead(transport::HttpRequest& request) {
    request.choose = [self = shared_from_this()] { return self->begin(); };
    request.refused = [self = shared_from_this()] { self->refused(); };
}

Connection Route::begin() {
    if (!std::exchange(staysHere_, false)) choose();
    runs_ = true;
    return connection();
}

void Route::choose() {
    ServerList::Pick pick;
    // Whether it is well or not: another one would not know the query.
    const ServerPtr own = queryId_.empty() ? nullptr : servers_->serverOf(queryId_);
    if (own && std::find(tried_.begin(), tried_.end(), own) == tried_.end()) pick.server = own;
    if (!pick.server) pick = servers_->pick(tried_, preferred_);
    if (!pick.server) {
        beginRound();
        pick = servers_->pick(tried_, preferred_);
    }
    current_ = std::move(pick);
    tried_.push_back(current_.server);
}

void Route::answered() {
    if (runs_) servers_->answered(current_.server);
}

void Route::refused() {
    ended(nullptr, {});
    current_.isTrial = false;  // that has ended
    staysHere_ = true;
}

void Route::ended(const Error* error, std::optional<std::chrono::seconds> retryAfter) {
    staysHere_ = false;
    wasAtServer_ = std::exchange(runs_, false);
    if (wasAtServer_) servers_->ended(current_, error, retryAfter);
}

void Route::noteQuery(const std::string& id) {
    if (runs_) servers_->noteQuery(id, current_.server);
}

void Route::beginRoundElsewhere() {
    tried_.clear();
    if (current_.server) tried_.push_back(current_.server);
}

void Route::goOnHere() {
    tried_.clear();
    preferred_ = current_.server;
}

std::string Route::endpoint(const transport::HttpRequest& request) const {
    const std::string server = current_.server ? current_.server->connection->name() : "";
    return request.method + " " + server + request.path;
}

}  // namespace ksqldb::client
