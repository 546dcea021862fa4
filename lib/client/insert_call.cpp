#include "client/insert_call.h"

#include "client/client_core.h"
#include "client/insert_attempt.h"
#include "protocol/insert_lines.h"

#include <exception>
#include <functional>
#include <limits>
#include <utility>

namespace ksqldb::client {

namespace {

using detail::InsertChannel;

/// Has the thread that satisfies futures run a function once.
class Task : public delivery::Runnable {
public:
    explicit Task(std::function<void()> what) : what_(std::move(what)) {}
    void run() noexcept override { std::exchange(what_, nullptr)(); }

private:
    std::function<void()> what_;
};

/// What came of an insert, for a future that holds `T`.
template <class T>
struct Result;
template <>
struct Result<InsertReport> {
    static void give(std::promise<InsertReport>& promise, InsertReport report) {
        promise.set_value(std::move(report));
    }
};
template <>
struct Result<void> {
    static void give(std::promise<void>& promise, const InsertReport& report) {
        if (report.error)
            promise.set_exception(std::make_exception_ptr(*report.error));
        else
            promise.set_value();
    }
};

/// Inserts what there is, and gives the result to the future.
template <class T>
std::future<T> insertAll(detail::ClientCore& core, std::string_view target, std::string lines,
                         std::uint64_t rows, const detail::InsertSettings& settings,
                         bool rowsAtOnce) {
    settings.check();
    InsertAttempt::Setup setup;
    setup.targetLine = protocol::insertTargetLine(target, settings.properties);
    setup.rowsAtOnce = rowsAtOnce;
    setup.timeout = settings.timeout.value_or(core.settings().requestTimeout);
    setup.timeoutName = settings.timeout ? "timeout" : "requestTimeout";

    constexpr auto all = std::numeric_limits<std::uint64_t>::max();
    const auto channel = std::make_shared<InsertChannel>(
        InsertChannel::Limits{all, std::numeric_limits<std::size_t>::max()});
    channel->fill(std::move(lines), rows);
    const auto promise = std::make_shared<std::promise<T>>();
    std::future<T> future = promise->get_future();
    const auto thread = core.futuresThread();
    thread->start();
    setup.ended = [channel, promise, thread] {
        thread->post(std::make_shared<Task>(
            [channel, promise] { Result<T>::give(*promise, channel->report()); }));
    };
    core.startInserts(channel, std::move(setup), settings.cancelToken);
    channel->listen(settings.cancelToken, channel);
    return future;
}

}  // namespace

std::shared_ptr<InsertChannel> insertStream(detail::ClientCore& core, std::string_view target,
                                            const detail::InsertSettings& settings) {
    settings.check();
    InsertAttempt::Setup setup;
    setup.targetLine = protocol::insertTargetLine(target, settings.properties);
    setup.acknowledgementTimeout = settings.acknowledgementTimeout;
    auto channel = std::make_shared<InsertChannel>(
        InsertChannel::Limits{settings.window, settings.bufferBytes});
    if (settings.onAcknowledged) {
        const auto thread = core.deliveryThread();
        thread->start();
        channel->callWithAcknowledged(std::make_shared<delivery::AcknowledgementCallback>(
            thread, settings.onAcknowledged,
            [weak = std::weak_ptr<InsertChannel>(channel)](const Error& error) {
                const auto alive = weak.lock();
                if (!alive) return;
                alive->end(error);
                alive->cancel();
            }));
    }
    core.startInserts(channel, std::move(setup), settings.cancelToken);
    channel->listen(settings.cancelToken, channel);
    return channel;
}

std::future<void> insertRow(detail::ClientCore& core, std::string_view target,
                            std::string_view json, const detail::InsertSettings& settings) {
    return insertAll<void>(core, target, std::string(json) + '\n', 1, settings, true);
}

std::future<InsertReport> insertRows(detail::ClientCore& core, std::string_view target,
                                     const InsertRows& rows,
                                     const detail::InsertSettings& settings) {
    return insertAll<InsertReport>(core, target, rows.text(), rows.size(), settings, false);
}

}  // namespace ksqldb::client
