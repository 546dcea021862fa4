#include "base/clock.h"
#include "base/thread.h"
#include "delivery/insert_channel.h"
#include "protocol/insert_lines.h"
#include "values/written_type.h"

#include <ksqldb/inserts.h>

#include <cstddef>
#include <utility>

namespace ksqldb {

namespace {
detail::InsertChannel::Until untilFrom(milliseconds limit) {
    return base::after(base::Clock::now(), limit);
}
}  // namespace

InsertRows& InsertRows::addJson(std::string_view json) {
    protocol::requireRowLine(json);
    static constexpr char raw = static_cast<char>(values::WrittenType::Raw);
    return addRow({json, {&raw, 1}});
}
InsertRows& InsertRows::addRow(detail::WrittenRow row) {
    const std::size_t text = text_.size();
    const std::size_t types = types_.size();
    try {
        text_.append(row.json) += '\n';
        types_.append(row.types) += '\n';
    } catch (...) {  // without memory nothing of the row
        text_.resize(text);
        types_.resize(types);
        throw;
    }
    ++size_;
    return *this;
}

InsertStream::InsertStream(std::shared_ptr<detail::InsertChannel> channel) noexcept
    : channel_(std::move(channel)) {}
InsertStream::InsertStream(InsertStream&& other) noexcept = default;
InsertStream& InsertStream::operator=(InsertStream&& other) noexcept {
    InsertStream old(std::move(*this));
    channel_ = std::move(other.channel_);
    return *this;
}
InsertStream::~InsertStream() {
    if (!channel_) return;
    if (channel_->isForked()) {
        base::leak(std::move(channel_));
        return;
    }
    channel_->abandon();
}

std::uint64_t InsertStream::insertLine(std::string_view json) {
    return *channel_->insert(json, std::nullopt);
}
std::optional<std::uint64_t> InsertStream::tryInsertLine(std::string_view json,
                                                         milliseconds limit) {
    return channel_->insert(json, untilFrom(limit));
}
std::uint64_t InsertStream::insertJson(std::string_view json) {
    protocol::requireRowLine(json);
    return insertLine(json);
}

void InsertStream::flush() { channel_->flush(std::nullopt); }
bool InsertStream::flush(milliseconds limit) { return channel_->flush(untilFrom(limit)); }
InsertReport InsertStream::close(milliseconds limit) { return channel_->close(untilFrom(limit)); }
InsertReport InsertStream::report() const { return channel_->report(); }
void InsertStream::cancel() noexcept { channel_->cancel(); }

}  // namespace ksqldb
