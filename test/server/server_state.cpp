#include "server_state.h"

#include "base64.h"
#include "statement.h"

#include <utility>

namespace ksqldb::server {

namespace {

bool needsNoCredentials(std::string_view path) {
    return path == "/healthcheck" || path == "/v1/metadata" || path == "/v1/metadata/id" ||
           path.substr(0, 5) == "/chc/";
}

}  // namespace

Journal::Entry Journal::add(const Request& request) {
    if (!recording_) return nullptr;
    auto entry = std::make_shared<Request>(request);
    std::lock_guard lock(mutex_);
    requests_.push_back(entry);
    changed_.notify_all();
    return entry;
}

void Journal::append(const Entry& entry, std::string_view body) {
    constexpr std::size_t keptSize = 1024 * 1024;
    if (!entry) return;
    std::lock_guard lock(mutex_);
    if (entry->body.size() < keptSize) entry->body += body;
}

std::vector<Request> Journal::all() const {
    std::lock_guard lock(mutex_);
    std::vector<Request> result;
    for (const auto& entry : requests_) result.push_back(*entry);
    return result;
}

bool Journal::waitForCount(std::size_t count, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return requests_.size() >= count; });
}

void Journal::clear() {
    std::lock_guard lock(mutex_);
    requests_.clear();
}

void Scripts::add(std::string path, std::string_view sql, Script script) {
    std::lock_guard lock(mutex_);
    entries_.insert(entries_.begin(),
                    Entry{std::move(path), comparableStatement(sql), std::move(script)});
}

void Scripts::clear() {
    std::lock_guard lock(mutex_);
    entries_.clear();
}

std::vector<Script> Scripts::matching(const Request& request) const {
    const std::string path = request.path();
    const std::string sql = comparableStatement(request.sql());
    std::vector<Script> result;
    std::lock_guard lock(mutex_);
    for (const auto& entry : entries_) {
        if (!entry.path.empty() && entry.path != path) continue;
        if (!entry.sql.empty() && entry.sql != sql) continue;
        result.push_back(entry.script);
    }
    return result;
}

void Credentials::require(std::string_view user, std::string_view secret) {
    std::string pair(user);
    pair.append(":").append(secret);
    std::lock_guard lock(mutex_);
    basic_ = toBase64(pair);
}

Credentials::Verdict Credentials::judge(const Request& request) const {
    std::lock_guard lock(mutex_);
    const bool areNeeded = basic_ || tokens_.areRequired();
    if (!areNeeded || needsNoCredentials(request.path())) return Verdict::Accepted;
    const auto given = request.header("Authorization");
    const auto of = [&given](std::string_view scheme) -> std::optional<std::string> {
        const bool is =
            given && equalIgnoringCase(std::string_view(*given).substr(0, scheme.size()), scheme);
        if (!is) return std::nullopt;
        return given->substr(scheme.size());
    };
    if (const auto basic = of("Basic "); basic && basic_)
        return *basic == *basic_ ? Verdict::Accepted : Verdict::Wrong;
    if (const auto token = of("Bearer "); token && tokens_.isGood(*token)) return Verdict::Accepted;
    return Verdict::Missing;  // another scheme, or none, counts as no credentials at all
}

void ServerState::takeBasePath(Request& request) const {
    if (basePath.empty()) return;
    const bool isBelow = request.target.rfind(basePath + "/", 0) == 0;
    request.target =
        isBelow ? request.target.substr(basePath.size()) : "/beside-the-base-path" + request.target;
}

void Readiness::refuseFor(std::chrono::milliseconds time, std::size_t requests) {
    std::lock_guard lock(mutex_);
    until_ = std::chrono::steady_clock::now() + time;
    requests_ = requests;
}

bool Readiness::refuses() {
    std::lock_guard lock(mutex_);
    if (requests_ > 0) {
        --requests_;
        return true;
    }
    return std::chrono::steady_clock::now() < until_;
}

void ConnectionCount::change(int by) {
    std::lock_guard lock(mutex_);
    open_ += static_cast<std::size_t>(by);
    changed_.notify_all();
}

std::size_t ConnectionCount::open() const {
    std::lock_guard lock(mutex_);
    return open_;
}

bool ConnectionCount::waitFor(std::size_t count, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return open_ == count; });
}

}  // namespace ksqldb::server
