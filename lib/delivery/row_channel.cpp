#include "delivery/row_channel.h"

#include <utility>

namespace ksqldb::delivery {

RowChannel::~RowChannel() = default;

void RowChannel::connect(std::shared_ptr<Producer> producer, base::ErrorContext context) {
    producer_ = std::move(producer);
    context_ = std::move(context);
}

void RowChannel::listen(const CancelToken& token, const std::shared_ptr<RowChannel>& self) {
    listening_.emplace(detail::CancelState::of(token), CancelChannel{self});
}

bool RowChannel::askForRoom() { return outstanding() < bufferBytes_ || !beginToWait(); }

bool RowChannel::beginToWait() {
    // First say that we wait, then look again: a consumer that made room in between saw nobody
    // wait.
    waiting_.store(true, std::memory_order_seq_cst);
    if (outstanding() >= bufferBytes_) return true;
    waiting_.store(false, std::memory_order_seq_cst);
    return false;
}

std::shared_ptr<protocol::Batch> RowChannel::newBatch() {
    std::shared_ptr<protocol::Batch> batch;
    if (!used_.tryPop(batch)) batch = std::make_shared<protocol::Batch>();
    return batch;
}

bool RowChannel::askForPlace() {
    if (onDemand_ && !demanded_.load(std::memory_order_seq_cst)) return false;
    if (ring_.size() < slots) return true;
    waiting_.store(true, std::memory_order_seq_cst);
    return ring_.size() < slots;
}

void RowChannel::offer(std::shared_ptr<protocol::Batch> batch) {
    demanded_.store(false, std::memory_order_seq_cst);
    noteWaiting();
    flow_.countBatch(*batch);
    ring_.tryPush(batch);
    itemsReady();
}

void RowChannel::close(std::shared_ptr<protocol::Batch> last) {
    last_ = std::move(last);
    closed_.store(true, std::memory_order_seq_cst);
    itemsReady();
}

void RowChannel::cancelCall() noexcept {
    if (producer_) producer_->cancel();
}

QueryStatistics RowChannel::statistics() const noexcept {
    QueryStatistics all = flow_.snapshot();
    all.batches += ring_.pushed();
    // What is consumed first: it is never more than what was received by then.
    const std::size_t consumed = consumed_.load(std::memory_order_acquire);
    all.waitingBytes = received_.load(std::memory_order_relaxed) - consumed;
    all.mostWaitingBytes = std::max(all.mostWaitingBytes, all.waitingBytes);
    return all;
}

void RowChannel::refuseAfterFork() const {
    if (isForked())
        throw Error(ErrorCode::UsedAfterFork, "the query was started before fork(), by the parent");
}

std::shared_ptr<protocol::Batch> RowChannel::take() {
    // Before the look into the ring: what was offered before the last one is seen there.
    const bool isClosed = closed_.load(std::memory_order_seq_cst);
    std::shared_ptr<protocol::Batch> batch;
    if (!ring_.tryPop(batch)) {
        if (lastTaken_ || !isClosed) return nullptr;
        lastTaken_ = true;
        batch = std::move(last_);
    }
    if (!batch->endpoint.empty()) context_.endpoint = batch->endpoint;
    return batch;
}

bool RowChannel::hasItems() const {
    return ring_.size() > 0 || (!lastTaken_ && closed_.load(std::memory_order_seq_cst));
}

void RowChannel::countConsumed(const protocol::Batch& batch) {
    consumed_.fetch_add(batch.heldBytes(), std::memory_order_seq_cst);
    resumeIfWaiting();
}

void RowChannel::giveBack(std::shared_ptr<protocol::Batch> batch) {
    batch->recycle();
    used_.tryPush(batch);
}

void RowChannel::demand() {
    demanded_.store(true, std::memory_order_seq_cst);
    producer_->resume();
}

bool RowChannel::maySend() const {
    const std::size_t inRing = ring_.size();
    return inRing == 0 || (inRing <= slots / 2 && outstanding() <= bufferBytes_ / 2);
}

void RowChannel::resumeIfWaiting() {
    if (waiting_.load(std::memory_order_seq_cst) && maySend() &&
        waiting_.exchange(false, std::memory_order_seq_cst))
        producer_->resume();
}

}  // namespace ksqldb::delivery
