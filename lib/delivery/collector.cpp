#include "delivery/collector.h"

#include "base/error_builder.h"

#include <exception>
#include <utility>

namespace ksqldb::delivery {

Collector::Collector(std::shared_ptr<DeliveryThread> thread, Done done,
                     std::optional<std::promise<Header>> header)
    : RowChannel(bufferBytes),
      thread_(std::move(thread)),
      done_(std::move(done)),
      headerPromise_(std::move(header)),
      cursor_(*this, Tombstones::Deliver) {}

void Collector::schedule() {
    if (!scheduled_.exchange(true, std::memory_order_seq_cst)) thread_->post(shared_from_this());
}

void Collector::run() noexcept {
    try {
        collect();
    } catch (...) {
        cancelCall();
        if (!finished_) finish(Ending(describe(base::currentError())));
    }
    if (finished_) return;
    scheduled_.store(false, std::memory_order_seq_cst);
    if (hasItems()) schedule();
}

void Collector::collect() {
    // Then others have their turn, however fast the server is.
    for (int left = batchesPerTurn; left > 0 && !finished_ && cursor_.open(); --left) {
        if (cursor_.header()) takeHeader(*cursor_.header());
        if (cursor_.hasRow()) batches_.push_back(cursor_.takeRows(cursor_.rowCount()));
        if (const auto ending = cursor_.close()) finish(*ending);
    }
}

void Collector::takeHeader(const Header& header) {
    header_ = header;
    withHeaderPromise([&](std::promise<Header>& promise) { promise.set_value(header); });
}

template <class F>
void Collector::withHeaderPromise(F&& satisfy) {
    if (!headerPromise_) return;
    try {
        satisfy(*headerPromise_);
    } catch (const std::future_error&) {  // the caller's promise was satisfied, or empty, before
    }
    headerPromise_.reset();
}

void Collector::finish(const Ending& ending) {
    finished_ = true;
    Outcome<QueryResult> outcome = outcomeOf(ending);
    withHeaderPromise([&](std::promise<Header>& promise) {
        if (!outcome.ok()) promise.set_exception(std::make_exception_ptr(outcome.error()));
    });
    const Done done = std::exchange(done_, nullptr);
    done(std::move(outcome));
}

Outcome<QueryResult> Collector::outcomeOf(const Ending& ending) noexcept {
    if (ending.error()) return *ending.error();
    try {
        if (ending.kind() == Ending::Kind::Cancelled)
            return describe(Error(ErrorCode::Cancelled, "cancelled by its token"));
        return QueryResult(header_, std::move(batches_), ending);
    } catch (...) {
        return describe(base::currentError());
    }
}

}  // namespace ksqldb::delivery
