#include "transport/read_pacer.h"

namespace ksqldb::transport {

std::chrono::microseconds ReadPacer::afterRound(std::size_t pieces, Clock::time_point now) {
    using std::chrono::microseconds;
    if (pause_ <= microseconds::zero() || pieces == 0) return microseconds::zero();
    if (pacing_) {
        if (pieces > 1) return pause_;
        pacing_ = false;
        quick_ = 0;
    } else {
        quick_ = now - last_ < pause_ / roundsPerPause ? quick_ + 1 : 0;
        pacing_ = quick_ >= busyRounds;
    }
    last_ = now;
    return pacing_ ? pause_ : microseconds::zero();
}

}  // namespace ksqldb::transport
