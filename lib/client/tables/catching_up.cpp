#include "client/tables/catching_up.h"

#include "base/clock.h"
#include "protocol/sql_tokenizer.h"

#include <algorithm>

namespace ksqldb::client {

std::string pullStatement(const std::string& pushSql) {
    protocol::SqlTokenizer tokens(pushSql);
    protocol::SqlToken last = tokens.nextMeant();
    std::string pull = pushSql;
    for (auto token = tokens.nextMeant(); token.kind != protocol::SqlTokenKind::End;
         token = tokens.nextMeant()) {
        if (last.isWord("EMIT") && (token.isWord("CHANGES") || token.isWord("FINAL")))
            pull =
                pushSql.substr(0, last.offset) + pushSql.substr(token.offset + token.text.size());
        last = token;
    }
    return pull;
}

bool failsForNow(const Error& error) noexcept {
    switch (error.code()) {
        case ErrorCode::TableNotReady:
        case ErrorCode::ConnectFailed:
        case ErrorCode::ConnectTimeout:
            return true;
        default:
            return error.httpStatus() == 503;
    }
}

void CatchingUp::rowsCame(TimePoint now) noexcept {
    lastSign_ = now;
    hasRows_ = true;
}

void CatchingUp::pullEnded(bool found, bool isForNow, TimePoint now) noexcept {
    isPulling_ = false;
    if (found)
        hasPulled_ = true;
    else
        (isForNow ? hasFailed_ : cannotBePulled_) = true;
    nextPull_ = now + wait_;
    wait_ = std::min(2 * wait_, longestWait_);
}

bool CatchingUp::isDone(const detail::TableRows& rows, TimePoint now) const {
    if (settings_.atLatest.count() > 0 && now >= base::after(begun_, settings_.atLatest))
        return true;
    if (hasPulled_ && !isPulling_ && rows.missing() == 0) return true;
    if (now < base::after(lastSign_, settings_.quietTime)) return false;
    if (hasPulled_) return !isPulling_ && rows.hasAllKeys();
    return !settings_.byPullQuery || cannotBePulled_;
}

bool CatchingUp::isPullDue(TimePoint now) const noexcept {
    if (!settings_.byPullQuery || cannotBePulled_ || isPulling_) return false;
    if (hasPulled_ || hasFailed_) return now >= nextPull_;
    return now - lastSign_ >= (hasRows_ ? pause_ : noRows_) || now - begun_ >= longestFlow_;
}

CatchingUp::milliseconds CatchingUp::nextLook() const noexcept {
    return std::clamp(settings_.quietTime / 2, milliseconds(1), pause_);
}

}  // namespace ksqldb::client
