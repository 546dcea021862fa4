#include "transport/event_loop.h"

#include "base/error_builder.h"
#include "base/thread.h"
#include "transport/read_pacer.h"
#include "transport/transfer.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace ksqldb::transport {

namespace {

struct Start {
    EventLoop::TransferId id;
    HttpRequest request;
    std::shared_ptr<ResponseHandler> handler;
};
struct Resume {
    EventLoop::TransferId id;
};
struct Cancel {
    EventLoop::TransferId id;
};
using Command = std::variant<Start, Resume, Cancel>;

struct MultiDeleter {
    CurlApi* api;
    void operator()(CURLM* multi) const { api->multiCleanup(multi); }
};

constexpr std::chrono::milliseconds longestWait{1000};

/// A round that brings so much was worth its system calls: there is nothing to gain by waiting.
constexpr std::size_t bulkBytes = std::size_t{64} * 1024;

}  // namespace

/// What the loop's thread works with. It owns itself through the thread.
class EventLoop::Shared {
public:
    Shared(CurlApi& api, MultiDriver::Kind driver, std::chrono::microseconds readPause,
           std::function<void()> onExit)
        : api_(api),
          multi_(api.multiInit(), MultiDeleter{&api}),
          pacer_(readPause),
          onExit_(std::move(onExit)) {
        if (!multi_) throw Error(ErrorCode::ConnectFailed, "libcurl has no memory");
        driver_ = MultiDriver::make(driver, api, multi_.get());
    }

    /// False: too late.
    bool post(Command& command) {
        if (process_.isForked()) return false;
        {
            std::lock_guard lock(mutex_);
            if (stopping_) return false;
            inbox_.push_back(std::move(command));
        }
        driver_->wake();
        return true;
    }

    void stop() {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        driver_->wake();
    }

    void run() {
        while (true) {
            driver_->perform();
            readMessages();
            endUnwatched();
            endRound();
            // Commands are taken between perform and poll: in libcurl 8.21 perform eats a wake-up.
            const bool hadCommands = obeyCommands();
            if (isStopping()) break;
            fireTimers(Clock::now());
            // Sockets are looked at in every round, or commands in each would leave them no turn.
            driver_->wait(hadCommands ? std::chrono::milliseconds(0) : nextTimer());
        }
        endAll();
        onExit_();
    }

private:
    bool isStopping() {
        std::lock_guard lock(mutex_);
        return stopping_;
    }

