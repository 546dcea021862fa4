#include "base/require.h"
#include "base/thread.h"
#include "client/client_core.h"
#include "client/close_query.h"
#include "client/insert_call.h"
#include "delivery/callback_stream.h"
#include "delivery/collector.h"
#include "delivery/completion.h"
#include "delivery/polled_stream.h"
#include "delivery/result_sink.h"
#include "transport/url.h"

#include <ksqldb/client.h>
#include <ksqldb/server_commands.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace ksqldb {

using client::QueryLimits;
using detail::ClientCore;

namespace {

template <class T>
std::future<T> failedFuture(const Error& error) {
    std::promise<T> promise;
    promise.set_exception(std::make_exception_ptr(error));
    return promise.get_future();
}

void startCollector(detail::ClientCore& core, const Statement& statement,
                    const QueryOptions& options, std::unique_ptr<delivery::ResultSink> sink) {
    const auto& settings = detail::QuerySettings::of(options);
    settings.check();
    core.futuresThread()->start();
    auto collector = std::make_shared<delivery::Collector>(core.futuresThread(), std::move(sink));
    QueryLimits limits;
    limits.rows = settings.maxRows;
    limits.bytes = settings.maxBytes;
    core.startQuery(collector, statement.sql(), settings.call, detail::QueryAnswer::Delimited,
                    limits);
    collector->listen(settings.call.cancelToken, collector);
}

std::unique_ptr<delivery::ResultSink> keptResult(delivery::KeptResult::Done done,
                                                 std::optional<std::promise<Header>> header = {}) {
    return std::make_unique<delivery::KeptResult>(std::move(done), std::move(header));
}

delivery::KeptResult::Done promiseResult(std::promise<QueryResult> promise) {
    return [shared = std::make_shared<std::promise<QueryResult>>(std::move(promise))](
               Outcome<QueryResult> outcome) {
        if (outcome.ok())
            shared->set_value(std::move(outcome).value());
        else
            shared->set_exception(std::make_exception_ptr(outcome.error()));
    };
}

}  // namespace

Client::Client(ClientOptions options)
    : core_(std::make_shared<detail::ClientCore>(detail::ClientSettings::of(options))) {}
Client::Client(std::string_view url) : Client(ClientOptions(url)) {}
Client::Client(const char* url) : Client(ClientOptions(url)) {}
Client::Client(std::string_view host, std::uint16_t port)
    : Client(ClientOptions(transport::plainUrl(host, port))) {}
Client::Client(Client&& other) noexcept = default;
Client& Client::operator=(Client&& other) noexcept {
    Client old(std::move(*this));
    core_ = std::move(other.core_);
    return *this;
}
Client::~Client() {
    if (!core_) return;
    if (core_->isForked()) {
        base::leak(std::move(core_));
        return;
    }
    core_->close();
    core_->letGo();
}

void Client::close() {
    if (core_ && !core_->isForked()) core_->close();
}

bool Client::close(milliseconds limit) {
    base::require(limit.count() >= 0, "close's limit is negative");
    if (!core_ || core_->isForked()) return true;
    if (base::insideCallback())
        throw Error(ErrorCode::WouldDeadlock,
                    "close() with a limit inside a callback: it could wait for itself for ever");
    return core_->close(limit);
}

ClientStatistics Client::statistics() const {
    return core_ ? core_->statistics() : ClientStatistics();
}

std::future<QueryResult> Client::executeQuery(Statement statement, QueryOptions options) {
    if (core_->isForked()) return failedFuture<QueryResult>(core_->usedAfterFork());
    std::promise<QueryResult> promise;
    std::future<QueryResult> future = promise.get_future();
    startCollector(*core_, statement, options, keptResult(promiseResult(std::move(promise))));
    return future;
}

std::future<QueryResult> Client::executeQuery(Statement statement, QueryOptions options,
                                              std::promise<Header> header) {
    if (core_->isForked()) {
        header.set_exception(std::make_exception_ptr(core_->usedAfterFork()));
        return failedFuture<QueryResult>(core_->usedAfterFork());
    }
    std::promise<QueryResult> promise;
    std::future<QueryResult> future = promise.get_future();
    startCollector(*core_, statement, options,
                   keptResult(promiseResult(std::move(promise)), std::move(header)));
    return future;
}

void Client::executeQuery(Statement statement, QueryOptions options,
                          std::function<void(Outcome<QueryResult>)> done, Executor executor) {
    if (core_->isForked()) throw core_->usedAfterFork();
    const std::shared_ptr<delivery::DeliveryThread> thread = core_->deliveryThread();
    thread->start();
    startCollector(*core_, statement, options,
                   keptResult([done = std::move(done), executor = std::move(executor), thread,
                               logger = core_->logger()](Outcome<QueryResult> outcome) mutable {
                       thread->post(std::make_shared<delivery::Completion<QueryResult>>(
                           "executeQuery", std::move(done), std::move(executor), std::move(outcome),
                           std::move(logger)));
                   }));
}

