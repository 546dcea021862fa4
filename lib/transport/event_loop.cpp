#include "transport/event_loop.h"

#include "base/error_builder.h"
#include "base/thread.h"
#include "transport/command_inbox.h"
#include "transport/connection_counts.h"
#include "transport/curl_error.h"
#include "transport/read_pacer.h"
#include "transport/transfer.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace ksqldb::transport {

namespace {

/// Somebody wakes the loop, or a timer. Without one it sleeps.
constexpr std::chrono::milliseconds longestWait = std::chrono::hours(24);

/// A round that brings so much was worth its system calls: there is nothing to gain by waiting.
constexpr std::size_t bulkBytes = std::size_t{64} * 1024;

/// In a round: who makes and cancels calls without end leaves the transfers their turn.
constexpr int mostCommands = 256;

}  // namespace

/// What the loop's thread works with. It owns itself through the thread.
class EventLoop::Shared {
public:
    Shared(CurlApi& api, MultiDriver::Kind driver, std::chrono::microseconds readPause,
           std::function<void()> onExit)
        : api_(api),
          multi_(api.multiInit(), {&api}),
          pacer_(readPause),
          onExit_(std::move(onExit)) {
        if (!multi_) throw Error(ErrorCode::NoMemory, "libcurl got no memory");
        driver_ = MultiDriver::make(driver, api, multi_.get());
    }

    void start(Start start) {
        std::shared_ptr<ResponseHandler> handler = start.handler;
        Command command = std::move(start);
        if (!process_.isForked() && std::this_thread::get_id() == thread_.load() &&
            !inbox_.isClosed())
            obey(std::get<Start>(command));
        else if (!post(command))
            handler->onEnd(closed());
    }

    /// False: too late.
    bool post(Strike::How how, TransferId id) {
        Command command = Strike{how, id};
        return post(command);
    }
    bool post(Command& command) {
        if (process_.isForked() || !inbox_.put(command)) return false;
        driver_->wake();
        return true;
    }

    void stop(std::optional<Error> why) {
        inbox_.close(std::move(why));
        driver_->wake();
    }

    const ConnectionCounts& connections() const noexcept { return connections_; }

    void run() {
        thread_ = std::this_thread::get_id();
        while (true) {
            const CURLMcode result = driver_->perform();
            readMessages();
            if (result != CURLM_OK) endAdded(errorFromCall("work on transfers", result));
            endStuck();
            endRound();
            // Commands are taken between perform and poll: in libcurl 8.21 perform eats a wake-up.
            const bool hadCommands = obeyCommands();
            if (inbox_.isClosed()) break;
            fireTimers(Clock::now());
            sendDue(Clock::now());
            const bool hasBegun = beginDue(Clock::now());
            // Sockets are looked at in every round, or commands in each would leave them no turn.
            driver_->wait(hadCommands || hasBegun ? std::chrono::milliseconds(0) : nextTimer());
        }
        endAll();
        onExit_();
    }

private:
    TransferEnd closed() const { return {TransferEnd::Kind::Closed, 0, inbox_.whyClosed()}; }

