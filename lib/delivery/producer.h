#pragma once

namespace ksqldb::delivery {

/// The call that fills a channel, as its consumer sees it. *thread-safe*
class Producer {
public:
    virtual ~Producer() = default;
    /// Goes on: there is room again, or a batch is asked for.
    virtual void resume() noexcept = 0;
    /// Ends the call; its last batch follows all the same.
    virtual void cancel() noexcept = 0;
};

}  // namespace ksqldb::delivery
