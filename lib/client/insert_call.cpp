#include "client/insert_call.h"

#include "client/calls/insert_attempt.h"
#include "client/calls/insert_values.h"
#include "client/client_core.h"
#include "protocol/insert_lines.h"
#include "protocol/insert_values.h"

#include <exception>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

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

/// By INSERT VALUES. `done` gets the result on the thread that satisfies futures.
void insertValues(detail::ClientCore& core, std::vector<std::string> statements,
                  const detail::InsertSettings& settings, detail::CallPart part,
                  std::function<void(InsertReport)> done) {
    detail::CommandSettings command;
    command.call.properties = settings.properties;
    command.call.headers = settings.headers;
    command.call.cancelToken = settings.cancelToken;
    command.call.time = settings.time;
    const auto run = std::make_shared<InsertValuesRun>(std::move(statements));
    core.startCommand(
        run, command,
        [run, done = std::move(done)](const Error* error) { done(run->report(error)); },
        std::move(part));
}

/// Nothing was sent, for want of HTTP/2.
bool lacksHttp2(const InsertReport& report) {
    return report.error && report.error->code() == ErrorCode::Http2Required &&
           report.unknown.empty() && report.acknowledged == 0;
}

/// The rows of an insert, and what JSON does not tell of them; a line each.
struct Lines {
    std::string rows;
    std::string types;
    std::uint64_t count;
};

/// Inserts what there is, and gives the result to the future.
template <class T>
class Insert : public std::enable_shared_from_this<Insert<T>> {
public:
    Insert(std::shared_ptr<detail::ClientCore> core, std::string_view target,
           const detail::InsertSettings& settings)
        : core_(std::move(core)), target_(target), settings_(settings) {
        settings_.check();
    }

    std::future<T> byStream(Lines lines, bool rowsAtOnce) {
        const bool mayGoOn = settings_.insertValues == InsertValues::WithoutHttp2;
        if (mayGoOn) lines_ = lines;
        InsertAttempt::Setup setup;
        setup.targetLine = protocol::insertTargetLine(target_, settings_.properties);
        // Rows that are sent a second time must not have been sent a first.
        setup.rowsAtOnce = rowsAtOnce && !mayGoOn;
        const TimeSettings time = settings_.time.over(core_->settings().time);
        part_.watch = core_->watch(CallWatch::Kind::Insert);
        setup.running = part_.running;
        setup.watch = part_.watch;
        setup.timeout = time.total;
        // A limit for the whole takes the place of the Client's for the one request.
        if (settings_.time.request || !settings_.time.total) setup.requestTimeout = time.request;

        constexpr auto all = std::numeric_limits<std::uint64_t>::max();
        const auto channel = std::make_shared<InsertChannel>(
            InsertChannel::Limits{all, std::numeric_limits<std::size_t>::max()});
        channel->fill(std::move(lines.rows), lines.count);
        const auto thread = core_->futuresThread();
        thread->start();
        std::future<T> future = promise_.get_future();
        setup.ended = [channel, thread, self = this->shared_from_this()] {
            thread->post(std::make_shared<Task>([channel, self] { self->end(channel->report()); }));
        };
        core_->startInserts(channel, std::move(setup), settings_);
        channel->listen(settings_.cancelToken, channel);
        return future;
    }

    std::future<T> byValues(const Lines& lines) {
        std::future<T> future = promise_.get_future();
        std::vector<std::string> statements =
            protocol::insertValuesSqls(target_, lines.rows, lines.types);
        part_.watch = core_->watch(CallWatch::Kind::Insert);
        startValues(std::move(statements));
        return future;
    }

private:
    void end(InsertReport report) {
        if (!lines_ || !lacksHttp2(report)) return give(std::move(report));
        try {
            startValues(protocol::insertValuesSqls(target_, lines_->rows, lines_->types));
        } catch (const Error& error) {
            report.error = error;
            give(std::move(report));
        }
    }
    void startValues(std::vector<std::string> statements) {
        insertValues(*core_, std::move(statements), settings_, part_,
                     [self = this->shared_from_this()](InsertReport report) {
                         self->give(std::move(report));
                     });
    }
    void give(InsertReport report) {
        if (part_.watch) part_.watch->end(report.error ? &*report.error : nullptr);
        Result<T>::give(promise_, std::move(report));
    }

    const std::shared_ptr<detail::ClientCore> core_;
    const std::string target_;
    const detail::InsertSettings settings_;
    detail::CallPart part_{core_->enterCall(), nullptr};
    std::optional<Lines> lines_;  // to go on with by INSERT VALUES
    std::promise<T> promise_;
};

template <class T>
std::future<T> insertAll(detail::ClientCore& core, std::string_view target, Lines lines,
                         const detail::InsertSettings& settings, bool rowsAtOnce) {
    const auto insert = std::make_shared<Insert<T>>(core.shared_from_this(), target, settings);
    return settings.insertValues == InsertValues::Always
               ? insert->byValues(lines)
               : insert->byStream(std::move(lines), rowsAtOnce);
}

}  // namespace

std::shared_ptr<InsertChannel> insertStream(detail::ClientCore& core, std::string_view target,
                                            const detail::InsertSettings& settings) {
    settings.check();
    InsertAttempt::Setup setup;
    setup.targetLine = protocol::insertTargetLine(target, settings.properties);
    setup.acknowledgementTimeout = settings.acknowledgementTimeout;
    setup.watch = core.watch(CallWatch::Kind::InsertStream);
    setup.endsCall = true;
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
    core.startInserts(channel, std::move(setup), settings);
    channel->listen(settings.cancelToken, channel);
    return channel;
}

std::future<void> insertRow(detail::ClientCore& core, std::string_view target,
                            detail::WrittenRow row, const detail::InsertSettings& settings) {
    return insertAll<void>(core, target,
                           {std::string(row.json) + '\n', std::string(row.types) + '\n', 1},
                           settings, true);
}

std::future<InsertReport> insertRows(detail::ClientCore& core, std::string_view target,
                                     const std::string& rows, const std::string& types,
                                     std::uint64_t count, const detail::InsertSettings& settings) {
    return insertAll<InsertReport>(core, target, {rows, types, count}, settings, false);
}

}  // namespace ksqldb::client
