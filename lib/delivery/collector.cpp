#include "delivery/collector.h"

#include "base/error_builder.h"

#include <optional>
#include <utility>

namespace ksqldb::delivery {

Collector::Collector(std::shared_ptr<DeliveryThread> thread, std::unique_ptr<ResultSink> sink)
    : RowChannel(bufferBytes),
      thread_(std::move(thread)),
      sink_(std::move(sink)),
      cursor_(*this, Tombstones::Deliver) {}

void Collector::schedule() {
    if (scheduled_.exchange(true, std::memory_order_seq_cst)) return;
    try {
        thread_->post(shared_from_this());
    } catch (...) {
        scheduled_.store(false, std::memory_order_seq_cst);  // the end that follows is posted
        throw;
    }
}

void Collector::run() noexcept {
    try {
        collect();
    } catch (...) {
        cancelCall();
        fail(describe(base::currentError()));
    }
    if (!sink_) return;
    scheduled_.store(false, std::memory_order_seq_cst);
    if (hasItems()) schedule();
}

void Collector::collect() {
    // Then others have their turn, however fast the server is.
    for (int left = batchesPerTurn; left > 0 && sink_ && cursor_.open(); --left) {
        if (cursor_.header()) sink_->takeHeader(*cursor_.header());
        if (cursor_.hasRow()) sink_->takeRows(cursor_);
        const std::optional<Ending> ending = cursor_.close();
        cursor_.releaseRows();
        if (ending) finish(*ending);
    }
}

void Collector::finish(const Ending& ending) {
    if (ending.error() != nullptr) return fail(*ending.error());
    if (ending.kind() == Ending::Kind::Cancelled)
        return fail(describe(Error(ErrorCode::Cancelled, "cancelled by its token")));
    sink_->complete(ending);
    sink_.reset();
}

void Collector::fail(const Error& error) noexcept {
    sink_->fail(error);
    sink_.reset();
}

}  // namespace ksqldb::delivery