void Client::executeReader(std::shared_ptr<detail::ResultReader> reader, const Statement& statement,
                           const QueryOptions& options, std::function<void(const Error*)> done) {
    if (core_->isForked()) {
        const Error error = core_->usedAfterFork();
        done(&error);
        return;
    }
    startCollector(*core_, statement, options,
                   std::make_unique<delivery::TypedResult>(std::move(reader), std::move(done)));
}

Subscription Client::streamQuery(Statement statement, StreamCallbacks callbacks,
                                 StreamOptions options) {
    if (callbacks.onRow && callbacks.onRows)
        throw Error(ErrorCode::InvalidArgument,
                    "streamQuery() with both onRow and onRows: set one of them");
    return startStream(statement, std::move(callbacks), options, detail::QueryAnswer::StreamedRow);
}

Subscription Client::streamLines(Statement statement,
                                 std::function<void(StreamControl&, std::string_view)> onLine,
                                 std::function<void(const Ending&)> onEnd, StreamOptions options) {
    StreamCallbacks callbacks;
    if (onLine)
        callbacks.onRow = [onLine = std::move(onLine)](StreamControl& control, RowView row) {
            detail::callNamed("onLine", onLine, control, row[0].asString());
        };
    callbacks.onEnd = std::move(onEnd);
    return startStream(statement, std::move(callbacks), options, detail::QueryAnswer::Lines);
}

Subscription Client::startStream(const Statement& statement, StreamCallbacks callbacks,
                                 const StreamOptions& options, detail::QueryAnswer answer) {
    if (core_->isForked()) throw core_->usedAfterFork();
    const auto& settings = detail::StreamSettings::of(options);
    settings.check();
    const std::shared_ptr<delivery::DeliveryThread> thread = core_->deliveryThread();
    thread->start();
    auto stream = std::make_shared<detail::CallbackStream>(thread, std::move(callbacks), settings,
                                                           core_->logger());
    QueryLimits limits;
    if (settings.overflow == Overflow::KeepLatest) {
        limits.latestRows = std::max<std::size_t>(settings.maxRowsPerCall, 1);
        limits.latestBytes = std::max<std::size_t>(settings.bufferBytes / 2, 1);
    }
    core_->startQuery(stream, statement.sql(), settings.call, answer, limits);
    stream->listen(settings.call.cancelToken, stream);
    return detail::CallbackStream::handle(std::move(stream));
}

ResultStream Client::streamQuery(Statement statement, StreamOptions options) {
    return startStream(statement, options, detail::QueryAnswer::StreamedRow);
}
ResultStream Client::streamQuery(Statement statement, std::initializer_list<detail::NoOption>) {
    return streamQuery(std::move(statement), StreamOptions());
}

LineStream Client::streamLines(Statement statement, StreamOptions options) {
    return LineStream(startStream(statement, options, detail::QueryAnswer::Lines));
}
LineStream Client::streamLines(Statement statement, std::initializer_list<detail::NoOption>) {
    return streamLines(std::move(statement), StreamOptions());
}

ResultStream Client::startStream(const Statement& statement, const StreamOptions& options,
                                 detail::QueryAnswer answer) {
    if (core_->isForked()) throw core_->usedAfterFork();
    const auto& settings = detail::StreamSettings::of(options);
    settings.check();
    settings.checkForPolling();
    auto stream = std::make_shared<detail::PolledStream>(core_->deliveryThread(), settings);
    core_->startQuery(stream, statement.sql(), settings.call, answer, {});
    stream->listen(settings.call.cancelToken, stream);
    return detail::PolledStream::handle(std::move(stream));
}

std::future<void> Client::insertRow(std::string_view target, detail::WrittenRow row,
                                    const InsertOptions& options) {
    if (core_->isForked()) return failedFuture<void>(core_->usedAfterFork());
    return client::insertRow(*core_, target, row, detail::InsertSettings::of(options));
}

std::future<InsertReport> Client::insertInto(std::string_view target, const InsertRows& rows,
                                             InsertOptions options) {
    if (core_->isForked()) return failedFuture<InsertReport>(core_->usedAfterFork());
    return client::insertRows(*core_, target, rows.text_, rows.types_, rows.size_,
                              detail::InsertSettings::of(options));
}

InsertStream Client::insertStream(std::string_view target, InsertStreamOptions options) {
    if (core_->isForked()) throw core_->usedAfterFork();
    return InsertStream(client::insertStream(*core_, target, detail::InsertSettings::of(options)));
}

std::future<void> Client::closeQuery(std::string queryId) {
    if (core_->isForked()) return failedFuture<void>(core_->usedAfterFork());
    return client::closeQuery(*core_, std::move(queryId));
}

std::future<ServerInfo> Client::serverInfo() { return execute(ksqldb::serverInfo()); }

std::future<Health> Client::healthCheck() { return execute(ksqldb::healthCheck()); }

}  // namespace ksqldb
