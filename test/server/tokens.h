#pragma once

#include "exchange.h"
#include "request.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace ksqldb::server {

/// An identity provider: issues tokens for a client's id and secret (OAuth 2, RFC 6749, 4.4), and
/// knows which of them are good. *thread-safe*
class Tokens {
public:
    static constexpr std::string_view path = "/oauth/token";

    void issueTo(std::string id, std::string secret, std::chrono::milliseconds lifetime);
    /// A token that was not asked for.
    void accept(const std::string& token);
    /// None of those issued is good any more.
    void revoke();

    /// Whether requests need a token.
    bool areRequired() const;
    bool isGood(std::string_view token) const;
    std::size_t issued() const;
    void answer(Exchange& exchange);

private:
    using Clock = std::chrono::steady_clock;

    mutable std::mutex mutex_;
    bool areRequired_ = false;
    std::string id_, secret_;
    std::chrono::milliseconds lifetime_{0};
    std::map<std::string, Clock::time_point, std::less<>> good_;  // until then
    std::size_t issued_ = 0;
};

}  // namespace ksqldb::server
