// Traces: an Observer makes spans of calls and requests, and sends W3C's traceparent with each
// request.
//
// With OpenTelemetry's C++ API the spans are its own. In onCall: StartSpan() without a parent of
// yours, because the active span of the thread is the parent, and a shared_ptr to the span as the
// context. In onRequest: StartSpan() with the call's span as the parent and the kind client, then
// Inject() of the global propagator, with a TextMapCarrier that appends to the headers. In
// onRequestEnd and onCallEnd: SetAttribute(), SetStatus(), End(). All of these may be called on any
// thread; a BatchSpanProcessor makes sure that none of them waits for a network.
#include "sample.h"

#include <ksqldb/observer.h>

#include <cstdint>
#include <mutex>
#include <random>

namespace {

std::string randomHex(std::size_t digits) {
    thread_local std::mt19937_64 random{std::random_device{}()};
    std::string text;
    while (text.size() < digits) text += "0123456789abcdef"[random() % 16];
    return text;
}

struct Span {
    std::string traceId, id, parentId;
};

/// The span that this thread works in. A tracing library has such a thing.
thread_local const Span* activeSpan = nullptr;

Span childOf(const Span* parent) {
    return {parent != nullptr ? parent->traceId : randomHex(32), randomHex(16),
            parent != nullptr ? parent->id : std::string()};
}

class Tracing : public ksqldb::Observer {
public:
    /// Runs in the thread of the caller, and so sees its span.
    ksqldb::ObserverContext onCall(const ksqldb::ObservedCall&) override {
        return std::make_shared<Span>(childOf(activeSpan));
    }

    ksqldb::ObserverContext onRequest(const ksqldb::ObservedRequest&,
                                      const ksqldb::ObserverContext& ofCall,
                                      ksqldb::HttpHeaders& headers) override {
        const auto span = std::make_shared<Span>(childOf(static_cast<Span*>(ofCall.get())));
        headers.emplace_back("traceparent", "00-" + span->traceId + '-' + span->id + "-01");
        return span;
    }

    void onRequestEnd(const ksqldb::ObservedRequest& request, const ksqldb::RequestResult& result,
                      const ksqldb::ObserverContext& ofRequest) override {
        write(request.method + ' ' + request.path + ' ' + std::to_string(result.status),
              *static_cast<Span*>(ofRequest.get()), result.times.end);
    }

    void onCallEnd(const ksqldb::ObservedCall& call, const ksqldb::CallResult& result,
                   const ksqldb::ObserverContext& ofCall) override {
        write("call " + std::string(toString(call.kind)) +
                  (result.failure ? " failed" : " went well"),
              *static_cast<Span*>(ofCall.get()), result.time);
    }

    void write(const std::string& name, const Span& span, std::chrono::microseconds took) {
        const std::lock_guard lock(mutex_);
        std::cout << name << ": " << took.count() << " us, trace " << span.traceId << ", span "
                  << span.id << ", parent " << (span.parentId.empty() ? "none" : span.parentId)
                  << '\n';
    }

private:
    std::mutex mutex_;
};

}  // namespace

int main() try {
    const auto tracing = std::make_shared<Tracing>();
    ksqldb::Client client(sample::server().observer(tracing));

    const Span ours = childOf(nullptr);
    const auto begin = std::chrono::steady_clock::now();
    activeSpan = &ours;
    client.executeQuery("SELECT * FROM RATINGS_BY_USER WHERE USER_ID = 'alice';").get();
    client.executeQuery("select * from RATINGS LIMIT 3;").get();
    activeSpan = nullptr;
    tracing->write("our work", ours,
                   std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::steady_clock::now() - begin));
} catch (const ksqldb::Error& error) {
    return sample::failed(error);
}
