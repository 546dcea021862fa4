#pragma once
#include "transport/response_handler.h"

#include <chrono>
#include <cstddef>

namespace ksqldb::transport {

/// Decides how long the event loop waits before it reads again. ksqlDB sends a row a write; reading
/// as fast as they come costs a system call or two a row, seven times what reading once a
/// millisecond does. So under load, which is many rounds in such quick succession that a pause
/// takes the place of several, the loop pauses between its rounds as long as each brings more than
/// one piece; a round that does not ends that. A row after a silence, or one of a slow query, never
/// waits.
class ReadPacer {
public:
    explicit ReadPacer(std::chrono::microseconds pause) : pause_(pause) {}

    /// After a round that brought so many pieces of bodies (0: none). How long to wait.
    std::chrono::microseconds afterRound(std::size_t pieces, Clock::time_point now);

private:
    static constexpr int busyRounds = 8;
    static constexpr int roundsPerPause = 8;  // or it is no load

    const std::chrono::microseconds pause_;
    Clock::time_point last_{};
    int quick_ = 0;  // rounds with pieces, each soon after the one before
    bool pacing_ = false;
};

}  // namespace ksqldb::transport
