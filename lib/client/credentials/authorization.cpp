#include "client/credentials/authorization.h"

#include "base/error_builder.h"
#include "base/require.h"
#include "client/options/option_checks.h"

#include <algorithm>
#include <string>
#include <utility>

namespace ksqldb::client {

using Access = detail::CredentialsAccess;

transport::Credentials forTransport(const Credentials& credentials) {
    if (Access::isBearer(credentials)) return {{}, {}, Access::secret(credentials)};
    return {Access::user(credentials), Access::secret(credentials), {}};
}

void checkCredentials(const Credentials& credentials) {
    if (Access::isBearer(credentials)) return checkBearerToken(Access::secret(credentials));
    checkApiKey(Access::user(credentials), Access::secret(credentials));
    base::require(!Access::user(credentials).empty(), "credentials with an empty user name");
}

RenewedAuthorization::RenewedAuthorization(std::shared_ptr<CredentialSource> source,
                                           std::function<void(std::uint64_t id)> begin,
                                           base::Logger logger)
    : source_(std::move(source)), begin_(std::move(begin)), logger_(std::move(logger)) {}

std::optional<transport::Credentials> RenewedAuthorization::credentialsFor(std::uint64_t id) {
    const Clock::time_point now = Clock::now();
    std::optional<transport::Credentials> good;
    bool mayFetch = false;
    {
        std::lock_guard lock(mutex_);
        if (const auto failed = failed_.extract(id); !failed.empty()) throw failed.mapped();
        if (expires_ && *expires_ <= now) kept_.reset();
        good = kept_;
        if (!good) waiting_.push_back(id);
        mayFetch = mustFetch(now);
        fetches_ = fetches_ || mayFetch;
    }
    if (mayFetch) fetch();
    return good;
}

bool RenewedAuthorization::mustFetch(Clock::time_point now) {
    if (fetches_) return false;
    return !kept_ || (renewAt_ && *renewAt_ <= now);
}

bool RenewedAuthorization::refused(const transport::Credentials& credentials) {
    std::lock_guard lock(mutex_);
    if (credentials.generation == generation_) kept_.reset();
    return true;
}

void RenewedAuthorization::fetch() {
    try {
        source_->fetch([weak = weak_from_this()](const Outcome<Credentials>& fetched) {
            if (const auto self = weak.lock()) self->take(fetched);
        });
    } catch (...) {  // no thread, for one
        take(base::currentError());
    }
}

void RenewedAuthorization::take(const Outcome<Credentials>& fetched) {
    std::vector<std::uint64_t> begun;
    std::optional<Error> error;
    if (!fetched.ok()) error = fetched.error();
    try {
        if (!error) checkCredentials(fetched.value());
    } catch (const Error& wrong) {
        error = Error(ErrorCode::CredentialsFailed,
                      source_->name() + " gave what cannot be sent: " + wrong.what());
    }
    {
        std::lock_guard lock(mutex_);
        fetches_ = false;
        begun.swap(waiting_);
        failed_.clear();
        if (error)
            for (const std::uint64_t id : begun) failed_.emplace(id, *error);
        if (error)
            renewAt_ = Clock::now() + rest;
        else
            keep(fetched.value());
    }
    if (error && logger_.wants(LogLevel::Warn))
        logger_.log(LogLevel::Warn, std::string("no new credentials: ") + error->what());
    else if (!error && logger_.wants(LogLevel::Debug))
        logger_.log(LogLevel::Debug, "new credentials from " + source_->name());
    for (const std::uint64_t id : begun) begin_(id);
}

void RenewedAuthorization::keep(const Credentials& credentials) {
    kept_ = forTransport(credentials);
    kept_->generation = ++generation_;
    renewAt_.reset();
    expires_ = Access::expires(credentials);
    if (!expires_) return;
    // What is there for no time at all is good for those that wait for it.
    expires_ = std::max(*expires_, Clock::now() + rest);
    const Clock::duration left = *expires_ - Clock::now();
    renewAt_ = *expires_ - std::min<Clock::duration>(renewalTime, left / 10);
}

}  // namespace ksqldb::client
