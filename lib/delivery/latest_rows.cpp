#include "delivery/latest_rows.h"

#include <algorithm>
#include <utility>

namespace ksqldb::delivery {

using protocol::Batch;

void LatestRows::putAside(std::shared_ptr<protocol::Batch> full, protocol::Batch& fresh) {
    fresh.header = std::exchange(full->header, std::nullopt);
    fresh.endpoint = std::exchange(full->endpoint, std::string());
    fresh.dropped = full->dropped;
    fresh.events = std::move(full->events);
    for (protocol::EventMark& mark : fresh.events) mark.beforeRow = 0;
    full->events.clear();
    if (older_) {
        fresh.dropped += older_->lineCount();
        if (!older_->tokens.empty())
            full->tokens.insert(full->tokens.begin(), {0, std::move(older_->tokens.back().token)});
    }
    older_ = std::move(full);
}

void LatestRows::collect(const protocol::Batch& open, protocol::Batch& into) {
    const std::shared_ptr<protocol::Batch> older = std::exchange(older_, nullptr);
    const std::uint32_t before = older ? older->lineCount() : 0;
    const std::uint32_t all = before + open.lineCount();
    const std::uint32_t drop = all - static_cast<std::uint32_t>(std::min<std::size_t>(all, rows_));
    into.header = open.header;
    into.endpoint = open.endpoint;
    into.dropped = open.dropped + drop;
    if (older) into.addLinesOf(*older, drop);
    into.addLinesOf(open, drop - std::min(drop, before));
    const auto addTokensOf = [&](const protocol::Batch& batch, std::uint32_t firstRow) {
        for (const protocol::TokenMark& mark : batch.tokens) {
            const std::uint32_t row = mark.beforeRow + firstRow;
            into.tokens.push_back({row - std::min(row, drop), mark.token});
        }
    };
    if (older) addTokensOf(*older, 0);
    addTokensOf(open, before);
    for (const protocol::EventMark& mark : open.events) {
        const std::uint32_t row = mark.beforeRow + before;
        into.addEvent(row - std::min(row, drop), mark.event);
    }
}

}  // namespace ksqldb::delivery
