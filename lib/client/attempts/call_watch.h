#pragma once
#include "base/clock.h"
#include "base/log.h"
#include "transport/request_watch.h"

#include <ksqldb/header.h>
#include <ksqldb/observer.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ksqldb::client {

/// A Client's Observer, which can do no harm: what it throws goes to the log, once for each of its
/// functions. *thread-safe*
class Hooks {
public:
    enum class Name : std::uint8_t { Call, Request, RequestEnd, CallEnd, Headers };

    Hooks(std::shared_ptr<Observer> observer, base::Logger logger)
        : observer_(std::move(observer)), logger_(std::move(logger)) {}

    template <class Call>
    void call(Name name, Call call) noexcept {
        try {
            call(*observer_);
        } catch (...) {
            complainOfThrow(name);
        }
    }
    void complain(Name name, const std::string& text) noexcept;

private:
    void complainOfThrow(Name name) noexcept;

    const std::shared_ptr<Observer> observer_;
    const base::Logger logger_;
    std::array<std::atomic<bool>, 5> hasComplained_{};
};

/// Tells an Observer of a call and its requests. Where there is no Observer, there is no CallWatch.
class CallWatch : public std::enable_shared_from_this<CallWatch> {
public:
    using Kind = ObservedCall::Kind;

    /// Tells the end of a call that could not begin: the member threw.
    ~CallWatch();
    CallWatch(const CallWatch&) = delete;
    CallWatch& operator=(const CallWatch&) = delete;

    /// The call begins, in the caller's thread. Null: without hooks.
    static std::shared_ptr<CallWatch> begin(const std::shared_ptr<Hooks>& hooks, Kind kind,
                                            std::uint64_t id);
    /// Null where there is no watch. For one request and its repetitions.
    static std::shared_ptr<transport::RequestWatch> request(const std::shared_ptr<CallWatch>& call);
    /// For a request that belongs to no call. Null: without hooks.
    static std::shared_ptr<transport::RequestWatch> ownRequest(const std::shared_ptr<Hooks>& hooks,
                                                               Kind kind = Kind::Own);

    std::uint64_t id() const noexcept { return call_.id; }
    const std::shared_ptr<Hooks>& hooks() const noexcept { return hooks_; }
    /// The server has named the query.
    void noteQuery(const std::optional<std::string>& id);
    /// Null: it went well. Later ones do nothing.
    void end(const Error* error, std::optional<QueryStatistics> query = {}) noexcept;

private:
    class Request;
    friend class Request;

    CallWatch(std::shared_ptr<Hooks> hooks, ObservedCall call)
        : hooks_(std::move(hooks)), call_(call) {}

    const std::shared_ptr<Hooks> hooks_;
    const ObservedCall call_;
    const base::Clock::time_point begun_ = base::Clock::now();
    ObserverContext context_;
    // The event loop's, then end()'s.
    unsigned requests_ = 0;
    std::string queryId_;
    bool isEnded_ = false;
};

}  // namespace ksqldb::client
