#pragma once
#include "transport/curl_api.h"
#include "transport/http_request.h"
#include "transport/multi_driver.h"
#include "transport/response_handler.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
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

    /// A number for a transfer that start() will be called for.
    TransferId newId() noexcept { return nextId_.fetch_add(1, std::memory_order_relaxed); }
    /// handler->onEnd() follows, exactly once: from the loop, or, where it is shut down, from here.
    void start(TransferId id, HttpRequest request, std::shared_ptr<ResponseHandler> handler);
    /// These do nothing for a transfer that has ended.
    void resume(TransferId id);
    void cancel(TransferId id);

    /// Ends all transfers and then the thread. Returns at once; idempotent.
    void shutDown();
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
