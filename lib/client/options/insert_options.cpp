#include "base/require.h"
#include "client/options/insert_settings.h"
#include "client/options/option_checks.h"
#include "client/options/settings.h"

#include <utility>

namespace ksqldb {

namespace detail {

void InsertSettings::check() const {
    client::checkProperties(properties);
    client::checkRequestHeaders(headers);
    time.check();
    base::require(window > 0, "window is 0");
    base::require(bufferBytes <= client::mostBytes, "bufferBytes is above 1 GiB");
    base::require(acknowledgementTimeout.count() >= 0, "acknowledgementTimeout is negative");
}

}  // namespace detail

InsertOptions::InsertOptions() : settings_(std::make_unique<detail::InsertSettings>()) {}
InsertOptions::InsertOptions(const InsertOptions& other)
    : settings_(std::make_unique<detail::InsertSettings>(*other.settings_)) {}
InsertOptions::InsertOptions(InsertOptions&& other) noexcept = default;
InsertOptions& InsertOptions::operator=(InsertOptions other) noexcept {
    settings_.swap(other.settings_);
    return *this;
}
InsertOptions::~InsertOptions() = default;

InsertOptions& InsertOptions::property(std::string name, PropertyValue value) {
    protocol::setNamed(settings_->properties, std::move(name), std::move(value));
    return *this;
}
InsertOptions& InsertOptions::connectTimeout(milliseconds limit) {
    settings_->time.connect = limit;
    return *this;
}
InsertOptions& InsertOptions::headerTimeout(milliseconds limit) {
    settings_->time.header = limit;
    return *this;
}
InsertOptions& InsertOptions::requestTimeout(milliseconds limit) {
    settings_->time.request = limit;
    return *this;
}
InsertOptions& InsertOptions::timeout(milliseconds limit) {
    settings_->time.total = limit;
    return *this;
}
InsertOptions& InsertOptions::insertValues(InsertValues when) {
    settings_->insertValues = when;
    return *this;
}
InsertOptions& InsertOptions::requestHeader(std::string name, std::string value) {
    transport::setHeader(settings_->headers, name, std::move(value));
    return *this;
}
InsertOptions& InsertOptions::cancelToken(CancelToken token) {
    settings_->cancelToken = std::move(token);
    return *this;
}

InsertStreamOptions::InsertStreamOptions()
    : settings_(std::make_unique<detail::InsertSettings>()) {}
InsertStreamOptions::InsertStreamOptions(const InsertStreamOptions& other)
    : settings_(std::make_unique<detail::InsertSettings>(*other.settings_)) {}
InsertStreamOptions::InsertStreamOptions(InsertStreamOptions&& other) noexcept = default;
InsertStreamOptions& InsertStreamOptions::operator=(InsertStreamOptions other) noexcept {
    settings_.swap(other.settings_);
    return *this;
}
InsertStreamOptions::~InsertStreamOptions() = default;

InsertStreamOptions& InsertStreamOptions::window(std::uint64_t rows) {
    settings_->window = rows;
    return *this;
}
InsertStreamOptions& InsertStreamOptions::bufferBytes(std::size_t bytes) {
    settings_->bufferBytes = bytes;
    return *this;
}
InsertStreamOptions& InsertStreamOptions::onAcknowledged(
    std::function<void(SequenceRange)> callback) {
    settings_->onAcknowledged = std::move(callback);
    return *this;
}
InsertStreamOptions& InsertStreamOptions::connectTimeout(milliseconds limit) {
    settings_->time.connect = limit;
    return *this;
}
InsertStreamOptions& InsertStreamOptions::headerTimeout(milliseconds limit) {
    settings_->time.header = limit;
    return *this;
}
InsertStreamOptions& InsertStreamOptions::acknowledgementTimeout(milliseconds limit) {
    settings_->acknowledgementTimeout = limit;
    return *this;
}
InsertStreamOptions& InsertStreamOptions::property(std::string name, PropertyValue value) {
    protocol::setNamed(settings_->properties, std::move(name), std::move(value));
    return *this;
}
InsertStreamOptions& InsertStreamOptions::requestHeader(std::string name, std::string value) {
    transport::setHeader(settings_->headers, name, std::move(value));
    return *this;
}
InsertStreamOptions& InsertStreamOptions::cancelToken(CancelToken token) {
    settings_->cancelToken = std::move(token);
    return *this;
}

}  // namespace ksqldb
