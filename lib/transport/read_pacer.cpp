#include "transport/read_pacer.h"

#include <algorithm>

namespace ksqldb::transport {

void ReadPacer::countRound(Clock::time_point now) {
    quick_ = now - last_ < pause_ / roundsPerPause ? std::min(quick_ + 1, busyRounds) : 0;
    last_ = now;
}

std::optional<Clock::time_point> ReadPacer::rest(Pace& pace, std::size_t pieces,
                                                 Clock::time_point now) const {
    if (pause_ <= std::chrono::microseconds::zero()) return std::nullopt;
    const Clock::duration silence = now - pace.last;
    pace.last = now;
    // What rests is heard of once a beat, and a little later than that.
    const bool goesOn = pace.rests && silence < 2 * pause_;
    pace.rests = goesOn ? pieces > 1 : silence < pause_ && quick_ >= busyRounds;
    if (!pace.rests) return std::nullopt;
    // The beats are the same for all, so that those who rest are read in one round.
    return now + (pause_ - now.time_since_epoch() % pause_);
}

}  // namespace ksqldb::transport