    std::chrono::milliseconds nextTimer() const {
        std::chrono::milliseconds least = longestWait;
        for (const AlarmQueue* queue : {&timers_, &starts_, &sendings_})
            if (const auto next = queue->next())
                least = std::min(
                    least, std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now()));
        return std::max(least, std::chrono::milliseconds(0));
    }

    /// Whether there were any.
    bool obeyCommands() {
        int obeyed = 0;
        while (obeyed < mostCommands) {
            Command* const command = inbox_.next();
            if (command == nullptr) break;
            std::visit([this](auto& known) { obey(known); }, *command);
            ++obeyed;
        }
        return obeyed > 0;
    }

    void obey(const Strike& strike) {
        Transfer* const transfer = find(strike.id);
        if (transfer == nullptr) return;
        switch (strike.how) {
            case Strike::How::Resume:
                return resume(*transfer);
            case Strike::How::ResumeSending:
                return resumeSending(*transfer);
            case Strike::How::AskTimer:
                return askTimer(*transfer, Clock::now());
            case Strike::How::Begin:
                if (transfer->waitsForCredentials) wait(*transfer, {});
                return;
            case Strike::How::Cancel:
                return end(*transfer, TransferEnd::Kind::Cancelled);
        }
    }

    /// Where it can be found and ended. It begins in this round, or when its time has come.
    void obey(Start& start) {
        std::shared_ptr<ResponseHandler> handler = start.handler;
        auto made = std::make_unique<Transfer>(api_, start.id, std::move(start.request),
                                               std::move(start.handler));
        Transfer& transfer = *made;
        if (!transfers_.emplace(start.id, std::move(made)).second) {
            handler->onEnd({TransferEnd::Kind::Failed, 0,
                            Error(ErrorCode::ConcurrentUse, "an attempt of this call still runs")});
            return;
        }
        transfer.active = &active_;
        transfer.sendings = &sendings_;
        transfer.connections = &connections_;
        transfer.decoded = &decoded_;
        wait(transfer, start.notBefore);
        askTimer(transfer, Clock::now());
    }

    void wait(Transfer& transfer, Clock::time_point until) { transfer.start.set(starts_, until); }

    bool beginDue(Clock::time_point now) {
        const bool isAnyDue = starts_.due(now) != nullptr;
        // As many as there are now: one that fails at once may be started again at once.
        for (std::size_t left = starts_.size(); left > 0; --left) {
            Transfer* const transfer = starts_.due(now);
            if (transfer == nullptr) break;
            transfer->start.clear();
            begin(*transfer);
        }
        return isAnyDue;
    }

    void begin(Transfer& transfer) {
        transfer.waitsForCredentials = false;
        if (!transfer.authorize()) {
            if (transfer.hasThrown()) return end(transfer, TransferEnd::Kind::Aborted);
            transfer.waitsForCredentials = true;
            return wait(transfer, Clock::time_point::max());
        }
        if (const auto end = transfer.open()) {
            endTransfer(transfer.id(), *end);
            return;
        }
        const CURLMcode result = api_.multiAddHandle(multi_.get(), transfer.easy());
        transfer.isAdded = result == CURLM_OK;
        if (!transfer.isAdded)
            endTransfer(transfer.id(),
                        transfer.endAs(TransferEnd::Kind::Failed,
                                       errorFromCall("curl_multi_add_handle", result)));
    }

    void resume(Transfer& transfer) {
        // First the handler, which may have something to hand over that waited for room.
        if (!transfer.passOn())
            end(transfer, TransferEnd::Kind::Aborted);
        else if (transfer.isAdded)
            resumeReceiving(transfer);
    }

    void resumeReceiving(Transfer& transfer) {
        const CURLcode result = transfer.resumeReceiving();
        if (result != CURLE_OK) endTransfer(transfer.id(), transfer.endOfPause(result));
    }

    void resumeSending(Transfer& transfer) {
        if (!transfer.isAdded) return;
        const CURLcode result = transfer.resumeSending();
        if (result != CURLE_OK) endTransfer(transfer.id(), transfer.endOfPause(result));
    }

    void sendDue(Clock::time_point now) {
        while (Transfer* const transfer = sendings_.due(now)) {
            transfer->sending.clear();
            resumeSending(*transfer);
        }
    }

    void readMessages() {
        int left = 0;
        while (const CURLMsg* message = api_.multiInfoRead(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            Transfer* transfer = Transfer::of(api_, message->easy_handle);
            if (transfer == nullptr) transfer = find(message->easy_handle);
            if (transfer == nullptr) continue;
            if (transfer->isToBeRepeated())
                repeat(*transfer);
            else
                endTransfer(transfer->id(), transfer->endFrom(message->data.result));
        }
    }

    void repeat(Transfer& transfer) {
        remove(transfer);
        transfer.close();
        wait(transfer, {});
    }

    /// What belongs to a transfer that runs.
    void remove(Transfer& transfer) {
        transfer.roundBytes = 0;
        transfer.sending.clear();
        if (std::exchange(transfer.gotBytes, false))
            active_.erase(std::find(active_.begin(), active_.end(), &transfer));
        if (!transfer.isAdded) return;
        driver_->forget(transfer.easy());
        api_.multiRemoveHandle(multi_.get(), transfer.easy());
        transfer.removed();
    }

    Transfer* find(TransferId id) {
        const auto found = transfers_.find(id);
        return found != transfers_.end() ? found->second.get() : nullptr;
    }
    Transfer* find(CURL* easy) {
        const auto found =
            std::find_if(transfers_.begin(), transfers_.end(),
                         [easy](const auto& transfer) { return transfer.second->easy() == easy; });
        return found != transfers_.end() ? found->second.get() : nullptr;
    }

    void endStuck() {
        for (const MultiDriver::Stuck& stuck : driver_->takeStuck())
            if (const Transfer* transfer = find(stuck.easy))
                endTransfer(transfer->id(), transfer->endAs(TransferEnd::Kind::Failed, stuck.why));
    }

    /// Those that libcurl has: it may never come back to them.
    void endAdded(const Error& why) {
        std::vector<TransferId> added;
        for (const auto& [id, transfer] : transfers_)
            if (transfer->isAdded) added.push_back(id);
        for (const TransferId id : added)
            if (const Transfer* transfer = find(id); transfer != nullptr && transfer->isAdded)
                endTransfer(id, transfer->endAs(TransferEnd::Kind::Failed, why));
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
            const bool hadTurn = std::exchange(transfer->hadTurn, false);
            if (!transfer->passOn())
                end(*transfer, TransferEnd::Kind::Aborted);
            else if (hadTurn)
                resumeReceiving(*transfer);
            else if (!isBulk && transfer->mayRest())
                restIfBusy(*transfer, pieces, now);
        }
        round_.clear();
    }

    void restIfBusy(Transfer& transfer, std::size_t pieces, Clock::time_point now) {
        const auto until = pacer_.rest(transfer.pace, pieces, now);
        // Its timer must not find silence where there was only nobody to look.
        if (until && *until <= transfer.timer.time().value_or(*until))
            driver_->rest(transfer.easy(), *until);
    }

    void askTimer(Transfer& transfer, Clock::time_point now) {
        ResponseHandler::Timer timer;
        const bool isAsked = transfer.guarded([&] { timer = transfer.handler().onTimer(now); });
        transfer.timer.clear();
        if (!isAsked || timer.abort) {
            end(transfer, TransferEnd::Kind::Aborted);
        } else if (timer.next) {
            // One that asks for what is past would be asked again, and again, in this same round.
            const auto soonest = now + std::chrono::milliseconds(1);
            transfer.timer.set(timers_, std::max(*timer.next, soonest));
        }
    }

    void fireTimers(Clock::time_point now) {
        while (Transfer* const transfer = timers_.due(now)) askTimer(*transfer, now);
    }

    void end(const Transfer& transfer, TransferEnd::Kind kind) {
        endTransfer(transfer.id(), transfer.endAs(kind));
    }

    void endTransfer(TransferId id, const TransferEnd& end) {
        const auto found = transfers_.find(id);
        if (found == transfers_.end()) return;
        const std::unique_ptr<Transfer> transfer = std::move(found->second);
        transfers_.erase(found);
        transfer->timer.clear();
        transfer->start.clear();
        transfer->measure();
        remove(*transfer);
        transfer->handler().onEnd(end);
    }

    void endAll() {
        while (obeyCommands()) {
        }
        const TransferEnd closed = this->closed();
        while (!transfers_.empty()) {
            const Transfer& first = *transfers_.begin()->second;
            endTransfer(first.id(), first.endAs(closed.kind, closed.error));
        }
    }

    CurlApi& api_;
    const base::ProcessMark process_;
    ConnectionCounts connections_;         // outlives the sockets
    std::unique_ptr<MultiDriver> driver_;  // outlives what it drives
    const MultiHandle multi_;
    AlarmQueue timers_;    // of handlers
    AlarmQueue starts_;    // of what waits for its time
    AlarmQueue sendings_;  // of bodies that go on later
    std::unordered_map<TransferId, std::unique_ptr<Transfer>> transfers_;
    std::vector<Transfer*> active_;  // with bytes, since the last round ended
    std::vector<Transfer*> round_;
    std::string decoded_;
    ReadPacer pacer_;
    std::function<void()> onExit_;
    std::atomic<std::thread::id> thread_{};
    CommandInbox inbox_;
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

void EventLoop::start(TransferId id, HttpRequest request, std::shared_ptr<ResponseHandler> handler,
                      Clock::time_point notBefore) {
    shared_->start({id, std::move(request), std::move(handler), notBefore});
}

void EventLoop::resume(TransferId id) { shared_->post(Strike::How::Resume, id); }
void EventLoop::resumeSending(TransferId id) { shared_->post(Strike::How::ResumeSending, id); }
void EventLoop::askTimer(TransferId id) { shared_->post(Strike::How::AskTimer, id); }
void EventLoop::begin(TransferId id) { shared_->post(Strike::How::Begin, id); }
void EventLoop::cancel(TransferId id) { shared_->post(Strike::How::Cancel, id); }

const ConnectionCounts& EventLoop::connections() const noexcept { return shared_->connections(); }

void EventLoop::shutDown(std::optional<Error> why) { shared_->stop(std::move(why)); }

void EventLoop::join() {
    if (thread_.joinable()) thread_.join();
}

void EventLoop::detach() {
    if (thread_.joinable()) thread_.detach();
}

}  // namespace ksqldb::transport
