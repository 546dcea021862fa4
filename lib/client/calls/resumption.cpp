#include "client/calls/resumption.h"

#include "base/require.h"
#include "client/attempts/next_step.h"
#include "protocol/sql_kind.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace ksqldb::client {

namespace {

constexpr const char* tokenProperty = "request.ksql.query.push.continuation.token";

Error schemaChanged(const Schema& before, const Schema& now) {
    return Error(ErrorCode::SchemaChanged,
                 "the query cannot go on, for its columns have changed from " + before.toString() +
                     " to " + now.toString());
}

/// As it will be sent; the server's default is Latest.
bool beginsEarliest(const protocol::QueryBody& body) {
    for (const auto& [name, value] : body.properties) {
        const auto* text = std::get_if<std::string>(&value.get());
        if (name == "auto.offset.reset") return text != nullptr && *text == "earliest";
    }
    return false;
}

}  // namespace

void checkResume(const protocol::QueryBody& body, ResumeFrom from) {
    base::require(protocol::isPushQuery(body.sql),
                  "resume() is for push queries, which end with EMIT CHANGES");
    base::require(!protocol::hasLimit(body.sql),
                  "resume() is not for a query with a LIMIT, which would count anew");
    base::require(from != ResumeFrom::SkipSeen || beginsEarliest(body),
                  "ResumeFrom::SkipSeen is for queries that start at OffsetReset::Earliest");
}

std::optional<Error> checkSchema(const Header& first, const Header& now) {
    if (now.schema().toString() == first.schema().toString()) return std::nullopt;
    return schemaChanged(first.schema(), now.schema());
}

void continueFrom(protocol::QueryBody& body, const std::string& token) {
    protocol::setNamed<PropertyValue>(body.requestProperties, tokenProperty, token);
}

Resumption::Resumption(Setup setup)
    : setup_(std::move(setup)), policy_(withTheFirst(setup_.policy)), token_(setup_.token) {}

std::optional<Error> Resumption::takeHeader(const Header& header, protocol::Batch& batch,
                                            std::uint32_t beforeRow) {
    queryId_ = header.queryId();
    if (!header_) {
        header_ = header;
        return std::nullopt;
    }
    batch.header.reset();
    if (auto changed = checkSchema(*header_, header)) return changed;
    StreamEvent resumed{StreamEvent::Kind::Resumed};
    resumed.queryId = queryId_;
    if (isBehindToken()) resumed.rowsAfterToken = rowsAfterToken_;
    batch.addEvent(beforeRow, std::move(resumed));
    if (!isBehindToken() && setup_.from == ResumeFrom::Latest)
        batch.addEvent(beforeRow, StreamEvent{StreamEvent::Kind::Gap});
    isDisconnected_ = false;
    return std::nullopt;
}

bool Resumption::isToGoOn(const EndedAttempt& ended) const {
    if (!header_) return false;  // nothing has begun that could go on
    if (ended.error) return mayBeRepeated(CallKind::Stream, {*ended.error});
    return ended.kind == Ending::Kind::Finished && !(queryId_ && setup_.closed->has(*queryId_));
}

void Resumption::count(const EndedAttempt& ended, base::Clock::time_point now) {
    // Behind a token the rows after it come first, again.
    const bool bringsNews = isBehindToken() ? ended.rows > rowsAfterToken_ ||
                                                  (!ended.token.empty() && ended.token != token_)
                                            : ended.rows > 0 || !ended.token.empty();
    rows_ += ended.rows;
    if (ended.token.empty()) {
        // Each attempt behind the same token brings the same rows first.
        rowsAfterToken_ = std::max(rowsAfterToken_, ended.rows);
    } else {
        token_ = ended.token;
        rowsAfterToken_ = ended.rowsAfterToken;
    }
    const bool wentWell = bringsNews || wasStable(ended, now);
    if (!wentWell && tries_ > 0) return;
    tries_ = 0;
    failures_ = 0;
    lostAt_ = now;
}

bool Resumption::wasStable(const EndedAttempt& ended, base::Clock::time_point now) const {
    return ended.hasHeader && now > base::after(ended.begun, policy_.longestDelay());
}

std::optional<Resumption::Next> Resumption::next(const EndedAttempt& ended, protocol::Batch& last,
                                                 base::Clock::time_point now, double random,
                                                 bool hasOther,
                                                 std::optional<base::Clock::time_point> deadline) {
    count(ended, now);
    if (!isToGoOn(ended)) return std::nullopt;
    const Error error =
        ended.error.value_or(Error(ErrorCode::ConnectionLost, "the server ended the query"));
    const FailedAttempt failed{error, 0, false, ended.retryAfter};
    const bool isElsewhere = hasOther && mayGoElsewhere(CallKind::Stream, failed, deadline, now);
    const auto when = isElsewhere ? now
                                  : nextAttempt(CallKind::Stream, failed, policy_,
                                                {failures_ + 1, lostAt_, deadline}, now, random);
    if (!when) return std::nullopt;
    ++tries_;
    if (!isElsewhere) ++failures_;

    StreamEvent waiting{StreamEvent::Kind::Waiting};
    const bool wasConnected = !std::exchange(isDisconnected_, true);
    if (wasConnected) {
        StreamEvent disconnected{StreamEvent::Kind::Disconnected};
        disconnected.error = ended.error;
        last.addEvent(last.lineCount(), std::move(disconnected));
    } else {
        waiting.error = ended.error;
    }
    waiting.attempt = tries_;
    waiting.delay = std::chrono::duration_cast<std::chrono::milliseconds>(*when - now);
    last.addEvent(last.lineCount(), std::move(waiting));

    const bool skips = !isBehindToken() && setup_.from == ResumeFrom::SkipSeen;
    return Next{*when, body(), skips ? rows_ : 0, isElsewhere, wasConnected ? 2 : 1};
}

std::string Resumption::body() const {
    protocol::QueryBody body = setup_.body;
    if (isBehindToken())
        continueFrom(body, token_);
    else
        protocol::setNamed<PropertyValue>(
            body.properties, "auto.offset.reset",
            setup_.from == ResumeFrom::Latest ? "latest" : "earliest");
    return protocol::queryStreamBody(body);
}

}  // namespace ksqldb::client
