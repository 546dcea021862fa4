#pragma once
#include "support.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::test {

/// An Observer that keeps all it is told, and finds what is told out of order or twice.
class Watcher : public Observer {
public:
    struct Request {
        ObservedRequest info;
        bool hasEnded = false;
        RequestResult result;
        std::string beginThread, endThread;
    };
    struct Call {
        ObservedCall info;
        bool hasEnded = false;
        CallResult result;
        std::thread::id thread;  // where it began
        std::vector<std::shared_ptr<Request>> requests;
    };

    ObserverContext onCall(const ObservedCall& info) override {
        const std::lock_guard lock(mutex_);
        auto call = std::make_shared<Call>();
        call->info = info;
        call->thread = std::this_thread::get_id();
        calls_.push_back(call);
        return call;
    }

    ObserverContext onRequest(const ObservedRequest& info, const ObserverContext& ofCall,
                              HttpHeaders& headers) override {
        const std::lock_guard lock(mutex_);
        auto request = std::make_shared<Request>();
        request->info = info;
        request->beginThread = threadName();
        if (ofCall) {
            Call& call = *static_cast<Call*>(ofCall.get());
            if (call.hasEnded) fault("a request begins after its call's end");
            if (call.info.id != info.call.id) fault("a request comes with another call's context");
            if (!call.requests.empty() && !call.requests.back()->hasEnded)
                fault("a request begins before the one before has ended");
            call.requests.push_back(request);
        }
        headers.emplace_back("X-Request-Number", std::to_string(requests_.size()));
        requests_.push_back(request);
        return request;
    }

    void onRequestEnd(const ObservedRequest& info, const RequestResult& result,
                      const ObserverContext& ofRequest) override {
        const std::lock_guard lock(mutex_);
        Request& request = *static_cast<Request*>(ofRequest.get());
        if (std::exchange(request.hasEnded, true)) fault("a request ends twice");
        if (request.info.call.id != info.call.id || request.info.attempt != info.attempt)
            fault("a request ends with another one's context");
        request.result = result;
        request.endThread = threadName();
        changed_.notify_all();
    }

    void onCallEnd(const ObservedCall& info, const CallResult& result,
                   const ObserverContext& ofCall) override {
        const std::lock_guard lock(mutex_);
        Call& call = *static_cast<Call*>(ofCall.get());
        if (std::exchange(call.hasEnded, true)) fault("a call ends twice");
        if (call.info.id != info.id) fault("a call ends with another one's context");
        for (const auto& request : call.requests)
            if (!request->hasEnded) fault("a call ends before its request");
        call.result = result;
        changed_.notify_all();
    }

    /// These are to be looked at when nothing runs any more.
    const std::vector<std::shared_ptr<Call>>& calls() const { return calls_; }
    const std::vector<std::shared_ptr<Request>>& requests() const { return requests_; }

    /// Each begin has had its end, and nothing was out of order.
    bool isSound() {
        const std::lock_guard lock(mutex_);
        for (const auto& call : calls_)
            if (!call->hasEnded) fault("a call has not ended");
        for (const auto& request : requests_)
            if (!request->hasEnded) fault("a request has not ended");
        for (const std::string& what : faults_) ADD_FAILURE() << what;
        return faults_.empty();
    }
    bool waitForRequestEnds(std::size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] {
            const auto ended = std::count_if(requests_.begin(), requests_.end(),
                                             [](const auto& request) { return request->hasEnded; });
            return static_cast<std::size_t>(ended) >= count;
        });
    }
    void forget() {
        const std::lock_guard lock(mutex_);
        calls_.clear();
        requests_.clear();
    }

    /// All of it in a line a call: "Query 1 POST /query-stream 503 ServerError again, 2 POST
    /// /query-stream 200: ok".
    std::string story() const {
        const std::lock_guard lock(mutex_);
        std::string text;
        for (const auto& call : calls_) {
            text += std::string(toString(call->info.kind));
            for (const auto& request : call->requests) text += ' ' + told(*request) + ',';
            text += ' ' + outcome(call->result.failure) + '\n';
        }
        return text;
    }
    /// Requests of the Client's own, the same way.
    std::string ownStory() const {
        const std::lock_guard lock(mutex_);
        std::string text;
        for (const auto& request : requests_)
            if (request->info.call.id == 0)
                text +=
                    std::string(toString(request->info.call.kind)) + ' ' + told(*request) + '\n';
        return text;
    }

private:
    static std::string outcome(const std::optional<ObservedFailure>& failure) {
        return failure ? std::string(toString(failure->code)) : "ok";
    }
    static std::string told(const Request& request) {
        return std::to_string(request.info.attempt) + ' ' + request.info.method + ' ' +
               request.info.path + ' ' + std::to_string(request.result.status) + ' ' +
               outcome(request.result.failure) + (request.result.isRepeated ? " again" : "");
    }
    void fault(std::string what) { faults_.push_back(std::move(what)); }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::shared_ptr<Call>> calls_;
    std::vector<std::shared_ptr<Request>> requests_;
    std::vector<std::string> faults_;
};

}  // namespace ksqldb::test
