#pragma once
#include "description.h"
#include "server/event.h"

#include <ksqldb/testing/push.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ksqldb::testing {

struct Push::Impl {
    /// What was sent: rows, deletes, tokens.
    struct Sent {
        enum class Kind { Row, Tombstone, Token };
        Kind kind;
        std::string text;
    };
    /// How the test ends a query, behind what was sent by then.
    struct Stop {
        enum class Kind { End, Fail, Disconnect };
        Kind kind = Kind::End;
        detail::Refusal error;
        std::size_t at = 0;
    };
    struct Subscriber {
        std::size_t next = 0;
        std::optional<Stop> stop;
    };

    /// Answers one request until its query ends.
    void serve(server::Exchange& exchange);
    /// Ends the queries that run.
    void stop(Stop stop);

    mutable std::mutex mutex;
    mutable std::condition_variable subscribersChanged;
    detail::Columns columns;
    std::vector<Sent> sent;
    std::size_t tokenAt = 0;  // behind the newest token
    std::vector<std::shared_ptr<Subscriber>> subscribers;
    std::shared_ptr<server::Event> changed = std::make_shared<server::Event>();

    /// Tells the queries that there is something new. Under the lock.
    std::shared_ptr<server::Event> takeChanged() {
        return std::exchange(changed, std::make_shared<server::Event>());
    }
};

}  // namespace ksqldb::testing
