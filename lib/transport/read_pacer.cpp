#include "transport/read_pacer.h"

namespace ksqldb::transport {

void ReadPacer::countRound(Clock::time_point now) {
    quick_ = now - last_ < pause_ / roundsPerPause ? quick_ + 1 : 0;
    last_ = now;
}

std::optional<Clock::time_point> ReadPacer::rest(Pace& pace, std::size_t pieces,
                                                 Clock::time_point now) const {
    if (pause_ <= std::chrono::microseconds::zero()) return std::nullopt;
    const bool soon = now - pace.last < pause_;
    pace.last = now;
    pace.rests = pace.rests ? pieces > 1 : soon && quick_ >= busyRounds;
    if (!pace.rests) return std::nullopt;
    // The beats are the same for all, so that those who rest are read in one round.
    return now + (pause_ - now.time_since_epoch() % pause_);
}

}  // namespace ksqldb::transport
