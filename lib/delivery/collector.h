#pragma once
#include "delivery/batch_cursor.h"
#include "delivery/delivery_thread.h"
#include "delivery/row_channel.h"

#include <ksqldb/outcome.h>
#include <ksqldb/result.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <vector>

namespace ksqldb::delivery {

/// The consumer behind executeQuery: collects all batches. It works on a thread that runs no code
/// of the application's, so that a future may be waited for inside a callback.
class Collector : public RowChannel,
                  public Runnable,
                  public std::enable_shared_from_this<Collector> {
public:
    using Done = std::function<void(Outcome<QueryResult>)>;

    Collector(std::shared_ptr<DeliveryThread> thread, Done done,
              std::optional<std::promise<Header>> header);

    void run() noexcept override;

protected:
    void itemsReady() override { schedule(); }

private:
    void schedule();
    void collect();
    void takeHeader(const Header& header);
    template <class F>
    void withHeaderPromise(F&& satisfy);
    void finish(const Ending& ending);
    Outcome<QueryResult> outcomeOf(const Ending& ending) noexcept;

    static constexpr std::size_t bufferBytes = std::size_t{8} << 20;
    static constexpr int batchesPerTurn = 16;

    const std::shared_ptr<DeliveryThread> thread_;
    std::atomic<bool> scheduled_{false};
    Done done_;
    std::optional<std::promise<Header>> headerPromise_;
    BatchCursor cursor_;
    Header header_;
    std::vector<RowBatch> batches_;
    bool finished_ = false;
};

}  // namespace ksqldb::delivery
