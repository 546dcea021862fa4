#pragma once
#include "transport/connection_counts.h"
#include "transport/curl_api.h"
#include "transport/http_request.h"
#include "transport/multi_driver.h"
#include "transport/response_handler.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace ksqldb::transport {

/// The thread that runs libcurl. Commands may come from any thread; all handlers are called by this
/// one. The thread keeps what it needs alive, so that it can end by itself when nobody may wait.
class EventLoop {
public:
    using TransferId = std::uint64_t;

    /// `onExit` is the last thing that the thread does. Throws Error where there is no thread or no
    /// memory to be had.
    explicit EventLoop(std::chrono::microseconds readPause, std::function<void()> onExit,
                       CurlApi& api = CurlApi::real(),
                       MultiDriver::Kind driver = MultiDriver::best());
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// A number for a call that start() will be called for.
    TransferId newId() noexcept { return nextId_.fetch_add(1, std::memory_order_relaxed); }
    /// Begins an attempt of the call `id`, now or, if `notBefore` is later, at that time. What
    /// waits costs no thread and no socket; it can be cancelled, and its handler's timer runs.
    /// handler->onEnd() follows, exactly once: from the loop, or, where it is shut down, from here.
    ///
    /// From its onEnd() on an id may be started again. Inside a handler, and so inside onEnd(),
    /// start() takes effect at once: a cancel() strikes either the attempt that ends or the next
    /// one, and cannot slip in between. Started from another thread, there is such a gap, and who
    /// calls has to look, after start(), whether its call was cancelled meanwhile.
    void start(TransferId id, HttpRequest request, std::shared_ptr<ResponseHandler> handler,
               Clock::time_point notBefore = {});
    /// These strike the attempt that runs or waits under the id; without one they do nothing.
    /// `resume`: its handler can hand over and take more of the answer; `resumeSending`: its body's
    /// source has more to send; `askTimer`: its handler's timer is asked before its time; `begin`:
    /// its authorizer knows more.
    void resume(TransferId id);
    void resumeSending(TransferId id);
    void askTimer(TransferId id);
    void begin(TransferId id);
    void cancel(TransferId id);

    /// *thread-safe*
    const ConnectionCounts& connections() const noexcept;

    /// Ends all transfers and then the thread. Returns at once; idempotent. `why` comes with the
    /// ends of kind Closed.
    void shutDown(std::optional<Error> why = {});
    /// Waits for the thread's end.
    void join();
    /// Lets the thread end by itself.
    void detach();

    class Shared;

private:
    std::shared_ptr<Shared> shared_;
    std::thread thread_;
    std::atomic<TransferId> nextId_{1};
};

}  // namespace ksqldb::transport
