#pragma once
#include "protocol/batch.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace ksqldb::delivery {

/// Overflow::KeepLatest: of the rows that came since a batch was last handed over, only the newest
/// are kept. Works on the event loop, on batches that nobody else sees yet and that are not
/// decoded, in two generations: when the open batch is full it becomes the older one, and what was
/// older is dropped.
class LatestRows {
public:
    /// `rows`: how many to keep; 0: all. `bytes`: when a generation is full in any case.
    LatestRows(std::size_t rows, std::size_t bytes) : rows_(rows), bytes_(bytes) {}

    bool isOn() const noexcept { return rows_ > 0; }
    bool isFull(const protocol::Batch& open) const noexcept {
        return open.lineCount() >= rows_ || open.bytes() >= bytes_;
    }
    bool hasRows() const noexcept { return older_ != nullptr; }
    /// Puts a full batch aside; `fresh` goes on in its place.
    void putAside(std::shared_ptr<protocol::Batch> full, protocol::Batch& fresh);
    /// The newest rows, in `into`, a new batch: of what was put aside and of the open batch.
    void collect(const protocol::Batch& open, protocol::Batch& into);

private:
    const std::size_t rows_;
    const std::size_t bytes_;
    std::shared_ptr<protocol::Batch> older_;
};

}  // namespace ksqldb::delivery
