#pragma once
#include "delivery/producer.h"
#include "transport/event_loop.h"

#include <memory>
#include <utility>

namespace ksqldb::client {

/// A transfer as the consumer of its rows sees it.
class LoopProducer : public delivery::Producer {
public:
    LoopProducer(std::shared_ptr<transport::EventLoop> loop, transport::EventLoop::TransferId id)
        : loop_(std::move(loop)), id_(id) {}

    void resume() noexcept override { loop_->resume(id_); }
    void cancel() noexcept override { loop_->cancel(id_); }

private:
    const std::shared_ptr<transport::EventLoop> loop_;
    const transport::EventLoop::TransferId id_;
};

}  // namespace ksqldb::client
