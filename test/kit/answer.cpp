#include "description.h"
#include "server/json.h"

#include <ksqldb/error.h>

#include <string>

namespace ksqldb::testing {

using detail::Description;
using Kind = Description::Kind;

namespace {

void require(bool holds, const std::string& what) {
    if (!holds) throw Error(ErrorCode::InvalidArgument, what);
}

}  // namespace

Answer::Answer(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

Answer& Answer::columns(std::string_view columns) {
    auto parsed = detail::columnsOf(columns);
    std::lock_guard lock(impl_->mutex);
    impl_->description.kind = Kind::Rows;
    impl_->description.columns = std::move(parsed);
    impl_->description.elements.clear();
    impl_->description.error.reset();
    return *this;
}

Answer& Answer::add(const detail::RowValues& values, bool isTombstone) {
    std::lock_guard lock(impl_->mutex);
    Description& answer = impl_->description;
    require(answer.kind == Kind::Rows, "row() without columns() before it");
    answer.elements.push_back({detail::rowJson(answer.columns, values), isTombstone});
    return *this;
}

Answer& Answer::ends() {
    std::lock_guard lock(impl_->mutex);
    impl_->description.ends = true;
    return *this;
}

Answer& Answer::thenFails(int code, std::string_view message) {
    std::lock_guard lock(impl_->mutex);
    require(impl_->description.kind == Kind::Rows, "thenFails() without columns() before it");
    impl_->description.error = detail::refusalOf(code, message);
    return *this;
}

Answer& Answer::line(std::string_view text) {
    require(text.find('\n') == text.npos, "line() with several lines");
    std::lock_guard lock(impl_->mutex);
    Description& answer = impl_->description;
    if (answer.kind != Kind::Lines) answer.elements.clear();
    answer.kind = Kind::Lines;
    answer.elements.push_back({std::string(text)});
    return *this;
}

Answer& Answer::succeeds(std::string_view message) {
    CommandStatus status;
    status.status = "SUCCESS";
    status.message = message;
    return this->status(status);
}

Answer& Answer::status(const CommandStatus& status) {
    std::lock_guard lock(impl_->mutex);
    impl_->description.kind = Kind::Status;
    impl_->description.status = status;
    return *this;
}

Answer& Answer::fails(int code, std::string_view message) {
    auto refusal = detail::refusalOf(code, message);
    std::lock_guard lock(impl_->mutex);
    impl_->description.kind = Kind::Refusal;
    impl_->description.error = std::move(refusal);
    return *this;
}

Answer& Answer::unavailable(std::chrono::seconds retryAfter) {
    require(retryAfter.count() >= 0, "unavailable() with a negative time");
    return http(503, server::genericError(50302, "KSQL is not yet ready to serve requests."),
                {{"Retry-After", std::to_string(retryAfter.count())}});
}

Answer& Answer::json(std::string_view body) {
    return http(200, body, {{"content-type", "application/json"}});
}

Answer& Answer::http(int status, std::string_view body, HttpHeaders headers) {
    require(status >= 200 && status <= 599, "http() with a status that is none");
    std::lock_guard lock(impl_->mutex);
    impl_->description.kind = Kind::Http;
    impl_->description.http = {status, std::string(body), std::move(headers)};
    return *this;
}

Answer& Answer::silent() {
    std::lock_guard lock(impl_->mutex);
    impl_->description.kind = Kind::Silent;
    return *this;
}

Answer& Answer::delay(milliseconds time) {
    std::lock_guard lock(impl_->mutex);
    impl_->description.delay = time;
    return *this;
}

Answer& Answer::pace(milliseconds time) {
    std::lock_guard lock(impl_->mutex);
    impl_->description.pace = time;
    return *this;
}

Answer& Answer::resets() {
    std::lock_guard lock(impl_->mutex);
    impl_->description.breaks = {server::AnswerFaults::End::Reset, std::nullopt};
    return *this;
}

Answer& Answer::resetsAfter(std::size_t rows) {
    std::lock_guard lock(impl_->mutex);
    impl_->description.breaks = {server::AnswerFaults::End::Reset, rows};
    return *this;
}

Answer& Answer::stallsAfter(std::size_t rows) {
    std::lock_guard lock(impl_->mutex);
    impl_->description.breaks = {server::AnswerFaults::End::Stall, rows};
    return *this;
}

Answer& Answer::times(std::size_t count) {
    std::lock_guard lock(impl_->mutex);
    impl_->times = count;
    return *this;
}

std::size_t Answer::count() const {
    std::lock_guard lock(impl_->mutex);
    return impl_->count;
}

void Answer::Impl::serve(server::Exchange& exchange, std::int64_t sequenceNumber) {
    Description now;
    {
        std::lock_guard lock(mutex);
        if (description.kind == Kind::Nothing && !description.breaks)
            return exchange.pass("on() was said of it, but not what it answers.");
        if (times == 0U) return exchange.pass();
        if (times) --*times;
        ++count;
        now = description;
    }
    detail::answer(exchange, now, sequenceNumber);
}

}  // namespace ksqldb::testing
