#pragma once
#include "delivery/batch_cursor.h"
#include "delivery/delivery_thread.h"
#include "delivery/result_sink.h"
#include "delivery/row_channel.h"

#include <atomic>
#include <cstddef>
#include <memory>

namespace ksqldb::delivery {

/// The consumer behind executeQuery: hands all that comes to a sink. It works on a thread that
/// calls none of the application's callbacks, so that a future may be waited for inside one.
class Collector : public RowChannel,
                  public Runnable,
                  public std::enable_shared_from_this<Collector> {
public:
    Collector(std::shared_ptr<DeliveryThread> thread, std::unique_ptr<ResultSink> sink);

    void run() noexcept override;

protected:
    void itemsReady() override { schedule(); }

private:
    void schedule();
    void collect();
    void finish(const Ending& ending);
    void fail(const Error& error) noexcept;

    static constexpr std::size_t bufferBytes = std::size_t{8} << 20;
    static constexpr int batchesPerTurn = 16;

    const std::shared_ptr<DeliveryThread> thread_;
    std::atomic<bool> scheduled_{false};
    /// None: the query has ended. What it holds of the application's dies there, for the last
    /// reference to this may be the loop's.
    std::unique_ptr<ResultSink> sink_;
    BatchCursor cursor_;
};

}  // namespace ksqldb::delivery
