#include "delivery/collector.h"

#include <exception>
#include <utility>

namespace ksqldb::delivery {

Collector::Collector(std::shared_ptr<DeliveryThread> thread, Done done,
                     std::optional<std::promise<Header>> header)
    : RowChannel(bufferBytes),
      thread_(std::move(thread)),
      done_(std::move(done)),
      headerPromise_(std::move(header)) {}

void Collector::schedule() {
    if (!scheduled_.exchange(true, std::memory_order_seq_cst)) thread_->post(shared_from_this());
}

void Collector::run() noexcept {
    try {
        // Then others have their turn, however fast the server is.
        for (int left = batchesPerTurn; left > 0 && !finished_; --left)
            if (!collectOne()) break;
    } catch (...) {
        cancelCall();
        if (!finished_)
            finish(Ending(describe(Error(ErrorCode::ConnectionLost, "the client has no memory"))));
    }
    if (finished_) return;
    scheduled_.store(false, std::memory_order_seq_cst);
    if (hasItems()) schedule();
}

bool Collector::collectOne() {
    const std::shared_ptr<protocol::Batch> batch = take();
    if (!batch) return false;
    decode(*batch);
    if (batch->header) takeHeader(*batch->header);
    if (batch->rowCount > 0) batches_.push_back(detail::RowBlock::batch(batch, 0, batch->rowCount));
    giveBack(batch, true);
    if (batch->error) {
        cancelCall();
        finish(Ending(describe(*batch->error)));
    } else if (batch->end) {
        finish(*batch->end);
    }
    return true;
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
    std::optional<Error> error;
    if (ending.error())
        error = *ending.error();
    else if (ending.kind() == Ending::Kind::Cancelled)
        error = describe(Error(ErrorCode::Cancelled, "cancelled by its token"));
    withHeaderPromise([&](std::promise<Header>& promise) {
        if (error) promise.set_exception(std::make_exception_ptr(*error));
    });
    const Done done = std::exchange(done_, nullptr);
    if (error)
        done(*error);
    else
        done(QueryResult(header_, std::move(batches_), ending.kind()));
}

}  // namespace ksqldb::delivery
