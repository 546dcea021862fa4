#include "base/require.h"
#include "client/options/option_checks.h"
#include "client/options/property_name.h"
#include "client/options/settings.h"

#include <ksqldb/command_options.h>
#include <ksqldb/error.h>
#include <ksqldb/query_options.h>

#include <utility>

namespace ksqldb {

void client::CallSettings::check() const {
    time.check();
    checkRequestHeaders(headers);
}

namespace detail {

void CommandSettings::check() const { call.check(); }

void QuerySettings::check() const { call.check(); }

void StreamSettings::check() const {
    call.check();
    const client::LivenessSettings& liveness = call.liveness;
    base::require(liveness.interval.count() >= 0, "livenessProbe's interval is negative");
    base::require(liveness.interval.count() == 0 || liveness.timeout.count() > 0,
                  "livenessProbe's timeout is not positive");
    base::require(minInterval.count() >= 0, "minInterval is negative");
    base::require(bufferBytes <= client::mostBytes, "bufferBytes is above 1 GiB");
}

}  // namespace detail

CommandOptions::CommandOptions() : settings_(std::make_unique<detail::CommandSettings>()) {}
CommandOptions::CommandOptions(const CommandOptions& other)
    : settings_(std::make_unique<detail::CommandSettings>(*other.settings_)) {}
CommandOptions::CommandOptions(CommandOptions&& other) noexcept = default;
CommandOptions& CommandOptions::operator=(CommandOptions other) noexcept {
    settings_.swap(other.settings_);
    return *this;
}
CommandOptions::~CommandOptions() = default;

CommandOptions& CommandOptions::property(std::string name, PropertyValue value) {
    protocol::setNamed(settings_->call.properties, client::propertyName(name), std::move(value));
    return *this;
}
CommandOptions& CommandOptions::sessionVariable(std::string name, std::string value) {
    settings_->call.sessionVariables.insert_or_assign(std::move(name), std::move(value));
    return *this;
}
CommandOptions& CommandOptions::connectTimeout(milliseconds limit) {
    settings_->call.time.connect = limit;
    return *this;
}
CommandOptions& CommandOptions::requestTimeout(milliseconds limit) {
    settings_->call.time.request = limit;
    return *this;
}
CommandOptions& CommandOptions::timeout(milliseconds limit) {
    settings_->call.time.total = limit;
    return *this;
}
CommandOptions& CommandOptions::requestHeader(std::string name, std::string value) {
    transport::setHeader(settings_->call.headers, name, std::move(value));
    return *this;
}
CommandOptions& CommandOptions::cancelToken(CancelToken token) {
    settings_->call.cancelToken = std::move(token);
    return *this;
}
CommandOptions& CommandOptions::retry(RetryPolicy policy) {
    settings_->call.retry = policy;
    return *this;
}
CommandOptions& CommandOptions::commandSequenceNumber(std::int64_t number) {
    settings_->commandSequenceNumber = number;
    return *this;
}

QueryOptions::QueryOptions() : settings_(std::make_unique<detail::QuerySettings>()) {}
QueryOptions::QueryOptions(const QueryOptions& other)
    : settings_(std::make_unique<detail::QuerySettings>(*other.settings_)) {}
QueryOptions::QueryOptions(QueryOptions&& other) noexcept = default;
QueryOptions& QueryOptions::operator=(QueryOptions other) noexcept {
    settings_.swap(other.settings_);
    return *this;
}
QueryOptions::~QueryOptions() = default;

QueryOptions& QueryOptions::property(std::string name, PropertyValue value) {
    protocol::setNamed(settings_->call.properties, client::propertyName(name), std::move(value));
    return *this;
}
QueryOptions& QueryOptions::sessionVariable(std::string name, std::string value) {
    settings_->call.sessionVariables.insert_or_assign(std::move(name), std::move(value));
    return *this;
}
QueryOptions& QueryOptions::requestProperty(std::string name, PropertyValue value) {
    protocol::setNamed(settings_->call.requestProperties, std::move(name), std::move(value));
    return *this;
}
QueryOptions& QueryOptions::offsetReset(OffsetReset reset) {
    settings_->call.setOffsetReset(reset);
    return *this;
}
QueryOptions& QueryOptions::requestHeader(std::string name, std::string value) {
    transport::setHeader(settings_->call.headers, name, std::move(value));
    return *this;
}
QueryOptions& QueryOptions::cancelToken(CancelToken token) {
    settings_->call.cancelToken = std::move(token);
    return *this;
}
QueryOptions& QueryOptions::retry(RetryPolicy policy) {
    settings_->call.retry = policy;
    return *this;
}
QueryOptions& QueryOptions::connectTimeout(milliseconds limit) {
    settings_->call.time.connect = limit;
    return *this;
}
QueryOptions& QueryOptions::headerTimeout(milliseconds limit) {
    settings_->call.time.header = limit;
    return *this;
}
QueryOptions& QueryOptions::idleTimeout(milliseconds limit) {
    settings_->call.time.idle = limit;
    return *this;
}
QueryOptions& QueryOptions::timeout(milliseconds limit) {
    settings_->call.time.total = limit;
    return *this;
}
QueryOptions& QueryOptions::maxRows(std::size_t rows) {
    settings_->maxRows = rows;
    return *this;
}
QueryOptions& QueryOptions::maxBytes(std::size_t bytes) {
    settings_->maxBytes = bytes;
    return *this;
}

StreamOptions::StreamOptions() : settings_(std::make_unique<detail::StreamSettings>()) {}
StreamOptions::StreamOptions(const StreamOptions& other)
    : settings_(std::make_unique<detail::StreamSettings>(*other.settings_)) {}
StreamOptions::StreamOptions(StreamOptions&& other) noexcept = default;
StreamOptions& StreamOptions::operator=(StreamOptions other) noexcept {
    settings_.swap(other.settings_);
    return *this;
}
StreamOptions::~StreamOptions() = default;

StreamOptions& StreamOptions::property(std::string name, PropertyValue value) {
    protocol::setNamed(settings_->call.properties, client::propertyName(name), std::move(value));
    return *this;
}
StreamOptions& StreamOptions::sessionVariable(std::string name, std::string value) {
    settings_->call.sessionVariables.insert_or_assign(std::move(name), std::move(value));
    return *this;
}
StreamOptions& StreamOptions::requestProperty(std::string name, PropertyValue value) {
    protocol::setNamed(settings_->call.requestProperties, std::move(name), std::move(value));
    return *this;
}
StreamOptions& StreamOptions::resume(RetryPolicy policy, ResumeFrom from) {
    settings_->call.resume = client::CallSettings::Resume{policy, from};
    return *this;
}
StreamOptions& StreamOptions::continueFrom(std::string token) {
    settings_->call.token = std::move(token);
    return *this;
}
StreamOptions& StreamOptions::reportEvents(bool on) {
    settings_->reportEvents = on;
    return *this;
}
StreamOptions& StreamOptions::offsetReset(OffsetReset reset) {
    settings_->call.setOffsetReset(reset);
    return *this;
}
StreamOptions& StreamOptions::requestHeader(std::string name, std::string value) {
    transport::setHeader(settings_->call.headers, name, std::move(value));
    return *this;
}
StreamOptions& StreamOptions::cancelToken(CancelToken token) {
    settings_->call.cancelToken = std::move(token);
    return *this;
}
StreamOptions& StreamOptions::retry(RetryPolicy policy) {
    settings_->call.retry = policy;
    return *this;
}
StreamOptions& StreamOptions::connectTimeout(milliseconds limit) {
    settings_->call.time.connect = limit;
    return *this;
}
StreamOptions& StreamOptions::headerTimeout(milliseconds limit) {
    settings_->call.time.header = limit;
    return *this;
}
StreamOptions& StreamOptions::timeout(milliseconds limit) {
    settings_->call.time.total = limit;
    return *this;
}
StreamOptions& StreamOptions::idleTimeout(milliseconds limit) {
    settings_->call.time.idle = limit;
    return *this;
}
StreamOptions& StreamOptions::livenessProbe(milliseconds interval, milliseconds timeout) {
    settings_->call.liveness = {interval, timeout};
    return *this;
}
StreamOptions& StreamOptions::bufferBytes(std::size_t bytes) {
    settings_->bufferBytes = bytes;
    return *this;
}
StreamOptions& StreamOptions::tombstones(Tombstones what) {
    settings_->tombstones = what;
    return *this;
}
StreamOptions& StreamOptions::minInterval(milliseconds interval) {
    settings_->minInterval = interval;
    return *this;
}
StreamOptions& StreamOptions::maxRowsPerCall(std::size_t rows) {
    settings_->maxRowsPerCall = rows;
    return *this;
}
StreamOptions& StreamOptions::overflow(Overflow overflow) {
    settings_->overflow = overflow;
    return *this;
}
StreamOptions& StreamOptions::executor(Executor executor) {
    settings_->executor = std::move(executor);
    return *this;
}

}  // namespace ksqldb
