#pragma once
#include "transport/response_handler.h"

#include <chrono>
#include <cstddef>
#include <optional>

namespace ksqldb::transport {

/// Decides which transfers the event loop leaves unread for a while. ksqlDB sends a row a write;
/// reading as fast as they come costs a system call or two a row, seven times what reading once a
/// millisecond does. The loop is under load after many rounds in such quick succession that a pause
/// takes the place of several. Then a transfer that brings its rows faster than one a pause rests,
/// until the next beat of the loop, and goes on so for as long as each of its rounds brings more
/// than one piece. A row after a silence, or one of a slow query, never waits.
class ReadPacer {
public:
    /// What it remembers of a transfer.
    struct Pace {
        Clock::time_point last{};  // when it brought something
        bool rests = false;
    };

    /// `pause`: from beat to beat. 0: no transfer ever rests.
    explicit ReadPacer(std::chrono::microseconds pause) : pause_(pause) {}

    /// After a round that brought something, before its transfers are judged.
    void countRound(Clock::time_point now);
    /// After a round that brought so many pieces of this transfer's body, at least one: until when
    /// it is to rest. Never earlier than what was said before.
    std::optional<Clock::time_point> rest(Pace& pace, std::size_t pieces,
                                          Clock::time_point now) const;

private:
    static constexpr int busyRounds = 8;
    static constexpr int roundsPerPause = 8;  // or it is no load

    const std::chrono::microseconds pause_;
    Clock::time_point last_{};
    int quick_ = 0;  // rounds, each soon after the one before
};

}  // namespace ksqldb::transport
