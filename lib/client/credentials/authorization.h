#pragma once
#include "base/clock.h"
#include "base/log.h"
#include "client/credentials/credential_source.h"
#include "transport/authorizer.h"

#include <ksqldb/error.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ksqldb::client {

/// Credentials as the transport takes them.
transport::Credentials forTransport(const Credentials& credentials);

/// Credentials that never change.
class FixedAuthorization : public transport::Authorizer {
public:
    explicit FixedAuthorization(const Credentials& credentials)
        : credentials_(forTransport(credentials)) {}

    std::optional<transport::Credentials> credentialsFor(std::uint64_t) override {
        return credentials_;
    }
    bool refused(const transport::Credentials&) override { return false; }
    bool mayRenew() const override { return false; }

private:
    const transport::Credentials credentials_;
};

/// Credentials that change while the Client lives. Those that are good are kept. New ones are
/// fetched once for all attempts that wait for them: at first, when the server has refused the old
/// ones, and when these have expired. A little before that they are fetched as well, and then
/// nobody waits. Nothing is fetched where nothing is asked. *thread-safe*
class RenewedAuthorization : public transport::Authorizer,
                             public std::enable_shared_from_this<RenewedAuthorization> {
public:
    /// `begin`: EventLoop::begin.
    RenewedAuthorization(std::shared_ptr<CredentialSource> source,
                         std::function<void(std::uint64_t id)> begin, base::Logger logger);

    std::optional<transport::Credentials> credentialsFor(std::uint64_t id) override;
    bool refused(const transport::Credentials& credentials) override;
    bool mayRenew() const override { return true; }

private:
    using Clock = base::Clock;

    /// They are renewed when less than a tenth of their time is left, or than this.
    static constexpr std::chrono::seconds renewalTime{30};
    /// Until new ones are asked for again while the old ones are still good.
    static constexpr std::chrono::seconds rest{1};

    bool mustFetch(Clock::time_point now);
    void fetch();
    void take(const Outcome<Credentials>& fetched);
    void keep(const Credentials& credentials);

    const std::shared_ptr<CredentialSource> source_;
    const std::function<void(std::uint64_t)> begin_;
    const base::Logger logger_;

    std::mutex mutex_;  // for what follows
    std::optional<transport::Credentials> kept_;
    std::uint64_t generation_ = 0;
    std::optional<Clock::time_point> expires_, renewAt_;
    bool fetches_ = false;
    std::vector<std::uint64_t> waiting_;
    std::unordered_map<std::uint64_t, Error> failed_;  // of those that waited last
};

/// Refuses what cannot be sent, with Error(InvalidArgument) whose text never repeats it.
void checkCredentials(const Credentials& credentials);

}  // namespace ksqldb::client
