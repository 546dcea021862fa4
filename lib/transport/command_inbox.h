#pragma once
#include "transport/http_request.h"
#include "transport/response_handler.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace ksqldb::transport {

/// An attempt to be begun.
struct Start {
    std::uint64_t id;
    HttpRequest request;
    std::shared_ptr<ResponseHandler> handler;
    Clock::time_point notBefore;
};
/// What is to be done with one that runs or waits.
struct Strike {
    enum class How { Resume, ResumeSending, AskTimer, Begin, Cancel } how;
    std::uint64_t id;
};
using Command = std::variant<Start, Strike>;

/// What the event loop is told by other threads, until it ends. *thread-safe*
class CommandInbox {
public:
    /// False: it is closed, and the command is left alone.
    bool put(Command& command) {
        std::lock_guard lock(mutex_);
        if (isClosed_) return false;
        commands_.push_back(std::move(command));
        return true;
    }
    /// The next of those that have come, in order, or null. It lives until the next call. Not
    /// thread-safe: for the loop's thread.
    Command* next() {
        if (taken_ == taking_.size()) {
            taking_.clear();
            taken_ = 0;
            std::lock_guard lock(mutex_);
            taking_.swap(commands_);
        }
        return taken_ < taking_.size() ? &taking_[taken_++] : nullptr;
    }
    /// Only the first call counts.
    void close(std::optional<Error> why) {
        std::lock_guard lock(mutex_);
        if (!std::exchange(isClosed_, true)) why_ = std::move(why);
    }
    bool isClosed() const {
        std::lock_guard lock(mutex_);
        return isClosed_;
    }
    std::optional<Error> whyClosed() const {
        std::lock_guard lock(mutex_);
        return why_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<Command> commands_;
    bool isClosed_ = false;
    std::optional<Error> why_;

    // Of next(). Both vectors keep their memory.
    std::vector<Command> taking_;
    std::size_t taken_ = 0;
};

}  // namespace ksqldb::transport