    std::chrono::milliseconds nextTimer() const {
        if (timers_.empty()) return longestWait;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now());
        return std::clamp(left, std::chrono::milliseconds(0), longestWait);
    }

    bool obeyCommands() {
        {
            std::lock_guard lock(mutex_);
            if (inbox_.empty()) return false;
            commands_.swap(inbox_);
        }
        for (Command& command : commands_) {
            if (auto* start = std::get_if<Start>(&command))
                begin(std::move(*start));
            else if (auto* resume = std::get_if<Resume>(&command))
                resumeTransfer(resume->id);
            else
                endTransfer(std::get<Cancel>(command).id, {TransferEnd::Kind::Cancelled, 0, {}});
        }
        commands_.clear();
        return true;
    }

    void begin(Start start) {
        std::shared_ptr<ResponseHandler> handler = start.handler;
        auto transfer = std::make_unique<Transfer>(api_, start.id, std::move(start.request),
                                                   std::move(start.handler));
        transfer->active_ = &active_;
        if (transfer->easy() != nullptr) driver_->prepare(transfer->easy());
        if (transfer->easy() == nullptr ||
            api_.multiAddHandle(multi_.get(), transfer->easy()) != CURLM_OK) {
            handler->onEnd({TransferEnd::Kind::Failed, 0,
                            Error(ErrorCode::ConnectFailed, "libcurl takes no further transfer")});
            return;
        }
        Transfer& started = *transfer;
        transfers_.emplace(start.id, std::move(transfer));
        askTimer(started, Clock::now());
    }

    void resumeTransfer(TransferId id) {
        const auto found = transfers_.find(id);
        if (found == transfers_.end()) return;
        Transfer& transfer = *found->second;
        // First the handler, which may have something to hand over that waited for room.
        if (!transfer.passOn()) {
            endTransfer(id, {TransferEnd::Kind::Aborted, transfer.status(), {}});
            return;
        }
        const CURLcode result = transfer.unpause();
        if (result != CURLE_OK) endTransfer(id, transfer.endFrom(result));
    }

    void readMessages() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            Transfer& transfer = Transfer::of(message->easy_handle);
            endTransfer(transfer.id(), transfer.endFrom(message->data.result));
        }
    }

    void endUnwatched() {
        for (CURL* easy : driver_->takeUnwatched()) {
            const auto found = std::find_if(
                transfers_.begin(), transfers_.end(),
                [easy](const auto& transfer) { return transfer.second->easy() == easy; });
            if (found == transfers_.end()) continue;
            endTransfer(found->first,
                        {TransferEnd::Kind::Failed, found->second->status(),
                         Error(ErrorCode::ConnectFailed, "the system watches no further socket")});
        }
    }

    void endRound() {
        if (active_.empty()) return;
        round_.swap(active_);
        const Clock::time_point now = Clock::now();
        pacer_.countRound(now);
        for (Transfer* transfer : round_) {
            transfer->gotBytes = false;
            const std::size_t pieces = std::exchange(transfer->pieces, 0);
            const bool isBulk = std::exchange(transfer->roundBytes, 0) >= bulkBytes;
            if (!transfer->passOn())
                endTransfer(transfer->id(), {TransferEnd::Kind::Aborted, transfer->status(), {}});
            else if (!isBulk)
                restIfBusy(*transfer, pieces, now);
        }
        round_.clear();
    }

    void restIfBusy(Transfer& transfer, std::size_t pieces, Clock::time_point now) {
        const auto until = pacer_.rest(transfer.pace, pieces, now);
        // Its timer must not find silence where there was only nobody to look.
        const bool mayRest = until && (!transfer.hasTimer || *until <= transfer.timer->first);
        if (mayRest) driver_->rest(transfer.easy(), *until);
    }

    void askTimer(Transfer& transfer, Clock::time_point now) {
        const ResponseHandler::Timer timer = transfer.handler().onTimer(now);
        if (std::exchange(transfer.hasTimer, false)) timers_.erase(transfer.timer);
        if (timer.abort) {
            endTransfer(transfer.id(), {TransferEnd::Kind::Aborted, transfer.status(), {}});
        } else if (timer.next) {
            // One that asks for what is past would be asked again, and again, in this same round.
            const auto soonest = now + std::chrono::milliseconds(1);
            transfer.timer = timers_.emplace(std::max(*timer.next, soonest), &transfer);
            transfer.hasTimer = true;
        }
    }

    void fireTimers(Clock::time_point now) {
        while (!timers_.empty() && timers_.begin()->first <= now)
            askTimer(*timers_.begin()->second, now);
    }

    void endTransfer(TransferId id, const TransferEnd& end) {
        const auto found = transfers_.find(id);
        if (found == transfers_.end()) return;
        const std::unique_ptr<Transfer> transfer = std::move(found->second);
        transfers_.erase(found);
        if (transfer->hasTimer) timers_.erase(transfer->timer);
        if (transfer->gotBytes)
            active_.erase(std::find(active_.begin(), active_.end(), transfer.get()));
        driver_->forget(transfer->easy());
        api_.multiRemoveHandle(multi_.get(), transfer->easy());
        transfer->handler().onEnd(end);
    }

    void endAll() {
        const TransferEnd closed{TransferEnd::Kind::Closed, 0, {}};
        while (!transfers_.empty()) endTransfer(transfers_.begin()->first, closed);
        {
            std::lock_guard lock(mutex_);
            commands_.swap(inbox_);
        }
        for (Command& command : commands_)  // what came too late to begin
            if (auto* start = std::get_if<Start>(&command)) start->handler->onEnd(closed);
        commands_.clear();
    }

    CurlApi& api_;
    const base::ProcessMark process_;
    std::unique_ptr<MultiDriver> driver_;  // outlives what it drives
    const std::unique_ptr<CURLM, MultiDeleter> multi_;
    std::unordered_map<TransferId, std::unique_ptr<Transfer>> transfers_;
    std::vector<Transfer*> active_;  // with bytes, since the last round ended
    std::vector<Transfer*> round_;
    TimerQueue timers_;
    ReadPacer pacer_;
    std::vector<Command> commands_;
    std::function<void()> onExit_;

    std::mutex mutex_;  // for what follows
    std::vector<Command> inbox_;
    bool stopping_ = false;
};

EventLoop::EventLoop(std::chrono::microseconds readPause, std::function<void()> onExit,
                     CurlApi& api, MultiDriver::Kind driver)
    : shared_(std::make_shared<Shared>(api, driver, readPause, std::move(onExit))) {
    thread_ = base::startThread("ksqldb-loop", [shared = shared_] { shared->run(); });
}

EventLoop::~EventLoop() {
    shutDown();
    if (thread_.joinable()) thread_.detach();
}

void EventLoop::start(TransferId id, HttpRequest request,
                      std::shared_ptr<ResponseHandler> handler) {
    Command command = Start{id, std::move(request), handler};
    if (!shared_->post(command)) handler->onEnd({TransferEnd::Kind::Closed, 0, {}});
}

void EventLoop::resume(TransferId id) {
    Command command = Resume{id};
    shared_->post(command);
}

void EventLoop::cancel(TransferId id) {
    Command command = Cancel{id};
    shared_->post(command);
}

void EventLoop::shutDown() { shared_->stop(); }

void EventLoop::join() {
    if (thread_.joinable()) thread_.join();
}

void EventLoop::detach() {
    if (thread_.joinable()) thread_.detach();
}

}  // namespace ksqldb::transport
