#include "base/require.h"
#include "client/options/live_table_settings.h"
#include "client/options/option_checks.h"
#include "protocol/sql_kind.h"
#include "protocol/sql_tokenizer.h"

#include <ostream>
#include <utility>

namespace ksqldb {

namespace {

std::string selectAll(const std::string& name) {
    return "SELECT * FROM " + name + " EMIT CHANGES;";
}

}  // namespace

TableSource::TableSource(std::string_view name) {
    protocol::SqlTokenizer tokens(name);
    const protocol::SqlToken token = tokens.nextMeant();
    base::require((token.kind == protocol::SqlTokenKind::Word ||
                   token.kind == protocol::SqlTokenKind::QuotedName) &&
                      tokens.nextMeant().kind == protocol::SqlTokenKind::End,
                  "a live table's source is neither a name nor a Statement");
    sql_ = selectAll(std::string(token.text));
}
TableSource::TableSource(const char* name)
    : TableSource(name != nullptr ? std::string_view(name) : std::string_view()) {}
TableSource::TableSource(const Identifier& name) : sql_(selectAll(name.quoted())) {}
TableSource::TableSource(const Statement& statement) : sql_(statement.sql()) {
    base::require(protocol::isPushQuery(sql_), "a live table's statement has no EMIT CHANGES");
}

void detail::LiveTableSettings::check() const {
    const StreamSettings& settings = StreamSettings::of(stream);
    settings.check();
    base::require(settings.overflow == Overflow::Pause,
                  "a live table would miss what Overflow::KeepLatest drops");
    base::require(!settings.call.time.total, "a live table has no end that timeout() could limit");
    base::require(!settings.call.resume,
                  "a live table would miss the changes of a gap: it has restart(), not resume()");
    base::require(settings.call.token.empty(),
                  "a live table would miss the rows before a token: it has restart(), not "
                  "continueFrom()");
    base::require(quietTime.count() > 0, "quietTime is not positive");
    base::require(caughtUpAtLatest.count() >= 0, "caughtUpAtLatest is negative");
    if (restart) client::checkRetry(*restart);
}

LiveTableOptions::LiveTableOptions() : settings_(std::make_unique<detail::LiveTableSettings>()) {}
LiveTableOptions::LiveTableOptions(const LiveTableOptions& other)
    : settings_(std::make_unique<detail::LiveTableSettings>(*other.settings_)) {}
LiveTableOptions::LiveTableOptions(LiveTableOptions&& other) noexcept = default;
LiveTableOptions& LiveTableOptions::operator=(LiveTableOptions other) noexcept {
    settings_.swap(other.settings_);
    return *this;
}
LiveTableOptions::~LiveTableOptions() = default;

LiveTableOptions& LiveTableOptions::stream(StreamOptions options) {
    settings_->stream = std::move(options);
    return *this;
}
LiveTableOptions& LiveTableOptions::caughtUpBy(CaughtUpBy how) {
    settings_->caughtUpBy = how;
    return *this;
}
LiveTableOptions& LiveTableOptions::quietTime(milliseconds time) {
    settings_->quietTime = time;
    return *this;
}
LiveTableOptions& LiveTableOptions::caughtUpAtLatest(milliseconds limit) {
    settings_->caughtUpAtLatest = limit;
    return *this;
}
LiveTableOptions& LiveTableOptions::restart(RetryPolicy policy) {
    settings_->restart = policy;
    return *this;
}

std::string_view toString(CaughtUpBy how) noexcept {
    switch (how) {
        case CaughtUpBy::PullQuery:
            return "PullQuery";
        case CaughtUpBy::QuietTime:
            return "QuietTime";
    }
    return "?";
}
std::string_view toString(LiveTableState state) noexcept {
    switch (state) {
        case LiveTableState::Reading:
            return "Reading";
        case LiveTableState::Live:
            return "Live";
        case LiveTableState::Stale:
            return "Stale";
        case LiveTableState::Ended:
            return "Ended";
    }
    return "?";
}
std::ostream& operator<<(std::ostream& out, CaughtUpBy how) { return out << toString(how); }
std::ostream& operator<<(std::ostream& out, LiveTableState state) { return out << toString(state); }

}  // namespace ksqldb
