#pragma once
#include "base/clock.h"
#include "client/calls/closed_queries.h"
#include "protocol/batch.h"
#include "protocol/request_body.h"

#include <ksqldb/header.h>
#include <ksqldb/retry.h>
#include <ksqldb/stream_event.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::client {

/// How an attempt of a push query ended, and what it brought.
struct EndedAttempt {
    std::optional<Error> error;  ///< none: the server ended the answer in an orderly way
    Ending::Kind kind = Ending::Kind::Finished;
    bool hasHeader = false;
    base::Clock::time_point begun;
    std::uint64_t rows = 0;
    std::string token{};  ///< the newest one; empty: none
    std::uint64_t rowsAfterToken = 0;
    std::optional<std::chrono::seconds> retryAfter{};
};

/// Throws Error(InvalidArgument) for a query that cannot be resumed so.
void checkResume(const protocol::QueryBody& body, ResumeFrom from);

/// An Error: the query cannot go on with another header than its first one.
std::optional<Error> checkSchema(const Header& first, const Header& now);

/// Begins behind the token.
void continueFrom(protocol::QueryBody& body, const std::string& token);

/// How a push query goes on that ended though nobody here asked for it: from where, when, and what
/// its consumer is told. Knows neither socket nor thread; the event loop's.
class Resumption {
public:
    struct Setup {
        RetryPolicy policy;  ///< of the attempts in a row that bring nothing
        ResumeFrom from = ResumeFrom::Latest;
        protocol::QueryBody body;  ///< of the first attempt
        std::string token;         ///< which that one began behind; empty: none
        std::shared_ptr<const ClosedQueries> closed;
    };
    explicit Resumption(Setup setup);

    /// The header of an attempt is there, before the batch's row of this number. That of a further
    /// attempt becomes an event. An Error: its columns are not those of the first one.
    std::optional<Error> takeHeader(const Header& header, protocol::Batch& batch,
                                    std::uint32_t beforeRow);

    struct Next {
        base::Clock::time_point when;
        std::string body;
        std::uint64_t skip = 0;     ///< rows that came before
        bool isElsewhere = false;   ///< at once, at a server that was not tried
        std::ptrdiff_t events = 1;  ///< which were added to the batch
    };
    /// What follows an attempt's end; none: the query ends. Adds events to the attempt's last
    /// batch. `hasOther`: there is a server that was not tried in this round; `deadline`: of the
    /// whole call.
    std::optional<Next> next(const EndedAttempt& ended, protocol::Batch& last,
                             base::Clock::time_point now, double random, bool hasOther = false,
                             std::optional<base::Clock::time_point> deadline = {});
    /// Whether the attempt ran so long that what follows has nothing to do with what was before.
    bool wasStable(const EndedAttempt& ended, base::Clock::time_point now) const;

private:
    bool isToGoOn(const EndedAttempt& ended) const;
    void count(const EndedAttempt& ended, base::Clock::time_point now);
    bool isBehindToken() const { return !token_.empty(); }
    std::string body() const;

    const Setup setup_;
    const RetryPolicy policy_;
    std::optional<Header> header_;  // the first one
    std::optional<std::string> queryId_;
    std::string token_;
    std::uint64_t rowsAfterToken_ = 0;  // which the consumer has
    std::uint64_t rows_ = 0;            // of all attempts
    unsigned tries_ = 0;                // in a row that brought nothing
    unsigned failures_ = 0;             // those of them that the policy has allowed
    bool isDisconnected_ = false;
    base::Clock::time_point lostAt_{};
};

}  // namespace ksqldb::client
